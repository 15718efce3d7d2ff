"""What the sources show in the demo: simulated platforms of the city and three districts, visited.

They run in this process for as long as the demo does, and change now and then, so that the worker's
visits have something to find.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from catalog_service.console.output import language
from catalog_service.sources.harvests.connecting import connect
from catalog_service.sources.harvests.service import harvest
from catalog_service.sources.labels import label
from catalog_service.sources.progress_remarks import progress_remarks
from harvesters.simulator.catalogue import Catalogue
from harvesters.simulator.server import serve
from harvesters.simulator.shapes.registry import all_shapes

if TYPE_CHECKING:
    from catalog_service.atlas import Atlas
    from catalog_service.console.output import Output
    from harvesters.simulator.server import Platform

CHANGE_EVERY: Final = 30.0
"""Seconds between two changes of a platform."""

SCHEDULE: Final = "*/5 * * * *"


@dataclass(frozen=True, slots=True)
class Simulated:
    """One platform of the demo."""

    source: str
    title: str
    kind: str
    path: str
    datasets: int
    district: str | None = None


PLATFORMS: Final = (
    Simulated("sim-city", "市公共数据开放平台（模拟）", "city", "", 60),
    Simulated("sim-pudong", "浦东新区公共数据平台（模拟）", "ckan", "", 20, "浦东新区"),
    Simulated("sim-jingan", "静安区公共数据平台（模拟）", "dcat", "/dcat", 20, "静安区"),
    Simulated("sim-xuhui", "徐汇区公共数据平台（模拟）", "district", "", 20, "徐汇区"),
)


@contextmanager
def demonstrate(atlas: Atlas, out: Output) -> Iterator[None]:
    """Run the platforms until the block ends, connected and visited."""
    stop = Event()
    with ExitStack() as stack:
        running = []
        for seed, one in enumerate(PLATFORMS):
            catalogue = Catalogue(one.datasets, seed=seed, district=one.district)
            platform = stack.enter_context(serve(catalogue, *all_shapes()))
            running.append(catalogue)
            _visit(atlas, out, one, platform)
        changes = Thread(target=_change, args=(running, stop), name="changes", daemon=True)
        changes.start()
        try:
            yield
        finally:
            stop.set()
            changes.join()


def _visit(atlas: Atlas, out: Output, one: Simulated, platform: Platform) -> None:
    connect(
        atlas,
        one.source,
        kind=one.kind,
        title=one.title,
        url=platform.url + one.path,
        given={
            "allow": (f"127.0.0.1:{platform.port}",),
            "schedule": SCHEDULE,
            "jitter_minutes": 1,
            "requests_per_second": 1_000.0,
        },
    )

    # Its address is another one at each start: what it lists is looked at as a whole.
    result = harvest(
        atlas, one.source, actor="demo", full=True, progress=progress_remarks(out, one.source)
    )
    if result.error is not None:
        message = result.error.message(language())
        out.remark(f"{one.source}: {label(result.status, language())}: {message}")


def _change(catalogues: list[Catalogue], stop: Event) -> None:
    chance = random.Random(0)  # noqa: S311
    while not stop.wait(CHANGE_EVERY):
        catalogue = chance.choice(catalogues)
        known = sorted(catalogue.public_ids())
        if known:
            catalogue.edit(chance.choice(known))
