"""The indices behind one alias, and how readers pass from one to the next.

``{name}-v{schema}`` is the alias that is read and written; ``{name}-v{schema}-{number}`` are the
indices, of which one carries it. An index that is being built carries ``…-building`` instead.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any, Final

from ontology.errors import AtlasError
from search.elastic.connection import WRITE_SECONDS, Connection
from search.elastic.errors import SEARCH_REFUSED
from search.elastic.schema import SCHEMA_VERSION, index_body

GRACE_SECONDS: Final = 30.0
"""How long an index lives after its successor took over: requests under way end on it."""


class Generations:
    """The indices of one catalogue, for the schema of this program."""

    def __init__(
        self,
        connection: Connection,
        name: str,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connection = connection
        self._name = name
        self._monotonic = monotonic
        self.alias = f"{name}-v{SCHEMA_VERSION}"
        self.building = f"{self.alias}-building"
        self._pattern = re.compile(rf"{re.escape(name)}-v([0-9]+)-([0-9]{{6,}})")
        self._retired: list[tuple[float, str]] = []

    def live(self) -> str | None:
        """Return the index that carries the alias, or None where there is none."""
        for index, aliases in self._all().items():
            if self.alias in aliases:
                return index
        return None

    def create(self, *, live: bool) -> str:
        """Make the next index, ``live`` or to be built; return its name."""
        numbers = [int(index.rpartition("-")[2]) for index in self._all()]
        index = f"{self.alias}-{max(numbers, default=0) + 1:06}"
        alias = self.alias if live else self.building
        self._connection.insist(
            lambda c: c.indices.create(
                index=index, aliases={alias: {}}, **index_body(), wait_for_active_shards=1
            ),
            WRITE_SECONDS,
        )
        return index

    def switch(self, index: str) -> None:
        """Give the alias to the index that was built, in one step; the old one retires."""
        old = [i for i, aliases in self._all().items() if self.alias in aliases]
        actions: list[dict[str, Any]] = [
            {"remove": {"index": index, "alias": self.building}},
            {"add": {"index": index, "alias": self.alias}},
            *({"remove": {"index": name, "alias": self.alias}} for name in old),
        ]
        self._connection.insist(lambda c: c.indices.update_aliases(actions=actions), WRITE_SECONDS)
        now = self._monotonic()
        self._retired += [(now, name) for name in old]

    def sweep(self) -> None:
        """Remove what a crash or an older program left behind. Only the writer may."""
        retired = {name for _, name in self._retired}
        for index, aliases in self._all(every_schema=True).items():
            match = self._pattern.fullmatch(index)
            if match is None or index in retired:
                continue
            schema = int(match[1])
            if schema < SCHEMA_VERSION or (schema == SCHEMA_VERSION and self.alias not in aliases):
                self.remove(index)

    def retire(self, *, all_of_them: bool = False) -> None:
        """Remove the predecessors whose time is over."""
        now = self._monotonic()
        while self._retired and (all_of_them or now - self._retired[0][0] >= GRACE_SECONDS):
            self.remove(self._retired[0][1])
            self._retired.pop(0)

    def remove(self, index: str) -> None:
        """Remove one index; it may be gone already."""
        if self._pattern.fullmatch(index) is None:
            raise ValueError(f"{index} is not an index of this catalogue")
        self._connection.insist(lambda c: c.indices.delete(index=index), WRITE_SECONDS)

    def _all(self, *, every_schema: bool = False) -> dict[str, set[str]]:
        """The aliases of each index."""
        pattern = f"{self._name}-v*" if every_schema else f"{self.alias}-*"
        found: Any = self._connection.insist(
            lambda c: c.indices.get_alias(index=pattern, expand_wildcards="all"), WRITE_SECONDS
        )
        if found is None:
            return {}
        if not isinstance(found, dict):
            raise AtlasError(
                SEARCH_REFUSED, url=self._connection.address, reason="not a list of aliases"
            )
        return {
            index: set(said.get("aliases") or ())
            for index, said in found.items()
            if self._pattern.fullmatch(index)
        }
