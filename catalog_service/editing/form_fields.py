"""The names of a form's fields: ``distribution/0/accessURL/1`` is the second address of a file.

A name ends with ``~`` for how its value is written, and with ``@`` for which node a row is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

CODE: Final = "~"
NODE: Final = "@"
DEEPEST: Final = 8
"""Steps of a name: a file's API's address has six."""


@dataclass(slots=True)
class Entry:
    """One value or row as a form sent it."""

    text: str = ""
    code: str = ""
    node: str = ""
    fields: dict[str, dict[int, Entry]] = field(default_factory=dict)

    def of(self, key: str) -> list[Entry]:
        """Return the entries of a field in the order of the form."""
        found = self.fields.get(key, {})
        return [found[number] for number in sorted(found)]

    def add(self, key: str) -> Entry:
        """Return a new entry behind the others of a field."""
        found = self.fields.setdefault(key, {})
        return found.setdefault(max(found, default=-1) + 1, Entry())

    def nodes(self, before: str = "") -> Iterator[tuple[str, str]]:
        """Yield the names of rows with their nodes."""
        for key, found in self.fields.items():
            for number, entry in found.items():
                name = f"{before}{key}/{number}"
                if entry.node:
                    yield name, entry.node
                yield from entry.nodes(f"{name}/")

    def at(self, name: str) -> Entry | None:
        """Return the entry of a name, None where there is none."""
        steps = _steps(name)
        here: Entry | None = self
        for key, number in steps or ():
            here = here.fields.get(key, {}).get(number) if here is not None else None
        return here if steps else None

    def remove(self, name: str) -> None:
        """Take out the entry of a name."""
        place = self._place(name)
        if place is not None:
            found, number = place
            found.pop(number, None)

    def move(self, name: str, by: int) -> None:
        """Let an entry change places with the one before it (-1) or behind it (1)."""
        place = self._place(name)
        if place is None:
            return
        found, number = place
        order = sorted(found)
        if number not in found:
            return
        target = order.index(number) + by
        if 0 <= target < len(order):
            other = order[target]
            found[number], found[other] = found[other], found[number]

    def _place(self, name: str) -> tuple[dict[int, Entry], int] | None:
        steps = _steps(name)
        if not steps:
            return None
        here: Entry | None = self
        for key, number in steps[:-1]:
            here = here.fields.get(key, {}).get(number) if here is not None else None
        key, number = steps[-1]
        return None if here is None or key not in here.fields else (here.fields[key], number)


def read_entries(form: Mapping[str, str]) -> Entry:
    """Return the entries of a form; names that are none of the form's are passed over."""
    root = Entry()
    for name, value in form.items():
        mark = name[-1:] if name[-1:] in (CODE, NODE) else ""
        steps = _steps(name[: len(name) - len(mark)])
        if not steps:
            continue
        here = root
        for key, number in steps:
            here = here.fields.setdefault(key, {}).setdefault(number, Entry())
        if mark == CODE:
            here.code = value
        elif mark == NODE:
            here.node = value
        else:
            here.text = value
    return root


def _steps(name: str) -> list[tuple[str, int]] | None:
    """Return the keys and numbers of a name; None for what is no name of an entry."""
    parts = name.split("/")
    if len(parts) % 2 or len(parts) > DEEPEST:
        return None
    keys, numbers = parts[::2], parts[1::2]
    if not all(k.isidentifier() for k in keys) or not all(_is_number(n) for n in numbers):
        return None
    return [(key, int(number)) for key, number in zip(keys, numbers, strict=True)]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 5
