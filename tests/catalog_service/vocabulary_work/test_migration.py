"""What releases decided before their numbers were kept is theirs after the migration, too."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command

from catalog_service.clock import SystemClock
from catalog_service.journal import Journal
from catalog_service.journal.upgrade import configuration
from catalog_service.vocabulary_work.tables import (
    concept_proposal_events,
    concept_proposals,
    value_decision_events,
    value_decisions,
)

AUDIT = "https://w3id.org/shdata/vocab/organization/audit"


def decision(number: int, actor: str, at: int, **more: Any) -> list[tuple[sa.Table, Any]]:
    row = {"number": number, "field": "publisher", "key": f"k{number}", "text": f"K{number}"}
    row |= {"concept": AUDIT, "reason": "别名", "state": "released", **more}
    event = {"number": number, "decision": number, "actor": actor, "time": at, "reason": "别名"}
    return [(value_decisions, row), (value_decision_events, {**event, "kind": "released"})]


def proposal(
    number: int, at: int, kind: str = "name", undone: int | None = None
) -> list[tuple[sa.Table, Any]]:
    row = {"number": number, "kind": kind, "scheme": "organization", "concept": AUDIT}
    details = {"zh": f"K{number}", "en": "Audit", "others": ["上海市审计处"]}
    row |= {"details": json.dumps(details), "reason": "更名", "state": "released"}
    event = {"proposal": number, "actor": "person:wang", "reason": "别名"}
    rows = [
        (concept_proposals, row),
        (
            concept_proposal_events,
            {**event, "number": 2 * number, "kind": "released", "time": at},
        ),
    ]
    if undone is not None:
        ended = {**event, "number": 2 * number + 1, "kind": "undone", "time": undone}
        rows.append((concept_proposal_events, ended))
    return rows


def test_a_decision_gets_the_last_release_that_may_have_made_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'journal.sqlite'}"
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, "0053")
        for table, row in (
            *proposal(1, at=10),
            *proposal(2, at=20),
            *proposal(3, at=30, kind="deprecate"),
            *proposal(4, at=10, undone=20),
            *decision(1, "person:wang", 11),
            *decision(2, "person:wang", 35, key="市审计处"),
            *decision(3, "person:li", 35, key="k1"),
            *decision(4, "person:wang", 5, key="k1"),
            *decision(5, "person:wang", 35, source="city", key="k1"),
            # By hand, with the same short reason: of a value that the release never named, and
            # after the release was undone.
            *decision(6, "person:wang", 35, key="某审计处"),
            *decision(7, "person:wang", 35, key="k4"),
            *decision(8, "person:wang", 15, key="k4"),
        ):
            connection.execute(table.insert().values(row))
    engine.dispose()
    columns = (value_decisions.c.number, value_decisions.c.proposal)
    with closing(Journal.open(url, SystemClock())) as journal, journal.reading_tables() as read:
        found = read.execute(sa.select(*columns)).all()
    assert dict(map(tuple, found)) == {
        **{1: 1, 2: 2, 8: 4},
        **dict.fromkeys((3, 4, 5, 6, 7)),
    }
