"""Role × route × organization: every cell of the table, at every route and page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from fastapi.routing import APIRoute

from catalog_service.accounts.actions import ALLOWED, PERSONAL, Action, Role
from catalog_service.accounts.service import OPERATOR, set_owner
from catalog_service.app import create_app
from catalog_service.editing import service, workbooks
from catalog_service.editing.stored_drafts import StoredDrafts
from tests.catalog_service.editing.workbooks_made import book, content
from tests.fixtures.organizations import vocabulary_with_below
from tests.fixtures.people import ORGANIZATION, Browser, person, signed_in, use_counting_hasher
from tests.fixtures.routes import address_of, all_routes, asks_for_token
from tests.fixtures.web import House, portal, served
from tests.security.rights_table import (
    ANYBODY_POSTS,
    ELSEWHERE,
    MORE,
    OWN,
    RIGHTS,
    TOLD_TO_ALL,
    Over,
    Right,
)

pytestmark = pytest.mark.slow

PLACES = {"own": "health", "below": "shenkang", "another": "water", "nobodys": None}
"""Sources, by whose they are, seen from a role over `health`."""

CELLS = [*product(Role, [True], PLACES), *product(Role, [False], ["another"])]
"""A role, whether it is over `health` alone (else the whole city), and whose source is asked of."""

REFUSED = (401, 403)


READ, WRITTEN = "HELD", "CHANGED"
"""Held records of each source: one that routes only read, and one that those that write change."""


@dataclass
class Site:
    house: House
    client: httpx.Client
    browsers: dict[tuple[Role, bool], Browser]
    runs: dict[str, str]
    """The run of each place."""
    people: dict[str, str]
    """Somebody with a role at each place."""

    def values(self, place: str, held: str = READ) -> dict[str, str]:
        """Return what stands in addresses; ``held`` is the held record that is named."""
        base = self.house.settings.base_iri
        notation = PLACES[place]
        return {
            "source": place,
            "run": self.runs[place],
            "person": self.people[place],
            "remote_id": held,
            "seq": str(self.seq(place, held)),
            "organization": f"{ORGANIZATION}{notation}" if notation else "",
            "over": f"{ORGANIZATION}{notation}" if notation else "city",
            "department": self.department(notation),
            "record": f"{base}/id/dataset/{place}/R1",
            "other": f"{base}/id/dataset/{place}/R2",
        }

    def department(self, notation: str | None) -> str:
        """Return the name of an organization; one that the vocabulary does not know is nobody's."""
        concept = self.house.atlas.vocabulary.concept(f"{ORGANIZATION}{notation}")
        return concept.zh if concept is not None else "某某协会"

    def seq(self, place: str, held: str) -> int:
        state = self.house.atlas.journal.states(place, [held])[held]
        return state.held_seq or state.seq

    def ask(self, browser: Browser, method: str, route: str, right: Right, place: str) -> int:
        values = self.values(place, READ if method == "GET" else WRITTEN)
        in_path = {**values, "organization": quote(values["organization"], safe="")}
        address = address_of(self.route(method, route), **in_path)
        query = right.query.format(**values)
        headers = {**browser.headers, "Accept": right.accept, "X-CSRF-Token": browser.csrf}
        sent: dict[str, object] = {}
        if right.form or (method == "POST" and right.accept == "text/html"):
            filled = {name: value.format(**values) for name, value in right.form.items()}
            sent["data"] = {"csrf": browser.csrf, **filled}
        elif right.json:
            sent["json"] = {
                name: value.format(**values) if isinstance(value, str) else value
                for name, value in right.json.items()
            }
        answer = self.client.request(
            method, f"{address}?{query}" if query else address, headers=headers, **sent
        )  # type: ignore[arg-type]
        assert answer.status_code < 500, answer.text
        if answer.status_code == 303 and "/login" in answer.headers["location"]:
            return 401
        return answer.status_code

    def route(self, method: str, path: str) -> APIRoute:
        return next(one for one in ROUTES if one.path == path and method in one.methods)


