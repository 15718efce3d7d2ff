"""The mapper of one target: a function from a value to lines, with a cache of results.

Results hold a placeholder for the record's IRI, so that they can be cached: most values
(departments, dates, formats, themes) recur in thousands of records.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, final

from harvesters.mapping.mapped_value import EMPTY, MappedValue
from harvesters.mapping.mapping_files import Target

CACHE_LIMIT: Final = 20_000
"""Maximum number of cached results of one target."""

_OWN_OBJECTS: Final = frozenset(
    {"access", "files", "fields", "api", "contact", "agreement", "sample", "dataset", "datasets"}
    | {"secrecy_review", "deidentification", "consent", "period"}
)
_NOT_CACHED: Final = frozenset({"title", "description", "landing_page"})

ValueMapper = Callable[[object], MappedValue]
"""Maps a value to lines."""


@final
class TargetMapper:
    """Maps the values of one target, and caches the results."""

    __slots__ = (
        *("collected", "every", "make", "many", "cache", "name"),
        *("own", "rank", "is_cached", "target"),
    )

    def __init__(self, target: Target, make: ValueMapper | None) -> None:
        self.target = target
        self.name = target.name
        self.rank = target.rank
        self.many = target.many
        self.every = target.every
        self.own = target.kind in _OWN_OBJECTS
        """Whether the mapping function reads objects and lists itself."""
        self.collected = make is None
        """Whether the value is mapped at the end, because it depends on others."""
        self.make: ValueMapper = make or (lambda _: EMPTY)
        self.cache: dict[str, MappedValue] = {}
        self.is_cached = target.name not in _NOT_CACHED

    def of(self, value: object) -> MappedValue:
        """Map a value and cache the result."""
        mapped = self.make(value)
        if type(value) is str and self.is_cached and len(self.cache) < CACHE_LIMIT:
            self.cache[value] = mapped
        return mapped


Accessor = tuple[int, Any]
"""The place of a value: the number of its container and its key there. Containers of a JSON record
are the record itself, its object ``raw``, and values about access found deeper."""

Plan = Sequence[tuple[TargetMapper | tuple[TargetMapper, ...], bool, Sequence[Accessor]]]
"""For each target in the order of ``profile.toml``: its mapper (or several to choose from by the
value), whether all values are read, and where they stand, the preferred one first."""
