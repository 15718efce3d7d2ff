"""What the rules found in lists, as it was found: kept with the step that checked."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

import orjson
import sqlalchemy as sa

from catalog_service.journal.codec import to_instant
from catalog_service.open_list.checking import violations
from catalog_service.open_list.model import ListFinding
from catalog_service.open_list.tables import open_list_checks
from catalog_service.open_list.taking import Taking

_C = open_list_checks.c


@dataclass(frozen=True, slots=True)
class KeptFindings:
    """What was found in what a list says, and when."""

    step: int
    time: datetime
    findings: tuple[ListFinding, ...]


def keeping(
    found: Iterable[ListFinding], then: Callable[[Taking], None] | None = None
) -> Callable[[Taking], None]:
    """Return what keeps findings with a step, and writes what else the step writes."""
    told = list(found)

    def write(taking: Taking) -> None:
        organization, year = taking.name
        taking.connection.execute(
            open_list_checks.insert().values(
                step=taking.number,
                organization=organization,
                year=year,
                content=taking.content.hash,
                time=taking.now,
                findings=zlib.compress(orjson.dumps([asdict(one) for one in told])),
            )
        )
        by_rule: dict[str, int] = {}
        for one in told:
            by_rule[one.rule] = by_rule.get(one.rule, 0) + 1
        taking.details.update(violations=len(violations(told)), findings=by_rule)
        if then is not None:
            then(taking)

    return write


def last_findings(
    connection: sa.Connection, organization: str, year: int, content: str
) -> KeptFindings | None:
    """Return what the last check of a content (its hash) found; None: it was never checked."""
    query = (
        sa.select(_C.step, _C.time, _C.findings)
        .where(_C.organization == organization, _C.year == year, _C.content == content)
        .order_by(_C.step.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    kept = orjson.loads(zlib.decompress(row.findings))
    found = tuple(ListFinding(**one) for one in kept)
    return KeptFindings(row.step, to_instant(row.time), found)
