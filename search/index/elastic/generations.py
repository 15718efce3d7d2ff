"""The indices behind one alias, and how readers pass from one to the next.

``{name}-v{schema}`` is the alias that is read and written; ``{name}-v{schema}-{number}`` are the
indices, of which one carries it. An index that is being built carries ``…-building`` instead, and
that alias is the right to become live: the switch takes it away in the same step, and so does
whoever gives the index up. The server does one such step after the other, so that of the two only
the first succeeds, however late a request is carried out and whether or not its answer arrives.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any, Final

from ontology.errors import AtlasError, Phrase
from search.index.elastic.circuit import Retry
from search.index.elastic.connection import WRITE_SECONDS, Connection
from search.index.elastic.errors import SEARCH_REFUSED, SEARCH_UNREACHABLE
from search.index.elastic.responses import acknowledged, aliases, anything
from search.index.elastic.schema import SCHEMA_VERSION, index_body

GRACE_SECONDS: Final = 30.0
"""How long an index lives after its successor took over: requests under way end on it."""


class Generations:
    """The indices of one catalogue, for the schema of this program."""

    def __init__(
        self,
        connection: Connection,
        name: str,
        *,
        retry: Retry | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connection = connection
        self._name = name
        self._retry = retry or Retry()
        self._monotonic = monotonic
        self.alias = f"{name}-v{SCHEMA_VERSION}"
        self.building = f"{self.alias}-building"
        self._pattern = re.compile(rf"{re.escape(name)}-v([0-9]+)-([0-9]{{6,}})")
        self._retired: list[tuple[float, str]] = []

    def live(self) -> str | None:
        """Return the index that carries the alias, or None where there is none."""
        for index, carried in self._all().items():
            if self.alias in carried:
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
            acknowledged,
        )
        return index

    def switch(self, index: str) -> None:
        """Give the alias to the index that was built, in one step; the old one retires.

        Where the answer is lost, the server is asked who has the alias before anything else is
        done. Raises `AtlasError` (``search-unreachable``, ``search-refused``) where it is not the
        index, or nobody can say.
        """
        old = [i for i, carried in self._all().items() if self.alias in carried]
        actions: list[dict[str, Any]] = [
            {"remove": {"index": index, "alias": self.building, "must_exist": True}},
            {"add": {"index": index, "alias": self.alias}},
            *({"remove": {"index": name, "alias": self.alias}} for name in old),
        ]
        for attempt in range(self._retry.attempts):
            last = attempt == self._retry.attempts - 1
            try:
                error = self._change(actions)
                # Even an acknowledged change is checked before anything is removed.
                carried = self._carried(index)
            except AtlasError as unheard:
                # Nobody says what became of it.
                if last:
                    raise
                error, carried = unheard, frozenset({self.building})
            if self.alias in carried:
                now = self._monotonic()
                self._retired += [(now, name) for name in old]
                return
            refused = error is not None and error.code == SEARCH_REFUSED.code
            if last or refused or self.building not in carried:
                raise error or AtlasError(
                    SEARCH_REFUSED,
                    url=self._connection.address,
                    reason=Phrase(
                        "{index} does not carry {alias}", {"index": index, "alias": self.alias}
                    ),
                )
            self._retry.pause(attempt)

    def discard(self, index: str) -> bool:
        """Give an index up that was to be built, and remove it, unless it is live.

        Returns whether it is gone. Raises `AtlasError` where the server does not tell whether it is
        live; nothing is removed then.
        """
        if self.building in self._carried(index):
            # From here on no switch that is still under way can succeed.
            claim = {"index": index, "alias": self.building, "must_exist": True}
            self._change([{"remove": claim}])
        return self.remove(index)

    def sweep(self) -> None:
        """Remove what a crash or an older program left behind. Only the writer may."""
        retired = {name for _, name in self._retired}
        for index, carried in self._all(every_schema=True).items():
            match = self._pattern.fullmatch(index)
            if match is None or index in retired:
                continue
            schema = int(match[1])
            if schema < SCHEMA_VERSION or (schema == SCHEMA_VERSION and self.alias not in carried):
                self.discard(index)

    def retire(self, *, all_of_them: bool = False) -> None:
        """Remove the predecessors whose time is over."""
        now = self._monotonic()
        while self._retired and (all_of_them or now - self._retired[0][0] >= GRACE_SECONDS):
            self.remove(self._retired[0][1])
            self._retired.pop(0)

    def remove(self, index: str) -> bool:
        """Remove one index that neither is live nor can become so; it may be gone already.

        Returns whether it is gone.
        """
        if self._pattern.fullmatch(index) is None:
            raise ValueError(f"{index} is not an index of this catalogue")
        if {self.alias, self.building} & self._carried(index):
            return False
        self._connection.insist(
            lambda c: c.indices.delete(index=index), WRITE_SECONDS, acknowledged
        )
        return True

    def _change(self, actions: list[dict[str, Any]]) -> AtlasError | None:
        """Change aliases in one step; return what was said against it.

        Raises nothing: whether it was done is for `_carried` to say.
        """
        try:
            done = self._connection.insist(
                lambda c: c.indices.update_aliases(actions=actions), WRITE_SECONDS, anything
            )
        except AtlasError as error:
            return error
        if done is None:
            return AtlasError(
                SEARCH_UNREACHABLE, url=self._connection.address, reason=Phrase("an index is gone")
            )
        return None

    def _carried(self, index: str) -> frozenset[str]:
        """The aliases of one index; none where it is gone."""
        return self._asked(index).get(index, frozenset())

    def _all(self, *, every_schema: bool = False) -> dict[str, frozenset[str]]:
        """The aliases of each index."""
        pattern = f"{self._name}-v*" if every_schema else f"{self.alias}-*"
        return {
            index: carried
            for index, carried in self._asked(pattern).items()
            if self._pattern.fullmatch(index)
        }

    def _asked(self, pattern: str) -> dict[str, frozenset[str]]:
        found = self._connection.insist(
            lambda c: c.indices.get_alias(index=pattern, expand_wildcards="all"),
            WRITE_SECONDS,
            aliases,
        )
        return found or {}
