"""The metrics: each holds what a record says against what is demanded, on one day."""

from __future__ import annotations

from datetime import date
from typing import Final

from catalog_service.quality.model import Found, Metric, Result
from catalog_service.quality.reading import Read
from ontology.freshness import Verdict, judge

_ON_TIME: Final[dict[Verdict, Result]] = {"ontime": "pass", "late": "fail"}
"""All others cannot be judged: no date, one that lies ahead or names no day, or no fixed period
promised (不定期, 不更新, 其他). 实时 is held against one day."""


def measured(record: Read, day: date) -> dict[Metric, Found]:
    """Return what each metric says of a record on a day."""
    return {"on-time": _on_time(record, day)}


def _on_time(record: Read, day: date) -> Found:
    fresh = judge(record.updated, record.frequency, day, interval=record.interval)
    return Found(_ON_TIME.get(fresh.verdict, "unjudged"), fresh.verdict)
