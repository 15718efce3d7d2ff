"""The metrics: each holds what a record says against what is demanded, on one day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final

import pyoxigraph as ox

from catalog_service.quality.model import Found, Metric, Result
from catalog_service.quality.reading import Read
from ontology.freshness import Verdict, judge
from ontology.terms import RDF, VOCAB
from shapes.rule import Rule

_ON_TIME: Final[dict[Verdict, Result]] = {"ontime": "pass", "late": "fail"}
"""All others cannot be judged: no date, one that lies ahead or names no day, or no fixed period
promised (不定期, 不更新, 其他). 实时 is held against one day."""

_PASSED: Final = Found("pass", "")
_FORMAT: Final = f"{VOCAB}format/"


def machine_readable(rule: Rule) -> frozenset[str]:
    """Return the formats that R14 takes as machine-readable, by IRI: the list is its shape's."""
    return frozenset(
        one.object.value
        for one in rule.triples
        if one.predicate.value == RDF.first
        and isinstance(one.object, ox.NamedNode)
        and one.object.value.startswith(_FORMAT)
    )


def measured(record: Read, day: date, formats: Collection[str]) -> dict[Metric, Found]:
    """Return what each metric says of a record on a day.

    ``formats``: those that are machine-readable, by IRI.
    """
    return {
        "on-time": _on_time(record, day),
        "machine-readable": _machine_readable(record, formats),
        "api": _api(record),
        "api-described": _api_described(record),
        "data-dictionary": _data_dictionary(record),
        "extent": _extent(record),
    }


def _on_time(record: Read, day: date) -> Found:
    fresh = judge(record.updated, record.frequency, day, interval=record.interval)
    return Found(_ON_TIME.get(fresh.verdict, "unjudged"), fresh.verdict)


def _machine_readable(record: Read, formats: Collection[str]) -> Found:
    if record.api or any(one in formats for one in record.formats):
        return _PASSED
    if not record.distributions:
        return Found("unjudged", "nodistribution")
    # A form of which no format is said may be any.
    return Found("fail", "unreadable") if record.formats else Found("unjudged", "noformat")


def _api(record: Read) -> Found:
    if record.api:
        return _PASSED
    return Found("fail", "noapi") if record.distributions else Found("unjudged", "nodistribution")


def _api_described(record: Read) -> Found:
    if not record.api:
        return Found("unjudged", "withoutapi")
    if record.instructions and record.sample:
        return _PASSED
    if record.instructions:
        return Found("fail", "nosample")
    return Found("fail", "noinstructions" if record.sample else "undescribed")


def _data_dictionary(record: Read) -> Found:
    if not record.items:
        return Found("fail", "noitems")
    return _PASSED if record.complete == record.items else Found("fail", "incomplete")


def _extent(record: Read) -> Found:
    if record.place and record.period:
        return _PASSED
    if record.place:
        return Found("fail", "notime")
    return Found("fail", "nospace" if record.period else "noextent")
