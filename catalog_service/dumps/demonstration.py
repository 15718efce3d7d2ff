"""A dump for the demo, made beside it: the pages of dumps would be empty until the night."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from catalog_service.dumps.nightly import Perform, in_a_process
from catalog_service.graph.snapshots import snapshots_folder

if TYPE_CHECKING:
    from catalog_service.atlas import Atlas
    from catalog_service.console.output import Output

SOON: Final = 10.0
"""Seconds after which it is begun: the portal has what the demo shows then, and answers."""


@contextmanager
def demonstrate(
    atlas: Atlas, _out: Output, *, soon: float = SOON, perform: Perform = in_a_process
) -> Iterator[None]:
    """Have a dump made in the background where there is none; it ends with the demo."""
    if atlas.dumps.shelf.manifests():
        yield
        return
    stop = Event()
    published = snapshots_folder(atlas.settings.home) / "current"

    def make() -> None:
        while not stop.wait(soon):
            if published.exists():
                perform(atlas, "create", stop)
                return

    thread = Thread(target=make, name="first-dump", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
