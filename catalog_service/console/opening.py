"""How commands open the catalogue: those that ask need one, those that write may make one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from catalog_service.console.output import Output, gettext

if TYPE_CHECKING:
    from catalog_service.atlas import Atlas
    from catalog_service.settings import Settings

DEMO: Final = "demo"
"""Folder of the demo's catalogue in the data folder."""


@contextmanager
def existing() -> Iterator[Atlas]:
    """Open the catalogue of the settings; raises ``journal-missing`` and makes nothing."""
    from catalog_service.atlas import Atlas
    from catalog_service.settings import Settings

    with Atlas(Settings(), create=False) as atlas:
        _ = atlas.journal
        yield atlas


@contextmanager
def addressed() -> Iterator[Atlas]:
    """Open the catalogue for what names records by their IRIs.

    Raises ``base-iri-changed`` too: under another base no record would be found.
    """
    with existing() as atlas:
        atlas.journal.check_base_iri(atlas.settings.base_iri)
        yield atlas


@contextmanager
def made(out: Output) -> Iterator[Atlas]:
    """Open the catalogue, made where there is none, which is said: it may be the wrong folder."""
    from catalog_service.atlas import Atlas
    from catalog_service.settings import Settings

    settings = Settings()
    new = is_new(settings)
    with Atlas(settings) as atlas:
        _ = atlas.journal
        if new:
            home = settings.home.resolve()
            out.remark(gettext("made a new catalogue in {home}", home=home))
            if is_demo(home / DEMO):
                demo = settings.home / DEMO
                out.remark(
                    gettext("the demo's catalogue is another one: ATLAS_HOME={demo}", demo=demo)
                )
        yield atlas


def is_demo(folder: Path) -> bool:
    """Tell whether a folder holds the demo's catalogue."""
    return (folder / "journal.sqlite").exists()


def is_new(settings: Settings) -> bool:
    """Tell whether the data folder would have its first journal made."""
    return not settings.database_url and not (settings.home / "journal.sqlite").exists()
