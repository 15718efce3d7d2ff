"""What is known of records beside what they say: findings, looks at files, asked addresses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import orjson
import sqlalchemy as sa

from catalog_service.context import Service
from catalog_service.journal.queries import chunks
from catalog_service.quality.addresses.keeping import states_of
from catalog_service.quality.addresses.model import key_of, listed
from catalog_service.quality.data.model import GONE, group_of
from catalog_service.quality.model import Beside, Look
from catalog_service.quality.reading import Read
from catalog_service.quality.tables import quality_profiles

_P: Final = quality_profiles.c


def known_beside(atlas: Service, records: Mapping[str, Read]) -> dict[str, Beside]:
    """Return what is known of some records, by IRI."""
    findings = atlas.journal.public_verdicts(list(records))
    looks: defaultdict[str, list[Look]] = defaultdict(list)
    fetched: dict[str, tuple[str, date, bool]] = {}
    day, dead_days = atlas.clock.today(), atlas.settings.quality_dead_days
    with atlas.journal.reading_tables() as connection:
        for iris in chunks(sorted(records)):
            query = sa.select(_P.iri, _P.day, _P.seen, _P.address, _P.reason, _P.details)
            query = query.where(_P.iri.in_(iris))
            for row in connection.execute(query.order_by(_P.iri, _P.day.desc())):
                # The newest comes first.
                answered = not row.reason or group_of(row.reason) != "fetch"
                newest = fetched.setdefault(row.iri, (row.address, row.seen, answered))
                # Another file has other content: it says nothing of whether this one changed.
                if row.address == newest[0]:
                    looks[row.iri].append(_look(row))
    states = states_of(atlas, {key_of(one) for said in records.values() for one in said.addresses})

    def beside(name: str, said: Read) -> Beside:
        links = listed(said.addresses, states, day, dead_days)
        answers: dict[str, bool] = {}
        if name in fetched:
            answers[fetched[name][0]] = fetched[name][2]
        for one in links:
            is_newer = name not in fetched or (
                one.address != fetched[name][0]
                or (one.state is not None and one.state.seen >= fetched[name][1])
            )
            # An answer of MQA is of the last time; a refusal is none.
            if one.standing != "unasked" and is_newer:
                answers[one.address] = one.standing == "answers"
        return Beside(
            findings.get(name),
            tuple(looks.get(name, ())),
            answers,
            tuple(one.standing for one in links),
        )

    return {name: beside(name, said) for name, said in records.items()}


def _look(row: Any) -> Look:
    content = None if row.details is None else orjson.loads(row.details)["sha256"]
    return Look(row.day, row.seen, content, row.reason == GONE)
