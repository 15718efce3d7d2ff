"""A dataset of a simulated platform, as it is in truth: without defects, in no wire shape."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

OpenType = Literal["unconditional", "conditional", "none"]
"""Notations of the scheme ``open-type``."""

OPEN_LABELS: Final[dict[OpenType, str]] = {
    "unconditional": "无条件开放",
    "conditional": "有条件开放",
    "none": "非开放",
}
FREQUENCIES: Final = {
    "实时": ("continuous", 1),
    "每日": ("daily", 1),
    "每周": ("weekly", 7),
    "每月": ("monthly", 30),
    "每季度": ("quarterly", 91),
    "每半年": ("semiannual", 182),
    "每年": ("annual", 365),
    "不定期": ("irregular", 400),
}
"""Label → notation of the scheme ``frequency``, days of a period."""


@dataclass(frozen=True, slots=True)
class Organization:
    """A department or a district's government, with the (invented) office that answers for it."""

    name: str
    notation: str
    """Of the scheme ``organization``."""
    letters: str
    """How the ids of its datasets begin."""
    office: str
    phone: str


@dataclass(frozen=True, slots=True)
class Domain:
    """A data domain (数据领域) and the classes that go with it."""

    name: str
    notation: str
    national_theme: str
    resource_class: str
    class_code: str


@dataclass(frozen=True, slots=True)
class Area:
    """What a dataset covers: the city, or one district."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Field:
    """A data item: its name and datatype (``string``, ``integer``, ``decimal``, ``date`` …)."""

    name: str
    datatype: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """One dataset. Frozen: every change makes a new one, with the next ``version``."""

    key: int
    """Stays the same when the platform gives the dataset another id."""
    id: str
    title: str
    summary: str
    organization: Organization
    area: Area
    domain: Domain
    frequency: str
    """The label, a key of `FREQUENCIES`."""
    open_type: OpenType
    fields: tuple[Field, ...]
    formats: tuple[str, ...]
    issued: date
    modified: datetime
    """With its zone, in whole seconds."""
    rows: int
    """Number of data rows."""
    version: int = 1

    @property
    def files(self) -> tuple[str, ...]:
        """The formats of its files."""
        return tuple(one for one in self.formats if one != "api")

    @property
    def has_api(self) -> bool:
        """Whether it is also given out by an API."""
        return "api" in self.formats

    @property
    def keywords(self) -> tuple[str, ...]:
        """Two tags."""
        return (self.domain.name, self.organization.name.removeprefix("上海市"))
