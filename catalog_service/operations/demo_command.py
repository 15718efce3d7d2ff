"""``atlas demo``: the project's own examples, imported and served."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated, Final

import typer

from catalog_service.console.output import EXIT_FAILED, Output, gettext
from catalog_service.operations.demo import (
    EXAMPLES,
    INVENTED,
    USUAL_PORT,
    import_examples,
    settings_of,
    using,
)

if TYPE_CHECKING:
    from httpx import Client

    from catalog_service.journal.model import StateCount
    from catalog_service.settings import Settings
    from catalog_service.sources.model import ImportTally

PATIENCE: Final = 60.0
FIRST_VISIT: Final = (
    ("/", "数据图谱"),
    ("/?lang=en", "Data Atlas"),
    ("/datasets?q=停车", "停车"),
    ("/api/v1/search?q=停车", "停车"),
    ("/sparql?query=ASK{?s%20a%20<http://www.w3.org/ns/dcat%23Dataset>}", "true"),
)
"""What the first visitor asks, and what must be in the answer."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    once: Annotated[bool, typer.Option("--once", help="Check itself and exit.")] = False,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Each port has a catalogue of its own.")
    ] = USUAL_PORT,
) -> None:
    """Import the example catalogue and serve it on http://127.0.0.1:8080."""
    from catalog_service.atlas import Atlas
    from catalog_service.rooms import ROOMS
    from catalog_service.settings import Settings

    out = Output(as_json=False)
    began = time.perf_counter()
    if not EXAMPLES.is_dir():
        out.remark(gettext("The examples are missing; run `make demo` in a clone of the project."))
        raise typer.Exit(EXIT_FAILED)
    # A passing port is no address to call things by for good: the usual catalogue is shown.
    lasting = USUAL_PORT if once or port == 0 else port
    if once or port == 0:
        port = _free_port()
    settings = settings_of(Settings(), lasting, port)
    with ExitStack() as stack:
        with Atlas(settings) as atlas:
            tally = import_examples(atlas)
            for room in ROOMS:
                for demonstrate in room.demonstrations():
                    stack.enter_context(demonstrate(atlas, out))
            atlas.bring_up()
            told = counted(tally, atlas.journal.counts())
        for error in tally.errors[:5]:
            out.remark(f"{error.code}: {error}")
        out.remark(told)
        raise typer.Exit(_serve(settings, port, out, began, once=once))


def counted(tally: ImportTally, counts: Sequence[StateCount]) -> str:
    """Return how many records there are, and what became of them: not all can be found."""
    records = sum(count.records for count in counts)
    public = sum(count.public for count in counts)
    held = sum(count.records for count in counts if count.state == "held")
    new = tally.counts["created"] + tally.counts["held"]
    return gettext(
        "{records} records ({new} examples are new): {public} public ones are found "
        "here, {closed} not open ones stay in the journal, {held} wait for a steward "
        "(see atlas held list)",
        records=records,
        new=new,
        public=public,
        closed=records - public - held,
        held=held,
    )


def _serve(settings: Settings, port: int, out: Output, began: float, *, once: bool) -> int:
    from catalog_service.operations.supervisor import serve as run_processes

    visit = _Visit(settings, out, began, once=once)
    visitor = threading.Thread(target=visit.run, name="first-visitor", daemon=True)
    visitor.start()
    # The supervisor needs the main thread for its signals; the visitor ends it after one look.
    code = run_processes(settings, "127.0.0.1", port, 1, "all")
    return visit.code if once else code


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class _Visit:
    """Waits until the portal answers; with ``once`` asks what a first visitor would ask."""

    def __init__(self, settings: Settings, out: Output, began: float, *, once: bool) -> None:
        self._settings = settings
        self._url = settings.public_url
        self._out = out
        self._began = began
        self._once = once
        self.code = EXIT_FAILED

    def run(self) -> None:
        """Wait, look, and with ``once`` stop the portal."""
        from httpx import Client

        try:
            with Client(base_url=self._url, timeout=30, trust_env=False) as client:
                if self._ready(client):
                    seconds = time.perf_counter() - self._began
                    self._out.remark(
                        gettext("ready: {url} ({seconds:.1f} s)", url=self._url, seconds=seconds)
                    )
                    if self._once:
                        self.code = self._look(client)
                    else:
                        self._tell()
        finally:
            if self._once:
                os.kill(os.getpid(), signal.SIGTERM)

    def _tell(self) -> None:
        """Say what is seen here, and how the other commands see the same."""
        if self._settings.base_iri != self._url:
            base = self._settings.base_iri
            self._out.remark(
                gettext(
                    "identifiers of datasets begin with {base}, whatever the port of today",
                    base=base,
                )
            )
        for text in (
            gettext(INVENTED, day=self._settings.today),
            gettext(
                "In a second terminal, in this folder, this lets the commands of README.md "
                "work on this catalogue:"
            ),
            f"  {using(self._settings)}",
            gettext("Ctrl-C ends it"),
        ):
            self._out.remark(text)

    def _ready(self, client: Client) -> bool:
        """Wait for the portal: with ``once`` for a time, else until it answers or is ended."""
        from httpx import TransportError

        end = time.monotonic() + PATIENCE
        told = False
        while True:
            try:
                if client.get("/health/ready").is_success:
                    return True
            except TransportError:
                pass
            if not told and time.monotonic() >= end:
                self._out.remark(gettext("not ready after {seconds:.0f} seconds", seconds=PATIENCE))
                told = True
            if told and self._once:
                return False
            time.sleep(0.1)

    def _look(self, client: Client) -> int:
        failed = 0
        for path, expected in FIRST_VISIT:
            answer = client.get(path, follow_redirects=True)
            good = answer.is_success and expected in answer.text
            failed += not good
            self._out.remark(f"{'✓' if good else '✗'} {answer.status_code} {path}")
        return EXIT_FAILED if failed else 0
