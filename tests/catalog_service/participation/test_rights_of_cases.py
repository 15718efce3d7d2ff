"""Role × step × state of a case, every cell; and attempts at other people's cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import pytest

from catalog_service.accounts.service import Role
from catalog_service.participation import service
from catalog_service.participation.applying import apply_for
from catalog_service.participation.bringing_up import Brought, bring_up
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.machine import NO_CASE, Machine, StepKind
from catalog_service.participation.model import Case, KindName
from catalog_service.participation.taking import lapse, take_step
from catalog_service.results.service import submit
from ontology.errors import AtlasError
from tests.catalog_service.participation.conftest import (
    APPLIED,
    HEALTH,
    TRANSPORT,
    Town,
    code_of,
    later,
    settled,
)
from tests.catalog_service.results.conftest import MADE
from tests.fixtures.people import person
from tests.fixtures.web import HTML

HANDLERS: Final = {
    Role.STEWARD,
    Role.REVIEWER,
    Role.DISTRICT_OFFICE,
    Role.CITY_OFFICE,
    Role.CHIEF_DATA_OFFICER,
}
"""Who answers cases of the organization that the role holds over (docs/participation.md)."""
SORTERS: Final = {Role.DISTRICT_OFFICE, Role.CITY_OFFICE}
"""Who assigns them, and decides about contested answers."""
GIVEN: Final[Mapping[str, str]] = {
    "organization": HEALTH,
    "title": "公交到站",
    "topic": "4",
    "into": "1",
    "outcome": "refused",
    "article": "第二十二条",
    "dataset": "city/BUS1",
    "day": "2026-09-01",
    "version": "2",
    "rating": "4",
    "fault": "wrong",
    "from": "2026-09-01",
    "until": "2026-09-30",
    "signature": "张敏",
    "code": "ABCD-EFGH",
}
"""What every field of a step takes."""
ASKERS: Final[Mapping[str, str]] = {"sharing": "officer"}
"""Who brings a case of a kind up, where that is not the citizen."""


def asker_of(kind: KindName) -> str:
    return ASKERS.get(kind, "citizen")


def shortest(machine: Machine, state: str) -> list[StepKind]:
    """Return the steps that lead from the beginning to a state."""
    ways: dict[str, list[StepKind]] = {NO_CASE: []}
    waiting = [NO_CASE]
    while waiting:
        at = waiting.pop(0)
        for one in machine.steps_from(at):
            if one.leads_to(at) not in ways:
                ways[one.leads_to(at)] = [*ways[at], one]
                waiting.append(one.leads_to(at))
    return ways[state]


def given(kind: StepKind, organization: str = TRANSPORT) -> dict[str, str]:
    fields = {one.name: GIVEN[one.name] for one in kind.fields}
    return {**fields, "organization": organization} if "organization" in fields else fields


def brought(town: Town, kind: KindName) -> Case:
    if kind == "application":
        return apply_for(town.house.atlas, town.who("citizen"), APPLIED)
    if kind == "result":
        return submit(town.house.atlas, town.who("citizen"), MADE)
    return bring_up(
        town.house.atlas,
        town.who(asker_of(kind)),
        Brought(
            kind,
            "文字",
            {"fault": "wrong"},
            organization=TRANSPORT if kind == "objection" else None,
        ),
    )


def led_to(town: Town, machine: Machine, state: str) -> Case:
    """Return a case in a state, with the transport office where somebody is responsible."""
    atlas = town.house.atlas
    first, *steps = shortest(machine, state)
    case = brought(town, machine.kind)
    assert case.state == first.to
    for one in steps:
        if one.by == "clock":
            with later(town, 365 if one.by_day else 0):
                done = lapse(atlas, case.number)
            assert done is not None
            case = done
            continue
        if one.name == "corrected":
            for side in ("correct_source", "correct_opened"):
                take_step(atlas, town.who("steward"), case.number, side, "", dict(GIVEN))
        fields = given(one)
        if one.name == "join":
            fields["into"] = str(brought(town, machine.kind).number)
        who = {"asker": asker_of(machine.kind), "handler": "steward", "sorter": "second"}[one.by]
        if "code" in fields:
            fields["code"] = code_of(town, one.name, who, case.name)
        case = take_step(atlas, town.who(who), case.number, one.name, "文字", fields)
    assert case.state == state
    return case


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One house for all cells: each has a case of its own."""
    with settled(tmp_path_factory.mktemp("cells")) as made:
        yield made


@pytest.fixture(scope="module")
def everybody(shared: Town) -> dict[str, tuple[Role | None, str | None]]:
    """People of every role: over the transport office, over another one, over the whole city."""
    found: dict[str, tuple[Role | None, str | None]] = {"other": (None, None)}
    for role in Role:
        for over in ("transport", "health", None):
            login = f"{role.value}-{over or 'all'}"
            shared.people[login] = person(shared.house.atlas, login, role, over)
            found[login] = (role, over)
    return found


