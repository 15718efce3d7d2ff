"""What something uses is not taken away, and what was taken away is written no more."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from catalog_service.journal import Journal
from catalog_service.journal.schema import metadata
from catalog_service.rooms import ROOMS
from catalog_service.vocabulary_work.concept_uses import RecordsUsing
from ontology.concepts import Known
from tests.catalog_service.vocabulary_work.concepts_made import (
    IRI,
    NAME,
    NEW,
    proposed,
    signed_in_people,
)
from tests.fixtures.people import Browser, use_counting_hasher
from tests.fixtures.web import House, opened, portal

Desk = tuple[House, httpx.Client, dict[str, Browser]]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("uses") / "var") as (house, client):
        use_counting_hasher(house.atlas)
        yield house, client, signed_in_people(house, client)


@pytest.fixture
def concept(desk: Desk) -> tuple[str, str, str]:
    """A new organization in force, under a code of its own: its page, its IRI, its name."""
    number = len(desk[0].atlas.released_vocabulary.history("organization")) + 1
    code, name = f"nebula-{number}", f"{NAME}{number}号"
    given = {**NEW, "notation": code, "zh": name, "others": "", "en": f"Nebula Centre {number}"}
    where = proposed(desk[2]["li"], **given)
    assert desk[2]["wang"].post(where, step="release", reason="属实").status_code == 303
    return where, IRI.replace("nebula-computing", code), name


def undone(desk: Desk, where: str) -> int:
    return desk[2]["zhao"].post(where, step="undo", reason="误").status_code


def test_a_withdrawn_record_uses_nothing(desk: Desk, concept: tuple[str, str, str]) -> None:
    house, (where, _, name) = desk[0], concept
    house.submit("gone", [portal("G1", "撤回的记录", department=name)])
    assert undone(desk, where) == 409
    house.withdraw("gone", "G1")
    assert undone(desk, where) == 303


def test_a_version_that_waits_uses_it(desk: Desk, concept: tuple[str, str, str]) -> None:
    house, (where, _, name) = desk[0], concept
    house.submit("held", [portal("W1", "等待放行的记录")], gate="enforce")
    wrong = portal("W1", "等待放行的记录", department=name, is_open="")
    (held,) = house.submit("held", [wrong], gate="enforce")
    assert held.status == "held"
    assert undone(desk, where) == 409
    house.submit("held", [portal("W1", "另一条记录")], gate="enforce")
    assert undone(desk, where) == 303


def test_what_came_since_the_records_were_read_is_seen(
    desk: Desk, concept: tuple[str, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    house, (where, iri, name) = desk[0], concept
    read = RecordsUsing.__init__

    def and_then(self: RecordsUsing, journal: Journal, concept: str) -> None:
        read(self, journal, concept)
        house.submit("city", [portal("L1", "后来的记录", department=name)])

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(RecordsUsing, "__init__", and_then)
        assert undone(desk, where) == 409
    using = RecordsUsing(house.atlas.journal, iri)
    assert using.count() == 1
    house.submit("city", [portal("L1", "后来的记录")])
    assert using.count() == 0
    # Only what was changed is read inside the transaction.
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Journal, "snapshot", None)
        assert using.count() == 0
    assert undone(desk, where) == 303


def row(table: str, iri: str) -> Mapping[str, Any]:
    """A row that names an organization; what else it must hold is made up."""
    made: dict[str, Any] = {}
    for column in metadata.tables[table].c:
        if column.name in ("organization", "publisher"):
            made[column.name] = iri
        elif isinstance(column.type, sa.Date):
            made[column.name] = date(2026, 9, 1)
        elif isinstance(column.type, sa.LargeBinary):
            made[column.name] = zlib.compress(b"")
        elif isinstance(column.type, (sa.Boolean, sa.Integer, sa.BigInteger)):
            made[column.name] = 1
        else:
            made[column.name] = "editing" if column.name == "state" else "x"
    return made


HISTORY = {"audit_entries", "notices", "open_list_filings", "open_list_versions"}
"""What tells of something that happened, or follows from a row that is counted."""
HISTORY |= {"open_list_checks", "open_list_decisions", "open_list_workbooks"}
HISTORY |= {"record_publishers", "rule_day_findings"}
NAMING = sorted(
    name
    for name, table in metadata.tables.items()
    if {"organization", "publisher"} & set(table.c.keys()) and name not in HISTORY
)


@pytest.mark.parametrize("table", NAMING)
def test_whatever_names_an_organization_uses_it(
    desk: Desk, concept: tuple[str, str, str], table: str
) -> None:
    house, (where, iri, _) = desk[0], concept
    values = dict(row(table, iri))
    if table == "organization_links":
        values["state"] = "proposed"
    with house.atlas.journal.writing_tables() as connection:
        connection.execute(metadata.tables[table].insert().values(values))
        counted = sum(uses(connection, iri) for r in ROOMS for uses in r.concept_uses())
    assert counted == 1
    assert undone(desk, where) == 409
    with house.atlas.journal.writing_tables() as connection:
        own = next(key for key, value in values.items() if value == iri)
        stored = metadata.tables[table]
        connection.execute(stored.delete().where(stored.c[own] == iri))
    assert undone(desk, where) == 303


def test_an_open_draft_uses_it(desk: Desk, concept: tuple[str, str, str]) -> None:
    house, (where, iri, _) = desk[0], concept
    drafts, versions = (metadata.tables[name] for name in ("drafts", "draft_versions"))
    body = zlib.compress(f"<x> <y> <{iri}> .".encode())
    with house.atlas.journal.writing_tables() as connection:
        connection.execute(drafts.insert().values({**row("drafts", "other"), "id": "d"}))
        said = {"draft_id": "d", "version": 1, "body": body, "actor": "x", "time": 1}
        connection.execute(versions.insert().values(said))
    assert undone(desk, where) == 409
    with house.atlas.journal.writing_tables() as connection:
        connection.execute(drafts.update().values(state="discarded"))
    assert undone(desk, where) == 303


def test_what_was_taken_away_is_not_written(desk: Desk, concept: tuple[str, str, str]) -> None:
    house, client, people = desk
    where, iri, name = concept
    # This house's vocabulary is asked for once a second: it knows the concept still.
    known = house.atlas.released_vocabulary
    assert isinstance(house.atlas.vocabulary.organization(name), Known)
    known.look_again = lambda: None  # type: ignore[method-assign]
    known._look_at = float("inf")
    try:
        assert undone(desk, where) == 303
        assert isinstance(house.atlas.vocabulary.organization(name), Known)
        (refused,) = house.submit("city", [portal("D1", "迟到的记录", department=name)])
        assert refused.error is not None and refused.error.code == "concept-ended"
        assert house.atlas.journal.states("city", ["D1"]) == {}
        del known.look_again  # type: ignore[attr-defined]
        # A push is read once more.
        put = client.put(
            "/api/v1/sources/city/records/D1",
            json=portal("D1", "迟到的记录", department=name),
            headers=house.token("write:city"),
        )
        assert put.status_code in (201, 202), put.text
    finally:
        known._look_at = 0.0
    assert RecordsUsing(house.atlas.journal, iri).count() == 0
    assert people
