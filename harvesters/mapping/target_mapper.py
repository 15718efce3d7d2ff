"""Targets compiled into functions that write lines; what a value gave before is remembered.

A value's lines are worked out once, with a placeholder where the record's IRI will stand: most
values (departments, dates, formats, themes) come back thousands of times.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, final

from harvesters.mapping.mapped_value import EMPTY, MappedValue
from harvesters.mapping.mapping_files import Target

MEMO_LIMIT: Final = 20_000
"""Values remembered for each target; beyond it they are worked out each time."""

_OWN_OBJECTS: Final = frozenset(
    {"access", "files", "fields", "api", "contact", "agreement", "sample", "dataset", "datasets"}
    | {"secrecy_review", "deidentification", "consent", "period"}
)
_NOT_REMEMBERED: Final = frozenset({"title", "description", "landing_page"})

Maker = Callable[[object], MappedValue]
"""Turns a value into lines."""


@final
class TargetMapper:
    """One target, compiled: how its value becomes lines, and what it gave before."""

    __slots__ = (
        *("collected", "every", "make", "many", "memo", "name"),
        *("own", "rank", "remember", "target"),
    )

    def __init__(self, target: Target, make: Maker | None) -> None:
        self.target = target
        self.name = target.name
        self.rank = target.rank
        self.many = target.many
        self.every = target.every
        self.own = target.kind in _OWN_OBJECTS
        """True where the maker reads objects itself."""
        self.collected = make is None
        """True where the value is kept for the end, because it depends on others."""
        self.make: Maker = make or (lambda _: EMPTY)
        self.memo: dict[str, MappedValue] = {}
        self.remember = target.name not in _NOT_REMEMBERED

    def of(self, value: object) -> MappedValue:
        """Return what a value gives, and remember it."""
        chunk = self.make(value)
        if type(value) is str and self.remember and len(self.memo) < MEMO_LIMIT:
            self.memo[value] = chunk
        return chunk


Accessor = tuple[int, Any]
"""Where a value stands: the number of a container and a key in it."""

Plan = Sequence[tuple[TargetMapper | tuple[TargetMapper, ...], bool, Sequence[Accessor]]]
"""For each target, by rank: its step (or several to choose from), whether all its values are
wanted, and where they stand, the preferred first."""