def cells() -> Iterator[tuple[KindName, str]]:
    for kind, machine in MACHINES.items():
        for state in machine.states:
            yield kind, state


@pytest.mark.parametrize(("kind", "state"), list(cells()))
def test_every_step_is_taken_by_its_party_alone(
    shared: Town,
    everybody: Mapping[str, tuple[Role | None, str | None]],
    kind: KindName,
    state: str,
) -> None:
    town, machine = shared, MACHINES[kind]
    case = led_to(town, machine, state)
    over_nobody = case.organization is None
    for login, (role, over) in everybody.items():
        who = town.who(login)
        reaches = over is None or (over == "transport" and not over_nobody)
        allowed = {
            one.name
            for one in machine.steps_from(state)
            if role is not None
            and reaches
            and (
                (one.by == "handler" and role in HANDLERS)
                or (one.by == "sorter" and role in SORTERS)
            )
        }
        assert {
            one.name for one in service.possible_steps(town.house.atlas, who, case)
        } == allowed, login
        for one in machine.steps:
            if one.name in allowed:
                continue
            with pytest.raises(AtlasError) as refused:
                take_step(town.house.atlas, who, case.number, one.name, "文字", given(one))
            assert refused.value.kind.status in (403, 404, 409, 422), (login, one.name)
    own = service.possible_steps(town.house.atlas, town.who(asker_of(kind)), case)
    assert {one.name for one in own} == {
        one.name for one in machine.steps_from(state) if one.by == "asker"
    }
    # None of them moved it.
    assert service.case_for(town.house.atlas, town.who(asker_of(kind)), case.number) == case


def test_citizens_ask_for_no_data_to_share(town: Town) -> None:
    with pytest.raises(AtlasError) as refused:
        bring_up(town.house.atlas, town.who("citizen"), Brought("sharing", "要数据"))
    assert refused.value.code == "right-missing"
    assert town.browser("citizen").get("/cases/new/sharing").status_code == 403
    assert town.browser("officer").get("/cases/new/sharing").status_code == 200


def test_an_officer_does_not_handle_what_they_asked_themselves(town: Town) -> None:
    atlas = town.house.atlas
    mine = bring_up(atlas, town.who("city"), Brought("demand", "要数据"))
    with pytest.raises(AtlasError) as refused:
        take_step(atlas, town.who("city"), mine.number, "sort", "", given(_sort()))
    assert refused.value.code == "right-missing"


def _sort() -> StepKind:
    found = MACHINES["demand"].step_named("sort")
    assert found is not None
    return found


def test_two_hundred_attempts_at_other_peoples_cases(town: Town) -> None:
    secret = "站名写错了，请联系"
    names = [
        bring_up(
            town.house.atlas,
            town.who("citizen"),
            Brought("objection" if at % 2 else "demand", f"{secret}{at}", {"fault": "wrong"}),
        ).name
        for at in range(13)
    ]
    attempts = 0
    for login in ("other", "health"):
        browser = town.browser(login)
        for name in names:
            for path in (f"/cases/{name}", f"/workbench/cases/{name}"):
                for answer in (browser.get(path), browser.post(path, step="withdraw")):
                    attempts += 1
                    assert answer.status_code in (403, 404) and secret not in answer.text
            for path in (f"/demands/{name}", f"/objections/{name}", f"/api/v1/cases/{name}"):
                attempts += 1
                assert secret not in browser.get(path).text
            attempts += 1
            sent = town.client.post(
                f"/api/v1/cases/{name}/steps", json={"step": "withdraw"}, headers=HTML
            )
            assert sent.status_code in (401, 403, 404) and secret not in sent.text
    assert attempts >= 200
    with town.house.atlas.journal.reading_tables() as connection:
        from catalog_service.participation.stored_cases import Wanted, cases_in

        assert all(len(one.steps) == 1 for one in cases_in(connection, Wanted()))


def test_the_audit_names_nobody_who_brought_a_case_up(town: Town) -> None:
    citizen = town.browser("citizen")
    made = citizen.post("/cases/new/demand", text="要数据")
    assert made.status_code == 303
    name = made.headers["location"].partition("?")[0].rpartition("/")[2]
    citizen.post(f"/cases/{name}", step="withdraw")
    atlas = town.house.atlas
    with atlas.journal.reading_tables() as connection:
        import sqlalchemy as sa

        from catalog_service.audit.tables import audit_entries

        rows = connection.execute(
            sa.select(audit_entries.c.actor, audit_entries.c.action, audit_entries.c.network).where(
                audit_entries.c.subject == name
            )
        ).all()
    assert [tuple(one) for one in rows] == [
        ("asker", "case.step", None),
        ("asker", "case.step", None),
    ]