ROUTES: list[APIRoute] = []


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    house = House(tmp_path_factory.mktemp("rights"))
    atlas = house.atlas
    atlas.shipped_vocabulary = vocabulary_with_below(shenkang="health")
    with atlas:
        use_counting_hasher(atlas)
        # Somebody stays who is the last administrator, whatever the cells do.
        person(atlas, "root", Role.ADMINISTRATOR)
        runs, people = {}, {}
        for place, notation in PLACES.items():
            run = atlas.journal.start_run(place)
            house.submit(place, [portal("R1", "医院床位"), portal("R2", "医院门诊")])
            held = [portal(name, "等待的数据", is_open="") for name in (READ, WRITTEN)]
            house.submit(place, held, gate="enforce")
            atlas.journal.finish_run(run.id, {"read": 3}, message="内部说明")
            runs[place] = run.id
            people[place] = person(atlas, f"at-{place}", Role.MEMBER, notation).id
            if notation:
                set_owner(atlas.journal, atlas.vocabulary, place, ORGANIZATION + notation)
        house.project()
        with served(house) as address, httpx.Client(base_url=address, timeout=120) as client:
            browsers = {
                (role, bound): signed_in(
                    client,
                    atlas,
                    person(atlas, f"{role}-{bound}".lower(), role, "health" if bound else None),
                )
                for role, bound in product(Role, (True, False))
            }
            ROUTES[:] = all_routes(create_app(atlas, warm_search=False))
            yield Site(house, client, browsers, runs, people)


def expected(action: Action, over: Over, role: Role, bound: bool, place: str) -> bool:
    """Work a cell out from the table, by itself: without the code that decides."""
    if action not in ALLOWED[role]:
        return False
    if action in PERSONAL or over == "somewhere":
        return True
    if over == "city":
        return not bound
    return not bound or place in ("own", "below")


def test_every_route_has_its_row(site: Site) -> None:
    unknown = []
    for route in ROUTES:
        for method in route.methods - {"HEAD", "OPTIONS"}:
            key = (method, route.path)
            known = key in RIGHTS or key in MORE or key in OWN or route.path in TOLD_TO_ALL
            if known or (method == "POST" and route.path in ANYBODY_POSTS):
                continue
            if key == ("POST", "/source-catalog/import") or route.path in ELSEWHERE:
                continue
            # For anybody: it looks at nobody, and only reads.
            if method == "GET" and not asks_for_token(route):
                continue
            if key == ("POST", "/api/v1/validate"):
                continue
            unknown.append(key)
    assert unknown == []
    there = {(method, route.path) for route in ROUTES for method in route.methods}
    assert {*RIGHTS, *MORE, *OWN} <= there
    assert {path for path in ELSEWHERE.values() if not Path(path).exists()} == set()


@pytest.mark.parametrize("key", RIGHTS, ids=[" ".join(key) for key in RIGHTS])
def test_each_cell(site: Site, key: tuple[str, str]) -> None:
    method, path = key
    wrong = []
    for right in RIGHTS[key]:
        for role, bound, place in CELLS:
            if right.over in ("city", "somewhere") and bound and place != "own":
                continue
            if right.over == "organization" and PLACES[place] is None:
                continue
            browser = site.browsers[role, bound]
            status = site.ask(browser, method, path, right, place)
            if (status not in REFUSED) != expected(right.action, right.over, role, bound, place):
                wrong.append((right.action, role, bound, place, status))
        nobody = Browser(site.client, None)
        if site.ask(nobody, method, path, right, "own") not in REFUSED:
            wrong.append((right.action, "nobody", False, "own", 0))
    assert wrong == []


@pytest.mark.parametrize("key", MORE, ids=[" ".join(key) for key in MORE])
def test_more_is_told_to_those_who_may(site: Site, key: tuple[str, str]) -> None:
    method, path = key
    wrong = []
    for place in PLACES:
        address = address_of(site.route(method, path), **site.values(place))
        accept = {"Accept": "text/html"} if path.startswith("/dataset") else {}
        public = site.client.get(address, headers=accept)
        for role, bound, at in CELLS:
            if at != place:
                continue
            headers = {**site.browsers[role, bound].headers, "Accept": accept.get("Accept", "*/*")}
            answer = site.client.get(address, headers=headers)
            more = (answer.status_code, answer.status_code < 400 and answer.content) != (
                public.status_code,
                public.status_code < 400 and public.content,
            )
            over: Over = "somewhere" if MORE[key] == "somewhere" else "source"
            if more != expected(Action.DATASET_READ_HELD, over, role, bound, place):
                wrong.append((role, bound, place, public.status_code, answer.status_code))
            if more and "no-store" not in answer.headers.get("cache-control", ""):
                wrong.append((role, bound, place, "is kept by caches", 0))
    assert wrong == []


