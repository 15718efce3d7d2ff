"""A document as blocks, whatever it is read from and written as."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one kind within a line."""

    text: str
    strong: bool = False
    emphasis: bool = False
    code: bool = False
    link: str = ""
    """An address; empty: none."""


Line = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 4."""

    level: int
    line: Line


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``quoted``: set in."""

    line: Line
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class ListItem:
    """An item of a list: its mark (``1.``, ``•``), how deep it lies from 0, and its text."""

    mark: str
    depth: int
    line: Line


@dataclass(frozen=True, slots=True)
class Table:
    """A table with headings; each row has as many cells as there are headings."""

    headings: tuple[Line, ...]
    rows: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True, slots=True)
class Divider:
    """A line across the page."""


Block = Heading | Paragraph | ListItem | Table | Divider


@dataclass(frozen=True, slots=True)
class Document:
    """What is written: the same document is the same bytes, whenever and wherever it is made."""

    title: str
    language: Language
    day: date
    """The day that it is dated by, in the file's own properties too."""
    blocks: tuple[Block, ...]
    footer: str = ""
    """Stands below every page, beside its number."""
