"""``atlas simulate``: a platform on this machine to harvest from."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Final

import typer

from catalog_service.console.output import Output, gettext, language, ngettext
from catalog_service.sources.interruption import Interruption, interruptible
from harvesters.simulator.names import PLATFORMS
from ontology.system_errors import system_reason

if TYPE_CHECKING:
    from harvesters.simulator.catalogue import Catalogue
    from harvesters.simulator.server import Platform

_LOOK: Final = 0.2
"""Seconds between two looks at whether the command was interrupted."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("simulate")(simulate)


def simulate(
    platform: Annotated[
        str | None,
        typer.Option(help=f"One of {', '.join(PLATFORMS)}; default: all of them on one port."),
    ] = None,
    datasets: Annotated[int, typer.Option(min=0, max=100_000, help="How many.")] = 200,
    seed: Annotated[int, typer.Option(help="The same seed, the same catalogue.")] = 0,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free port.")] = 0,
    defects: Annotated[
        float, typer.Option(min=0, max=0.99, help="Share of the records with a defect.")
    ] = 0.0,
    district: Annotated[
        str | None, typer.Option(help="Of this district only, e.g. 静安区.")
    ] = None,
    changes: Annotated[
        float, typer.Option(min=0, max=6_000, help="Changes a minute, while it runs.")
    ] = 0.0,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Run a simulated platform on loopback, to harvest from; Ctrl-C ends it."""
    from harvesters.simulator.catalogue import START, Catalogue
    from harvesters.simulator.control import Control
    from harvesters.simulator.defects import Defects
    from harvesters.simulator.generation import district_names
    from harvesters.simulator.server import serve
    from harvesters.simulator.shapes.registry import SHAPES, all_shapes

    if platform is not None and platform not in PLATFORMS:
        raise typer.BadParameter(", ".join(PLATFORMS), param_hint="--platform")
    if platform == "district" and district is None:
        district = district_names()[0]
    if district is not None and district not in district_names():
        raise typer.BadParameter(", ".join(district_names()), param_hint="--district")
    begun = time.monotonic()

    def clock() -> datetime:
        # The same day at each start, so that a seed gives the same dates.
        return START + timedelta(seconds=time.monotonic() - begun)

    catalogue = Catalogue(datasets, seed=seed, district=district, clock=clock)
    given = Defects.spread(defects, seed=seed)
    shapes = all_shapes(given) if platform is None else (SHAPES[platform](given),)
    out = Output(as_json=json)
    with interruptible() as interruption:
        try:
            with serve(catalogue, *shapes, port=port) as running:
                running.control = Control(catalogue, running.faults)
                _tell(out, running)
                _run(catalogue, interruption, changes, seed)
        except OSError as error:
            raise typer.BadParameter(
                system_reason(error).message(language()), param_hint="--port"
            ) from error


def connections(platform: Platform) -> Sequence[dict[str, str]]:
    """Return how each shape is connected: type, address, and the command that does it."""
    found: list[dict[str, str]] = []
    for shape in platform.shapes:
        for number, (kind, path) in enumerate(shape.connections, 1):
            url = platform.url + path
            name = f"sim-{kind}" if number == 1 else f"sim-{kind}-{number}"
            command = (
                f"atlas source add {name} --type {kind} --url {url} "
                f"--allow 127.0.0.1:{platform.port}"
            )
            found.append({"type": kind, "url": url, "command": command})
    return found


def _tell(out: Output, platform: Platform) -> None:
    found = connections(platform)
    view = platform.catalogue.view()
    out.result(
        {
            "url": platform.url,
            "control": f"{platform.url}/_simulator/",
            "datasets": len(view.datasets),
            "public": len(platform.catalogue.public_ids()),
            "connections": found,
        }
    )
    count = len(view.datasets)
    out.text(
        ngettext(
            "A simulated platform with {count} invented dataset: {url}",
            "A simulated platform with {count} invented datasets: {url}",
            count,
            count=count,
            url=platform.url,
        )
    )
    out.text(gettext("To connect it, type one of these:"))
    for one in found:
        out.text(f"  {one['command']}")
    out.text(
        gettext(
            "Its faults and changes are switched at {url} (docs/simulator.md).",
            url=f"{platform.url}/_simulator/",
        )
    )
    out.remark(gettext("Ctrl-C ends it"))


def _run(
    catalogue: Catalogue, interruption: Interruption, changes_a_minute: float, seed: int
) -> None:
    """Wait for the interruption, and make changes at irregular times meanwhile."""
    chance = random.Random(seed)  # noqa: S311 — nothing secret is drawn

    def pause() -> float:
        return chance.expovariate(changes_a_minute / 60) if changes_a_minute else float("inf")

    due = time.monotonic() + pause()
    while interruption.signal is None:
        left = due - time.monotonic()
        if left > 0:
            time.sleep(min(left, _LOOK))
        else:
            catalogue.change()
            due += pause()
