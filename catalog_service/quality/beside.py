"""What is known of records beside what they say: findings of rules, and looks at their files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final

import orjson
import sqlalchemy as sa

from catalog_service.context import Service
from catalog_service.quality.data.model import GONE, group_of
from catalog_service.quality.model import Beside, Look
from catalog_service.quality.tables import quality_profiles

_P: Final = quality_profiles.c


def known_beside(atlas: Service, iri: str | None = None) -> Callable[[str], Beside]:
    """Return what is known of a record, by its IRI; read once for all, or for ``iri`` alone."""
    findings = atlas.journal.public_verdicts(iri)
    query = sa.select(_P.iri, _P.day, _P.seen, _P.address, _P.reason, _P.details)
    if iri is not None:
        query = query.where(_P.iri == iri)
    looks: defaultdict[str, list[Look]] = defaultdict(list)
    answers: dict[str, dict[str, bool]] = {}
    with atlas.journal.reading_tables() as connection:
        for row in connection.execute(query.order_by(_P.iri, _P.day.desc())):
            looks[row.iri].append(_look(row))
            # The newest comes first.
            answered = not row.reason or group_of(row.reason) != "fetch"
            answers.setdefault(row.iri, {row.address: answered})

    def beside(name: str) -> Beside:
        return Beside(findings.get(name), tuple(looks.get(name, ())), answers.get(name, {}))

    return beside


def _look(row: Any) -> Look:
    content = None if row.details is None else orjson.loads(row.details)["sha256"]
    return Look(row.day, row.seen, content, row.reason == GONE)
