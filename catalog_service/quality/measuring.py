"""The metrics: each holds what a record says against what is demanded, on one day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final

import pyoxigraph as ox

from catalog_service.quality.model import Beside, Found, Metric, Result
from catalog_service.quality.mqa import Points, points_of
from catalog_service.quality.reading import Read, own_formats, read
from ontology.dates import read_date
from ontology.freshness import Verdict, judge
from ontology.terms import RDF, VOCAB
from shapes.rule import Rule

_ON_TIME: Final[dict[Verdict, Result]] = {"ontime": "pass", "late": "fail"}
"""All others cannot be judged: no date, one that lies ahead or names no day, or no fixed period
promised (不定期, 不更新, 其他). 实时 is held against one day."""

NOTHING: Final = Beside()
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


def measured(
    record: Read, day: date, formats: Collection[str], beside: Beside = NOTHING
) -> dict[Metric, Found]:
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
        "current": _current(record, beside),
        "links": _links(beside),
        "rules": _rules(beside),
    }


def served_by_api(nquads: str, focus: str) -> bool | None:
    """Tell what the metric ``api`` says of a record's canonical form; None: it cannot be judged."""
    return {"pass": True, "fail": False}.get(_api(read(nquads, focus)).result)


def points(record: Read, formats: Collection[str], beside: Beside = NOTHING) -> Points:
    """Return the points of MQA that a record has; it conforms where no rule finds a Violation."""
    found = beside.findings
    return points_of(
        record.own,
        record.forms,
        formats=formats,
        answers=beside.answers,
        conforms=None if found is None else all(level != "Violation" for _, level in found),
        own_format=own_formats(record),
    )


def _current(record: Read, beside: Beside) -> Found:
    """Hold what was seen of the data against what the record says of it (R09).

    Its file has changed since a day on which it was seen as it was before, and the record says
    that its last update lies before that day; or there is nothing at its address, as was seen on
    two days at least.
    """
    if not beside.looks:
        return Found("unjudged", "unwatched")
    newest = beside.looks[0]
    if newest.gone:
        was_twice = newest.seen > newest.day
        return Found("fail", "invalid") if was_twice else Found("unjudged", "watched-once")
    known = [one for one in beside.looks if one.content is not None]
    if not known or known[0].seen == known[-1].day:
        return Found("unjudged", "watched-once")
    before = next((one for one in known if one.content != known[0].content), None)
    if before is None:
        return _PASSED
    said = read_date(record.updated)
    if said is None:
        return Found("unjudged", "nodate")
    # Of a month or a year the last day counts: the change may lie within it.
    return Found("fail", "changed") if said.last < before.seen else _PASSED


def _links(beside: Beside) -> Found:
    """Hold the addresses against having to answer (R09): one that is dead fails the dataset."""
    found = set(beside.links)
    if not found:
        return Found("unjudged", "noaddress")
    if found == {"answers"}:
        return _PASSED
    if "dead" in found:
        return Found("fail", "dead")
    if "failing" in found:
        return Found("unjudged", "failing")
    if found == {"unasked"}:
        return Found("unjudged", "unasked")
    return Found("unjudged", "refused" if "refused" in found else "partly-asked")


def _rules(beside: Beside) -> Found:
    if beside.findings is None:
        return Found("unjudged", "waits")
    severities = {severity for _, severity in beside.findings}
    if "Violation" in severities:
        return Found("fail", "violations")
    return Found("fail", "warnings") if "Warning" in severities else _PASSED


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
