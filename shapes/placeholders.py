"""Placeholders for dated data in a rule: ``${name}`` or ``${name:argument}`` inside a pattern.

A rule file cannot contain today's date or the hosts registered today; both are filled into its
patterns when it is compiled. Days are compared by patterns over their text, so that both engines
treat ``xsd:date`` and ``xsd:dateTime``, with and without a zone, alike: by the stated day.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ontology.errors import AtlasError, FilePosition, Phrase
from shapes.errors import INVALID_PARAMETERS

ACCESS_HOSTS = Path(__file__).parent / "parameters" / "access-hosts.csv"
"""The platforms registered under R10: host, from, until (the last day), note."""

_PLACEHOLDER = re.compile(r"\$\{([a-z-]+)(?::([a-z-]+))?\}")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class AccessHost:
    """A platform through which data may be reached, with the days of its registration."""

    host: str
    start: date
    end: date | None = None

    def registered(self, day: date) -> bool:
        """Tell whether the host is registered on ``day``."""
        return self.start <= day and (self.end is None or day <= self.end)


def read_access_hosts(path: Path) -> tuple[AccessHost, ...]:
    """Read R10's allow-list; raises `AtlasError` (``invalid-rule-parameters``) with the line."""
    hosts = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        for row in rows:
            place = FilePosition(path.name, rows.line_num)
            host = (row.get("host") or "").strip().lower()
            if _HOST.fullmatch(host) is None:
                raise AtlasError(
                    INVALID_PARAMETERS,
                    place=place,
                    reason=Phrase("no host name: “{host}”", {"host": host}),
                )
            try:
                start = date.fromisoformat((row.get("from") or "").strip())
                until = (row.get("until") or "").strip()
                hosts.append(AccessHost(host, start, date.fromisoformat(until) if until else None))
            except ValueError as error:
                raise AtlasError(INVALID_PARAMETERS, place=place, reason=str(error)) from error
    return tuple(hosts)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What placeholders are filled from: the day, the registered hosts, the rule's parameters."""

    day: date
    hosts: tuple[AccessHost, ...]
    parameter: Callable[[str], str]
    """The value in force of a parameter of the rule; raises KeyError."""

    def fill(self, text: str) -> str:
        """Fill all placeholders of ``text``; raises ValueError that names an unknown one."""
        return _PLACEHOLDER.sub(lambda found: self._value(found[1], found[2]), text)

    def _value(self, name: str, argument: str | None) -> str:
        if name == "up-to-today" and argument is None:
            return up_to(self.day)
        if name == "access-hosts" and argument is None:
            return hosts_pattern([h.host for h in self.hosts if h.registered(self.day)])
        if name == "from-year" and argument is not None:
            try:
                return from_year(int(self.parameter(argument)))
            except KeyError:
                raise ValueError(f"no parameter {argument} in force on {self.day}") from None
        raise ValueError(f"unknown placeholder ${{{name}{':' + argument if argument else ''}}}")


def has_placeholder(text: str) -> bool:
    """Tell whether ``text`` holds anything that looks like a placeholder."""
    return "${" in text


def up_to(day: date) -> str:
    """Return a pattern for the text of all days up to ``day`` itself, any time of it."""
    years = _digits_below(f"{day.year:04}")
    months = _digits_below(f"{day.month:02}")
    days = [*_digits_below(f"{day.day:02}"), f"{day.day:02}"]
    # A text that is no day, or a year before 1, is not in the future.
    parts = ["[^0-9]", rf"({'|'.join(years)})([^0-9]|$)"]
    if months:
        parts.append(rf"{day.year:04}-({'|'.join(months)})")
    parts.append(rf"{day.year:04}-{day.month:02}(-({'|'.join(days)})|Z|[+-]..:..|$)")
    # A bare year (xsd:gYear) is not after today while the year runs.
    parts.append(rf"{day.year:04}(Z|[+-]..:..)?$")
    return f"^({'|'.join(parts)})"


def _digits_below(digits: str) -> list[str]:
    """Return patterns for all numbers of the same width that are smaller."""
    found = []
    for place, digit in enumerate(digits):
        if digit != "0":
            rest = "[0-9]" * (len(digits) - place - 1)
            upper = str(int(digit) - 1)
            found.append(f"{digits[:place]}{'0' if upper == '0' else f'[0-{upper}]'}{rest}")
    return found


def from_year(year: int) -> str:
    """Return a pattern for the text of all days from 1 January of ``year`` (1000 to 9999) on."""
    digits = f"{year:04}"
    above = []
    for place, digit in enumerate(digits):
        if digit != "9":
            rest = "[0-9]" * (len(digits) - place - 1)
            above.append(f"{digits[:place]}[{int(digit) + 1}-9]{rest}")
    return f"^([^0-9]|{'|'.join([*above, digits])})"


def hosts_pattern(hosts: list[str]) -> str:
    """Return a pattern for addresses on exactly these hosts; on none where the list is empty.

    Scheme and host are case-insensitive (RFC 3986, section 6.2.2.1), and a host may end with a
    dot. An address with a user before the host does not match.
    """
    if not hosts:
        return "^$"
    names = "|".join(_any_case(host.rstrip(".")) for host in hosts)
    return rf"^{_any_case('http')}[sS]?://({names})\.?(:[0-9]*)?([/?#]|$)"


def _any_case(text: str) -> str:
    """Return a pattern for a text in any case; not every engine knows `sh:flags`."""
    return "".join(
        f"[{c.lower()}{c.upper()}]" if c.isascii() and c.isalpha() else re.escape(c) for c in text
    )
