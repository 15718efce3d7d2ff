"""Public records in which a rule finds something, with what it finds, by organization."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from catalog_service.context import Service
from catalog_service.journal.codec import unpack_findings
from catalog_service.journal.listing import SHOWN_AS_FOUND
from catalog_service.journal.schema import records
from catalog_service.journal.verdict_sets import verdicts_with
from catalog_service.rule_work.service import excepted_from
from catalog_service.rule_work.tables import record_publishers
from catalog_service.rules.model import Excepted, RuleFindings
from catalog_service.rules.service import by_rule
from ontology.languages import Texts

AT_ONCE: Final = 500
"""Records of one step of a table."""


@dataclass(frozen=True, slots=True)
class Offender:
    """A public record in which a rule finds something."""

    iri: str
    source: str
    remote_id: str
    title: Texts
    publishers: tuple[str, ...]
    """What they are called."""
    findings: tuple[RuleFindings, ...]
    """What that rule finds, by severity: places and values."""

    @property
    def excepted(self) -> Excepted | None:
        """Until when and why it passes all the same."""
        return next((one.excepted for one in self.findings if one.excepted is not None), None)


def covered(atlas: Service, organization: str) -> frozenset[str]:
    """Return an organization with all that lies below it, and its successors, by IRI."""
    hierarchy = atlas.accounts.hierarchy
    if not hierarchy.is_known(organization):
        # A publisher that no vocabulary has: nothing is known to lie below it.
        return frozenset({organization})
    return hierarchy.below(organization) or frozenset({organization})


def count_offenders(atlas: Service, rule: str, organization: str | None = None) -> int:
    """Return how many there are."""
    with atlas.journal.reading_tables() as connection:
        conditions = _conditions(atlas, connection, rule, organization)
        query = sa.select(sa.func.count()).select_from(records).where(*conditions)
        return connection.execute(query).scalar_one()


def list_offenders(
    atlas: Service, rule: str, organization: str | None, offset: int, limit: int
) -> list[Offender]:
    """Return some of them, by source and identifier."""
    with atlas.journal.reading_tables() as connection:
        query = (
            _selected(_conditions(atlas, connection, rule, organization))
            .offset(offset)
            .limit(limit)
        )
        rows: Sequence[Any] = connection.execute(query).all()
    return _offenders(atlas, rule, rows)


def all_offenders(atlas: Service, rule: str, organization: str | None) -> Iterator[Offender]:
    """Yield all of them, by source and identifier; what comes in meanwhile may be left out."""
    after: tuple[str, str] | None = None
    while True:
        with atlas.journal.reading_tables() as connection:
            conditions = _conditions(atlas, connection, rule, organization)
            if after is not None:
                name = sa.tuple_(records.c.source, records.c.remote_id)
                conditions.append(name > sa.tuple_(*after))
            rows: Sequence[Any] = connection.execute(_selected(conditions).limit(AT_ONCE)).all()
        yield from _offenders(atlas, rule, rows)
        if len(rows) < AT_ONCE:
            return
        after = (rows[-1].source, rows[-1].remote_id)


def offending_publishers(atlas: Service, rule: str) -> Counter[str]:
    """Return in how many public records of each publisher a rule finds something."""
    table = record_publishers
    with atlas.journal.reading_tables() as connection:
        query = (
            sa.select(table.c.publisher, sa.func.count())
            .join(records, records.c.iri == table.c.iri)
            .where(*_conditions(atlas, connection, rule, None))
            .group_by(table.c.publisher)
        )
        return Counter(dict(iter(connection.execute(query))))


def _selected(conditions: Sequence[sa.ColumnElement[bool]]) -> sa.Select[Any]:
    return (
        sa.select(records.c.iri, records.c.source, records.c.remote_id, records.c.findings)
        .where(*conditions)
        .order_by(records.c.source, records.c.remote_id)
    )


def _conditions(
    atlas: Service, connection: sa.Connection, rule: str, organization: str | None
) -> list[sa.ColumnElement[bool]]:
    found = [*SHOWN_AS_FOUND, records.c.verdict.in_(verdicts_with(connection, rule))]
    if organization is not None:
        table = record_publishers
        iris = sa.select(table.c.iri).where(
            table.c.publisher.in_(sorted(covered(atlas, organization)))
        )
        found.append(records.c.iri.in_(iris))
    return found


def _offenders(atlas: Service, rule: str, rows: Sequence[Any]) -> list[Offender]:
    view = atlas.index.view()
    by_source: dict[str, list[str]] = {}
    for row in rows:
        by_source.setdefault(row.source, []).append(row.remote_id)
    excepted = {
        (source, remote_id): rules.get(rule)
        for source, remote_ids in by_source.items()
        for remote_id, rules in excepted_from(atlas, source, remote_ids).items()
    }
    found = []
    for row in rows:
        document = None if view is None else view.get(row.iri)
        if document is None:
            # Closed a moment ago, or not indexed yet: nothing is told of it here.
            continue
        report = unpack_findings(row.findings, row.iri)
        own = by_rule([f for f in report.findings if f.rule_id == rule], atlas.rules)
        passes = excepted.get((row.source, row.remote_id))
        found.append(
            Offender(
                iri=row.iri,
                source=row.source,
                remote_id=row.remote_id,
                title={
                    lang: text
                    for lang, text in (("zh", document.title), ("en", document.title_en))
                    if text
                },
                publishers=document.publishers,
                findings=tuple(one.model_copy(update={"excepted": passes}) for one in own),
            )
        )
    return found
