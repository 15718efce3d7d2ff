"""Normalizing a record for validation: dates as days, formats as concepts.

SHACL compares terms as written: dates with and without a zone, or a year and a day, have no order,
and ``text/csv`` is not ``format:csv``. Both engines therefore get the same normalized text: a date
of XML Schema becomes its day in Shanghai (`ontology.dates`), a format its concept
(`ontology.formats`). A malformed date becomes a plain text, which the rule on datatypes reports;
the engines would treat it differently. Findings report the original value.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Final

from ontology.dates import Moment, read_date, shown_date
from ontology.formats import LABELS, PREDICATES, formats_of
from ontology.ntriples import unescape
from ontology.record import Record
from ontology.terms import DCAT, DCT, VOCAB, XSD
from ontology.vocabulary import load_vocabulary
from shapes.report import Finding

_PARTNERS: Final = {
    DCT.issued: DCT.modified,
    DCT.modified: DCT.issued,
    DCAT.startDate: DCAT.endDate,
    DCAT.endDate: DCAT.startDate,
}
"""The dates that rules compare with each other."""

_SHOWN: Final = (DCT.issued, DCT.modified)
"""The dates whose values rules report."""

_LINE: Final = re.compile(
    rf"(<[^>]*>) <({'|'.join(map(re.escape, _PARTNERS))})> "
    rf'("([^"\\]*)"(?:\^\^<(?:{re.escape(XSD)}(date|dateTime|dateTimeStamp|gYear|gYearMonth)'
    r"|[^>]*)>|@[\w-]+)?) \.\n"
)
_FOREIGN_FORMAT: Final = re.compile(
    rf" <(?:{re.escape(DCT.format)}> (?!<{re.escape(VOCAB)}format/)"
    rf"|{'|'.join(map(re.escape, PREDICATES[1:]))}>)"
)
_DAY: Final = (
    r"(?!0000)\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])"
    r"|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
)
"""A day that the calendar has in every year, as xsd:date writes it."""
_NO_DAY: Final = re.compile(
    rf'"\^\^<{re.escape(XSD)}(?:dateTime|gYear|date>(?<!"{_DAY}"\^\^<{re.escape(XSD)}date>))',
    re.ASCII,
)
"""The end of a date that is no plain day. Most records have none and need no normalization."""
_YEAR: Final = r"-?(?:[1-9]\d{4,}|\d{4})"
_BEYOND: Final = re.compile(r"(-)\d|0000|[1-9]\d{4}", re.ASCII)
"""The beginning of a year that `ontology.dates` cannot represent: before 1, or of five digits."""
_ZONE: Final = r"(?:Z|[+-]\d\d:\d\d)"
_LEXICAL: Final[Mapping[str, re.Pattern[str]]] = {
    "date": re.compile(rf"{_YEAR}-\d\d-\d\d{_ZONE}?", re.ASCII),
    "dateTime": re.compile(rf"{_YEAR}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?{_ZONE}?", re.ASCII),
    "dateTimeStamp": re.compile(rf"{_YEAR}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?{_ZONE}", re.ASCII),
    "gYear": re.compile(rf"{_YEAR}{_ZONE}?", re.ASCII),
    "gYearMonth": re.compile(rf"{_YEAR}-\d\d{_ZONE}?", re.ASCII),
}
"""The lexical form of each datatype of XML Schema."""

_STARTS: Final = tuple(f' <{predicate}> "' for predicate in _PARTNERS)
_TYPED: Final = tuple(f'"^^<{XSD}{datatype}> .' for datatype in _LEXICAL)
"""Beginning and end of a line with a typed date."""


@dataclass(frozen=True, slots=True)
class NormalizedRecord:
    """A record for an engine, and the original values of the changed ones."""

    record: Record
    given: Mapping[str, frozenset[str]]

    def with_original_values(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return findings with the original values of the record."""
        if not self.given:
            return list(findings)
        told: list[Finding] = []
        for finding in findings:
            given = self.given.get(finding.value or "")
            if given is None or not any(name in (finding.path or "") for name in _SHOWN):
                told.append(finding)
            else:
                told += [replace(finding, value=value) for value in given]
        return told


