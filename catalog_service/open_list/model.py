"""What an open list is: items, steps, and the columns of the regulation."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final, Literal

import orjson

from translations import N_

State = Literal[
    "draft",
    "checked",
    "reviewed",
    "filed",
    "returned",
    "accepted",
    "published",
    "amended",
    "evaluated",
    "closed",
    "abandoned",
]

YEARS: Final = range(2000, 3000)
"""Years that a list can be of, in addresses and commands as in the service."""

OPEN_TYPES: Final = ("非开放", "有条件开放", "无条件开放")
"""From the narrowest to the widest; an item states one of them, or nothing yet."""
CLOSED, CONDITIONAL, UNCONDITIONAL = OPEN_TYPES
TAKING_OUT: Final = ("retract", "refuse")
"""Steps that take items out of the amendment that waits: by who writes, or who reviews."""
PROPOSING: Final = ("propose", *TAKING_OUT)
"""Steps that leave a list as it is, and say what it is to be by the amendment that waits."""
WRITING: Final = ("draft", "edit", "propose", "retract")
"""Steps by which somebody writes on what a list says, or is to say."""
GIVEN_UP: Final[State] = "abandoned"
"""In which a list stands that was given up: it counts nowhere, and may be begun anew."""


@dataclass(frozen=True, slots=True)
class ListItem:
    """One item, in the regulation's words; a text is empty where nothing is stated.

    ``key`` tells items of a list apart, and stays from year to year. ``source`` and ``remote_id``
    name the catalogued dataset; both are empty where the item stands alone (R05 finds it).
    """

    key: str
    title: str
    provider: str = ""
    description: str = ""
    content: str = ""
    scope: str = ""
    open_type: str = ""
    conditions: str = ""
    frequency: str = ""
    form: str = ""
    domain: str = ""
    note: str = ""
    source: str = ""
    remote_id: str = ""

    @property
    def is_catalogued(self) -> bool:
        """Whether it refers to a dataset of the catalogue."""
        return bool(self.source)

    @property
    def openness(self) -> int:
        """How wide it is opened: 0 not at all, or not stated; 2 unconditionally."""
        return OPEN_TYPES.index(self.open_type) if self.open_type in OPEN_TYPES else 0


LONGEST_CELL: Final = 32_767
"""Characters of a field that somebody writes: as many as a cell of spreadsheet programs has."""

COLUMNS: Final[Mapping[str, tuple[str, str]]] = {
    "title": ("数据集名称", N_("Name of the dataset")),
    "provider": ("提供部门", N_("Provider")),
    "description": ("数据集描述", N_("Description")),
    "content": ("数据项内容", N_("Data items")),
    "scope": ("开放范围", N_("Scope of opening")),
    "open_type": ("开放类型", N_("Open type")),
    "conditions": ("开放条件", N_("Conditions of opening")),
    "frequency": ("更新频率", N_("Update frequency")),
    "form": ("开放形式", N_("Form of opening")),
    "domain": ("领域", N_("Data domain")),
    "note": ("备注", N_("Note")),
}
"""The fields that people read and write: the heading of a list, and its English label."""

FIELDS: Final = tuple(one.name for one in fields(ListItem) if one.name != "key")
_STORED: Final = ("key", *FIELDS)


@dataclass(frozen=True)
class Content:
    """What a list says: items by their keys. The order in which they came does not matter."""

    items: Mapping[str, ListItem]

    @classmethod
    def of(cls, items: Iterable[ListItem]) -> Content:
        """Gather items; raises `ValueError` where two have one key."""
        found: dict[str, ListItem] = {}
        for one in sorted(items, key=lambda item: item.key):
            if one.key in found:
                raise ValueError(f"two items have the key {one.key}")
            found[one.key] = one
        return cls(found)

    @classmethod
    def read(cls, body: bytes, digest: str) -> Content:
        """Read what `body` wrote, and was kept under a hash."""
        found = cls.of(ListItem(**one) for one in orjson.loads(body))
        # Known already: `hash` need not make it.
        vars(found)["hash"] = digest
        return found

    @cached_property
    def body(self) -> bytes:
        """Its canonical form: the same bytes for the same items."""
        # Not `asdict`, which copies each text.
        found = (self.items[key] for key in sorted(self.items))
        items = [{name: getattr(one, name) for name in _STORED} for one in found]
        return orjson.dumps(items, option=orjson.OPT_SORT_KEYS)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical form, hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()

    @cached_property
    def packed(self) -> bytes:
        """Its canonical form as it is kept, by zlib."""
        return zlib.compress(self.body)


@dataclass(frozen=True, slots=True)
class StoredStep:
    """One step of a list, as it was taken; steps are only ever added."""

    number: int
    organization: str
    year: int
    step: str
    state: State
    """In which the list stands after it."""
    content: str
    """The hash of what the list says after it."""
    actor: str
    time: datetime
    reason: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Due:
    """What was to be done with a list by a day: filed (``file-by``) or opened (``open-by``)."""

    organization: str
    year: int
    cycle: str
    day: date
    done: date | None = None
    """The day on which it was done, after that; None: it is still to be done."""


@dataclass(frozen=True, slots=True)
class Version:
    """A published version, which nobody changes; the last one in force on a day counts then."""

    organization: str
    year: int
    number: int
    content: str
    in_force: date
    """From this day on; one that restricts is published before."""
    published: datetime


@dataclass(frozen=True, slots=True)
class OpenList:
    """A list as it stands."""

    organization: str
    year: int
    state: State
    content: Content
    steps: tuple[StoredStep, ...]

    @property
    def filing_number(self) -> int | None:
        """The number under which it was filed last; None: it never was."""
        found = (s.details.get("filing_number") for s in reversed(self.steps))
        return next((int(number) for number in found if number is not None), None)

    @property
    def waiting(self) -> str | None:
        """The hash of what it is to say by the amendment that waits; None: none waits."""
        last = self.steps[-1]
        told = last.details.get("proposed") if last.step in PROPOSING else None
        return None if told in (None, last.content) else str(told)

    @property
    def returned(self) -> StoredStep | None:
        """The step that returned it, until it is filed again; None: nothing was returned."""
        for one in reversed(self.steps):
            if one.step in ("return", "file"):
                return one if one.step == "return" else None
        return None

    @property
    def refused(self) -> StoredStep | None:
        """The step that refused what was proposed, until something else is done; None: none did."""
        return self.steps[-1] if self.steps[-1].step == "refuse" else None

    @property
    def writers(self) -> frozenset[str]:
        """Who wrote on what it says since it was last published, reviewed or not."""
        found: set[str] = set()
        for one in self.steps:
            nothing_waits = one.step in TAKING_OUT and one.details.get("proposed") == one.content
            if one.step in ("publish", "amend", "abandon") or nothing_waits:
                found.clear()
            elif one.step in WRITING:
                found.add(one.actor)
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class ListFinding:
    """What a rule finds in a list: in one of its items, or beside it."""

    rule: str
    key: str
    """Of the item, or of the dataset that is on no list; empty of the list as a whole."""
    title: str
    severity: Literal["Violation", "Warning", "Info"]
    zh: str
    en: str
