"""``atlas demo``: the project's own examples, imported and served."""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import threading
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from catalog_service.atlas import Atlas
from catalog_service.console.opening import DEMO, is_demo
from catalog_service.console.output import EXIT_FAILED, Output, gettext
from catalog_service.http.language import LANGUAGES
from catalog_service.journal.model import StateCount
from catalog_service.settings import NOTICE_BETWEEN, Settings
from catalog_service.sources.importing import ImportTally, import_path
from catalog_service.sources.projecting import projecting
from harvesters.protocols import Gate
from translations import N_, translator

if TYPE_CHECKING:
    from httpx import Client

EXAMPLES: Final = Path(__file__).resolve().parents[2] / "examples"
EXAMPLES_DAY: Final = date(2026, 9, 1)
"""The day the examples are written for: seen later, all of them would be overdue."""

INVENTED: Final = N_("Invented example data, as of {day}")
"""What stands above every page, in all languages."""

_DEMO_NAME: Final = re.compile(rf"{DEMO}(-[0-9]+)?")

USUAL_PORT: Final = 8080
"""The port of the demo in its usual folder, and of the identifiers there."""

TITLES: Final = {
    "city-caizheng-2026": "市财政局 2026 年开放清单",
    "city-jiaotong-2026": "市交通委 2026 年开放清单",
    "city-jiaowei-2026": "市教委 2026 年开放清单",
    "city-lvrong-2026": "市绿化市容局 2026 年开放清单",
    "city-nongwei-2026": "市农业农村委 2026 年开放清单",
    "city-shuiwu-2026": "市水务局 2026 年开放清单",
    "city-tiyu-2026": "市体育局 2026 年开放清单",
    "city-weijian-2026": "市卫生健康委 2026 年开放清单",
    "city-wenlv-2026": "市文化旅游局 2026 年开放清单",
    "city-portal-departments": "市平台：市级部门",
    "city-portal-districts": "市平台：各区",
    "districts-chongming": "崇明区平台",
    "districts-hongkou-draft": "虹口区平台（草稿）",
    "districts-pudong": "浦东新区平台",
    "districts-xuhui": "徐汇区平台",
}
"""What people call the sources of the examples."""

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
    with Atlas(settings) as atlas:
        tally = _import_examples(atlas, out)
        told = counted(tally, atlas.journal.counts())
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


def settings_of(given: Settings, lasting: int, port: int) -> Settings:
    """Return the demo's settings: its identifiers begin with the lasting port's address.

    A catalogue's identifiers never change, so that each lasting port has a folder of its own, and
    what a page calls a dataset is where that dataset is found.
    """
    day = given.today or EXAMPLES_DAY
    update: dict[str, object] = {
        # A folder of its own: a demo never writes into somebody's catalogue.
        "home": home_of(given, lasting),
        "public_url": f"http://127.0.0.1:{port}",
        "database_url": "",
        "graph_url": "",
        "search_url": "",
        "today": day,
        "notice": given.notice
        or NOTICE_BETWEEN.join(translator(lang).gettext(INVENTED, day=day) for lang in LANGUAGES),
        "log_level": "warning",
    }
    if "base_iri" not in given.model_fields_set or _is_inside(given):
        update["base_iri"] = f"http://127.0.0.1:{lasting}"
    return given.model_copy(update=update)


def home_of(given: Settings, port: int = USUAL_PORT) -> Path:
    """Return the data folder of a port's demo; ``given`` may be in some port's demo already."""
    name = DEMO if port == USUAL_PORT else f"{DEMO}-{port}"
    return (given.home.parent if _is_inside(given) else given.home) / name


def _is_inside(given: Settings) -> bool:
    """Tell whether the settings are those that a demo told for other commands (`using`)."""
    return _DEMO_NAME.fullmatch(given.home.name) is not None and is_demo(given.home)


def example_sources() -> list[tuple[str, Gate, Path]]:
    """Return the example files with the source id and gate that each is imported under.

    The open lists of city departments report, for they state less than the rules ask; platforms
    and districts enforce, so that held records can be seen.
    """
    files = sorted(p for p in EXAMPLES.rglob("*") if p.suffix in {".csv", ".jsonl", ".ttl"})
    return [
        (
            f"{path.parent.name}-{path.stem}",
            "report" if path.suffix == ".csv" else "enforce",
            path,
        )
        for path in files
    ]


def using(settings: Settings) -> str:
    """Return the shell's words that let other commands work on the demo's catalogue."""
    told = {"ATLAS_HOME": os.path.relpath(settings.home), "ATLAS_TODAY": str(settings.today)}
    if settings.base_iri != Settings.model_fields["base_iri"].default:
        told["ATLAS_BASE_IRI"] = settings.base_iri
    if settings.public_url != Settings.model_fields["public_url"].default:
        told["ATLAS_PUBLIC_URL"] = settings.public_url
    return "export " + " ".join(f"{name}={shlex.quote(value)}" for name, value in told.items())


def _import_examples(atlas: Atlas, out: Output) -> ImportTally:
    tally = ImportTally()
    with projecting(atlas, beside=False):
        for source, gate, path in example_sources():
            import_path(atlas, path, source=source, gate=gate, actor="demo", tally=tally)
            atlas.journal.put_source(source, title=TITLES[source])
    for error in tally.errors[:5]:
        out.remark(f"{error.code}: {error}")
    return tally


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
        from httpx import TransportError

        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                if client.get("/health/ready").is_success:
                    return True
            except TransportError:
                pass
            time.sleep(0.1)
        self._out.remark(gettext("not ready after {seconds:.0f} seconds", seconds=PATIENCE))
        return False

    def _look(self, client: Client) -> int:
        failed = 0
        for path, expected in FIRST_VISIT:
            answer = client.get(path, follow_redirects=True)
            good = answer.is_success and expected in answer.text
            failed += not good
            self._out.remark(f"{'✓' if good else '✗'} {answer.status_code} {path}")
        return EXIT_FAILED if failed else 0