def normalized(record: Record) -> NormalizedRecord:
    """Return a record with its dates and formats normalized."""
    nquads = _with_formats(record.nquads)
    plain = _NO_DAY.search(nquads) is None and not _has_other_dates(nquads)
    written = {} if plain else _dates(nquads)
    lines = set(nquads.split("\n")) if written else set()
    given: dict[str, set[str]] = defaultdict(set)

    def write(line: re.Match[str]) -> str:
        term = written.get(line[0], line[3])
        new = f"{line[1]} <{line[2]}> {term} ."
        # Two values of one day stay two values, for the rule that allows one.
        if term == line[3] or new in lines:
            return line[0]
        lines.add(new)
        if line[2] in _SHOWN:
            given[term].add(line[3])
        return new + "\n"

    if written:
        nquads = _LINE.sub(write, nquads)
    if nquads == record.nquads:
        return NormalizedRecord(record, {})
    # A value that is also in the record unchanged is reported as such.
    standing = {line.split(" ", 2)[2][:-2] for line in record.lines} if given else set()
    for term in standing & given.keys():
        given[term].add(term)
    kept = {term: frozenset(values) for term, values in given.items()}
    return NormalizedRecord(replace(record, nquads=nquads), kept)


def _with_formats(nquads: str) -> str:
    """Add the concepts of the distributions' formats to a text, where known."""
    if _FOREIGN_FORMAT.search(nquads) is None:
        return nquads
    given: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    labels: dict[str, list[str]] = defaultdict(list)
    for line in nquads[:-1].split("\n"):
        subject, predicate, rest = line.split(" ", 2)
        if predicate[1:-1] in PREDICATES:
            given[subject][predicate[1:-1]].append(rest[:-2])
        elif predicate[1:-1] in LABELS and rest[0] == '"':
            labels[subject].append(_text(rest[:-2]))
    added = []
    for subject, values in given.items():
        texts = [
            [
                (_text(term),) if term[0] == '"' else (term[1:-1], *labels[term])
                for term in values[predicate]
            ]
            for predicate in PREDICATES
        ]
        for one in formats_of(load_vocabulary(), texts):
            line = f"{subject} <{DCT.format}> <{one.value}> ."
            if one.notation is not None and f"<{one.value}>" not in values[DCT.format]:
                added.append(line)
    if not added:
        return nquads
    return "\n".join([*sorted({*nquads[:-1].split("\n"), *added}), ""])


def _text(term: str) -> str:
    return unescape(term[1 : term.rindex('"')])


def _has_other_dates(nquads: str) -> bool:
    """Tell whether a date has no date type: a number of milliseconds, a text."""
    for start in _STARTS:
        at = nquads.find(start)
        while at >= 0:
            end = nquads.index("\n", at)
            if not nquads.endswith(_TYPED, at, end):
                return True
            at = nquads.find(start, end)
    return False


def _dates(nquads: str) -> dict[str, str]:
    """Return the normalized term of each date, by line.

    A year or a month becomes a day if all its days lie before or after the dates that it is
    compared with.
    """
    written: dict[str, str] = {}
    read: dict[str, tuple[re.Match[str], Moment]] = {}
    of: dict[tuple[str, str], list[Moment]] = defaultdict(list)
    for line in _LINE.finditer(nquads):
        subject, predicate, _, text, datatype = line.groups()
        if datatype is None:
            # A number of milliseconds or a text: the day that is meant, as a plain text.
            if (shown := shown_date(text)) != text:
                written[line[0]] = f'"{shown}"'
        elif _LEXICAL[datatype].fullmatch(text) is None:
            written[line[0]] = f'"{shown_date(text)}"'
        elif beyond := _BEYOND.match(text):
            year = "0001" if beyond[1] or text.startswith("0000") else "9999"
            written[line[0]] = f'"{year}"^^<{XSD.gYear}>'
        elif (moment := read_date(text)) is None:
            written[line[0]] = f'"{text}"'
        else:
            read[line[0]] = (line, moment)
            of[subject, predicate].append(moment)
    compared: dict[tuple[str, str], _Spans] = {}
    for text, (line, moment) in read.items():
        if moment.first != moment.last:
            partner = (line[1], _PARTNERS[line[2]])
            spans = compared.get(partner)
            if spans is None:
                spans = compared[partner] = _Spans(of[partner])
            if spans.overlap(moment):
                continue
        written[text] = f'"{moment.day.isoformat()}"^^<{XSD.date}>'
    return written


class _Spans:
    """The dates that a date is compared with, sorted by first day: there may be very many."""

    def __init__(self, moments: Iterable[Moment]) -> None:
        ordered = sorted(moments, key=lambda moment: moment.first)
        self._firsts = [moment.first for moment in ordered]
        self._lasts = list(accumulate((moment.last for moment in ordered), max))
        """For each of them, the latest last day up to it."""

    def overlap(self, moment: Moment) -> bool:
        """Tell whether a year or month overlaps one of the dates, or there are none."""
        count = bisect_right(self._firsts, moment.last)
        return not self._firsts or (count > 0 and self._lasts[count - 1] >= moment.first)
