"""Differences of lists, item by item and field by field: pure, and independent of any order.

``apply(diff(a, b), a) == b`` for all contents a and b.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from catalog_service.open_list.errors import LIST_CHANGED, LIST_FIELD_LONG
from catalog_service.open_list.model import COLUMNS, FIELDS, LONGEST_CELL, Content, ListItem
from ontology.errors import AtlasError, Named
from ontology.languages import BilingualText
from ontology.texts import tidy

TOLD: Final = 20
"""Titles of items that a step names."""

Kind = Literal["added", "changed", "widened", "restricted", "withdrawn"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that says something else."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ItemChange:
    """An item that came (``before`` is None), went (``after`` is None), or says something else."""

    before: ListItem | None
    after: ListItem | None

    @property
    def key(self) -> str:
        """The item's key."""
        return self.here.key

    @property
    def here(self) -> ListItem:
        """The item as it is now, or last was."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def fields(self) -> tuple[FieldChange, ...]:
        """What differs, in the order of the columns; nothing of an item that came or went."""
        if self.before is None or self.after is None:
            return ()
        pairs = ((name, getattr(self.before, name), getattr(self.after, name)) for name in FIELDS)
        return tuple(FieldChange(name, one, other) for name, one, other in pairs if one != other)

    @property
    def kind(self) -> Kind:
        """What it is called: by what the item opens, and else by what it says."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "withdrawn"
        if self.after.openness != self.before.openness:
            return "widened" if self.after.openness > self.before.openness else "restricted"
        return "changed"

    @property
    def narrows(self) -> bool:
        """Whether something that was open is so no more, or less."""
        was_open = self.before is not None and self.before.openness > 0
        return was_open and self.kind in ("restricted", "withdrawn")


Difference = frozenset[ItemChange]


def diff(a: Content, b: Content) -> Difference:
    """Return what leads from one content to another."""
    pairs = ((a.items.get(key), b.items.get(key)) for key in a.items.keys() | b.items.keys())
    return frozenset(ItemChange(one, other) for one, other in pairs if one != other)


def apply(difference: Difference, a: Content) -> Content:
    """Return the content to which a difference leads.

    Raises ``open-list-changed`` where an item is not as the difference found it.
    """
    items = dict(a.items)
    for change in difference:
        if items.get(change.key) != change.before:
            raise AtlasError(LIST_CHANGED, key=change.here.title)
        if change.after is None:
            del items[change.key]
        else:
            items[change.key] = change.after
    return Content.of(items.values())


def ordered(difference: Difference) -> list[ItemChange]:
    """Return the changes as people read them: by kind, then by title."""
    order = ("withdrawn", "restricted", "widened", "changed", "added")
    return sorted(difference, key=lambda one: (order.index(one.kind), one.here.title, one.key))


def counts(difference: Difference) -> dict[str, int]:
    """Return how many changes there are of each kind."""
    found: dict[str, int] = {}
    for one in ordered(difference):
        found[one.kind] = found.get(one.kind, 0) + 1
    return found


def told(difference: Difference) -> dict[str, Any]:
    """Return what a step tells of its changes: how many of each kind, and the first titles."""
    return {**counts(difference), "titles": [one.here.title for one in ordered(difference)[:TOLD]]}


def with_fields(item: ListItem, values: dict[str, str]) -> ListItem:
    """Return an item with other texts in some of its fields, tidied as texts of records are.

    Raises ``open-list-field-too-long``.
    """
    found = {}
    for name, given in values.items():
        text = tidy(given)
        # What nobody touched stays as it came.
        if name not in FIELDS or text == tidy(getattr(item, name)):
            continue
        if len(text) > LONGEST_CELL:
            heading = Named(name, BilingualText(*COLUMNS[name])) if name in COLUMNS else name
            raise AtlasError(LIST_FIELD_LONG, field=heading, count=len(text), limit=LONGEST_CELL)
        found[name] = text
    return replace(item, **found)
