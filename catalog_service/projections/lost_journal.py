"""What graph, index and the worker's status show of a journal, asked before a new one is created.

A journal that was deleted must not be replaced by an empty one silently: everything derived from
it, which is the last public copy, would be emptied to agree with the empty one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

import sqlalchemy as sa

from catalog_service.errors import JOURNAL_LOST
from catalog_service.projections.projection_health import Published
from catalog_service.projections.status import read_status
from ontology.errors import AtlasError


class Traces:
    """What a data folder and its stores show of the journal that they come from."""

    def __init__(
        self, home: Path, published: Callable[[str], Published], names: Sequence[str]
    ) -> None:
        """Look into ``home``, and at what ``published`` gives for each of ``names``."""
        self._home = home
        self._published = published
        self._names = names

    @cached_property
    def shown(self) -> int:
        """The last change that any of them shows; 0 where nothing was ever derived."""
        status = read_status(self._home)
        said = [p.published for p in status.projections] if status is not None else []
        return max([*said, *map(self._reached, self._names)], default=0)

    def _reached(self, name: str) -> int:
        try:
            return self._published(name).checkpoint()
        except AtlasError:
            # Missing, broken or out of reach: nothing is known.
            return 0

    def forbid(self, url: str) -> bool:
        """Tell whether creating a journal is refused.

        It is where its file is missing or empty, but graph, index or status come from a journal.
        """
        try:
            address = sa.make_url(url)
        except sa.exc.ArgumentError:
            return False
        if address.get_backend_name() != "sqlite" or not address.database:
            return False
        path = Path(address.database)
        return (not path.exists() or path.stat().st_size == 0) and self.shown > 0

    def refuse(self, url: str) -> None:
        """Raise `AtlasError` (``journal-lost``) where another journal than an empty one was shown.

        Read again each time: once an empty journal is confirmed, what is shown is emptied too.
        """
        self.__dict__.pop("shown", None)
        if self.shown:
            address = sa.make_url(url).set(query={}).render_as_string(hide_password=True)
            raise AtlasError(JOURNAL_LOST, url=address, shown=self.shown)