def test_a_table_is_taken_in_over_all_departments_that_it_names(site: Site) -> None:
    own, another = site.department("health"), site.department("water")
    for (role, bound), names in product(site.browsers, ([own], [another], [own, another])):
        browser = site.browsers[role, bound]
        rows = "".join(f"车位数,{name}\n" for name in names)
        answer = site.client.post(
            "/source-catalog/import",
            data={"csrf": browser.csrf, "action": "preview"},
            files={"file": ("t.csv", f"数据项,责任部门\n{rows}".encode(), "text/csv")},
            headers=browser.headers,
        )
        place = "own" if names == [own] else "another"
        allowed = expected(Action.SOURCE_CATALOG_EDIT, "source", role, bound, place)
        assert (answer.status_code not in REFUSED) == allowed, (role, bound, names)


def test_what_is_ones_own(site: Site) -> None:
    for browser in site.browsers.values():
        assert browser.get("/account").status_code == 200
        assert site.client.get("/api/v1/me", headers=browser.headers).status_code == 200
    nobody = Browser(site.client, None)
    assert nobody.get("/account").status_code == 303
    assert nobody.post("/account", action="language").status_code == 303


def test_a_hundred_identifiers_of_others_open_nothing(site: Site) -> None:
    """IDOR: whoever guesses or learns what belongs to others gets no further by it."""
    house = site.house
    stranger = site.browsers[Role.STEWARD, True]
    manager = site.browsers[Role.ADMINISTRATOR, True]
    others = [person(house.atlas, f"other-{n}", Role.STEWARD, "water") for n in range(100)]
    sessions = [signed_in(site.client, house.atlas, one) for one in others]
    open_ones = [house.atlas.accounts.sessions.of(one.id)[0].id for one in others]
    for account, session in zip(others, open_ones, strict=True):
        assert manager.get(f"/accounts/{account.id}").status_code == 403
        stranger.post("/account", action="session-end", session=session)
    assert all(len(house.atlas.accounts.sessions.of(one.id)) == 1 for one in others)
    assert sessions[0].get("/account").status_code == 200
    for number in range(100):
        path = f"/api/v1/sources/another/records/R{number}/removed"
        assert site.client.get(path, headers=stranger.headers).status_code == 403


def test_drafts_and_workbooks_of_others_open_nothing(site: Site) -> None:
    """IDOR: not read, not written, not moved, not compared, by whoever knows their identifiers."""
    atlas = site.house.atlas
    organization = f"{ORGANIZATION}water"
    stranger = site.browsers[Role.STEWARD, True]
    reviewer = site.browsers[Role.REVIEWER, True]
    drafts = [service.begin(atlas, OPERATOR, organization) for _ in range(35)]
    sheet = content(book(("名称", "摘要"), ("泵站名录", "全市泵站的名称和地址")))
    uploads = [
        workbooks.receive(atlas, OPERATOR, organization, f"{number}.xlsx", sheet)
        for number in range(9)
    ]
    actions = ("save", "submit", "release", "return", "take-back", "discard", "take-in")
    for number, one in enumerate(drafts):
        path = f"/workbench/datasets/{one.id}"
        fields = {"action": actions[number % len(actions)], "version": "1", "reason": "x"}
        for browser in (stranger, reviewer):
            assert browser.get(path).status_code == 404
            assert browser.get(f"{path}/compare").status_code == 404
            assert browser.post(path, title="mine", **fields).status_code == 404, fields
    for number, kept in enumerate(uploads):
        path = f"/workbench/datasets/import/{kept.id}"
        action = ("apply", "forget", "choose")[number % 3]
        for browser in (stranger, reviewer):
            assert browser.get(path).status_code == 404
            assert browser.post(path, action=action).status_code == 404
    with atlas.journal.reading_tables() as connection:
        store = StoredDrafts(connection, atlas.settings.base_iri)
        found = [store.find(one.id) for one in drafts]
    assert all(one is not None and (one.version, one.state) == (1, "editing") for one in found)
    assert all(workbooks.find(atlas, OPERATOR, one.id).id == one.id for one in uploads)
