"""Identifiers of other organizations, guessed or leaked, open nothing: to read, write or delete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle

import httpx
import pytest
import sqlalchemy as sa

from catalog_service.accounts.service import OPERATOR, Role, set_owner
from catalog_service.accounts.token_desk import TokenDesk, Wanted
from catalog_service.editing import service as drafts
from catalog_service.editing import workbooks
from catalog_service.journal.schema import metadata
from catalog_service.notices.persons import Notice, PersonalNotices
from catalog_service.rule_work.service import ask
from catalog_service.vocabulary_work.service import Ask, decide
from catalog_service.workbench.feeds import CalendarFeeds
from tests.catalog_service.editing.workbooks_made import book, content
from tests.fixtures.people import (
    ORGANIZATION,
    Browser,
    person,
    signed_in,
    started,
    use_counting_hasher,
)
from tests.fixtures.web import House, portal, served

pytestmark = pytest.mark.slow

EACH = 10
"""Of each kind: more than a hundred identifiers in all."""
OTHER, OWN = f"{ORGANIZATION}water", f"{ORGANIZATION}health"
GONE = (401, 403, 404)
"""What whoever has no right is told of a page or a route that is about one thing."""
SECRET = "旁人不该看到的字样"


LISTS = (
    *("/workbench", "/workbench/datasets", "/workbench/datasets/import", "/workbench/held"),
    *("/workbench/my-datasets", "/workbench/late", "/workbench/changes", "/workbench/calendar"),
    *("/workbench/vocabulary", "/workbench/vocabulary/decisions", "/rules/exceptions"),
    *("/rules/exceptions?source=river", "/workbench/held?source=river", "/rules/R01/records"),
    *("/workbench/vocabulary?source=river", "/api/v1/vocabulary/decisions", "/api/v1/tokens"),
    *("/api/v1/vocabulary/unmapped", "/api/v1/vocabulary/unmapped?source=river", "/accounts"),
    *("/account", "/account/tokens", "/notices", "/sources", "/workbench/sources", "/audit"),
    *("/api/v1/rules/R01/records", "/api/v1/rules/R01/records.csv", "/accounts/tokens"),
)
TABLES = (
    *("drafts", "draft_events", "workbook_imports", "rule_exceptions", "value_decisions"),
    *("value_decision_events", "people", "sessions", "role_grants", "delegations", "tokens"),
    *("token_owners", "notices", "calendar_feeds", "records", "sources", "source_organizations"),
)


@dataclass
class Foreign:
    """What belongs to another organization, and who of a third one asks for it."""

    house: House
    ids: dict[str, list[str]]
    browsers: dict[str, Browser]

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """Return all that is stored of them, and of everything of these kinds."""
        found = {}
        with self.house.atlas.journal.reading_tables() as connection:
            for name in TABLES:
                table = metadata.tables[name]
                query = sa.select(table)
                if name == "sessions":
                    # Those who ask are seen, in sessions of their own.
                    query = query.where(table.c.id.in_(self.ids["session"]))
                rows = [tuple(row) for row in connection.execute(query)]
                assert rows, f"{name} holds nothing"
                found[name] = sorted(rows, key=repr)
        return found


def _make(house: House) -> dict[str, list[str]]:
    atlas = house.atlas
    ids: dict[str, list[str]] = {}
    found = [drafts.begin(atlas, OPERATOR, OTHER) for _ in range(EACH)]
    ids["draft"] = [one.id for one in found]
    made = content(book(("名称", "摘要"), (SECRET, SECRET)))
    ids["upload"] = [
        workbooks.receive(atlas, OPERATOR, OTHER, f"{SECRET}.xlsx", made).id for _ in range(EACH)
    ]
    names = [f"W{n}" for n in range(EACH)]
    house.submit("river", [portal(one, SECRET, is_open="") for one in names], gate="enforce")
    # An exception lets its version through, which is public then, with the reason (ADR 45).
    freed = [f"E{n}" for n in range(EACH)]
    house.submit("river", [portal(one, "河流", is_open="") for one in freed], gate="enforce")
    house.submit("river", [portal(f"D{n}", "河道", category=f"别处{n}") for n in range(EACH)])
    set_owner(atlas.journal, atlas.vocabulary, "river", OTHER)
    ids["held"] = names
    until = atlas.clock.today() + timedelta(30)
    ids["exception"] = [
        str(
            ask(atlas, OPERATOR, "R01", ("river", one), until=until, reason="改版").exception.number
        )
        for one in freed
    ]
    ids["decision"] = [
        str(decide(atlas, OPERATOR, Ask("theme", f"别处{n}", "domain/4", "river", SECRET)).number)
        for n in range(EACH)
    ]
    people = [person(atlas, f"w{n}", Role.STEWARD, "water") for n in range(EACH)]
    ids["person"] = [one.id for one in people]
    ids["session"] = [started(atlas, one).session.id for one in people]
    ids["grant"] = [atlas.accounts.grants.of(one.id)[0].id for one in people]
    end = atlas.clock.now() + timedelta(days=5)
    ids["delegation"] = [
        atlas.accounts.grants.delegations.begin(
            one.id, people[n - 1].id, Role.STEWARD, OTHER, until=end, by="test", reason=SECRET
        ).id
        for n, one in enumerate(people)
    ]
    last = atlas.clock.today() + timedelta(days=30)
    ids["token"] = []
    for one in people:
        owner = atlas.accounts.principal(one)
        wanted = Wanted(SECRET, ("query",), None, last)
        ids["token"].append(TokenDesk(atlas, owner).make(owner, wanted).token.id)
    personal = PersonalNotices(atlas.journal)
    personal.tell_alone(Notice("draft.released", {"title": SECRET}), ids["person"])
    ids["notice"] = [personal.of(one, limit=5)[0].id for one in ids["person"]]
    feeds = CalendarFeeds(atlas.journal, atlas.clock)
    for identifier in ids["person"]:
        feeds.make(identifier, "zh")
    ids["feed"] = [feeds.of(one)[0].id for one in ids["person"]]
    return ids


OF_ONE = {
    "draft": (
        ("GET", "/workbench/datasets/{id}", {}),
        ("GET", "/workbench/datasets/{id}/compare", {}),
        *(
            ("POST", "/workbench/datasets/{id}", {"action": action, "version": "1", "reason": "x"})
            for action in ("save", "autosave", "submit", "release", "return", "take-in", "discard")
        ),
    ),
    "upload": (
        ("GET", "/workbench/datasets/import/{id}", {}),
        ("POST", "/workbench/datasets/import/{id}", {"action": "forget"}),
        ("POST", "/workbench/datasets/import/{id}", {"action": "match", "header": "2"}),
        ("POST", "/workbench/datasets/import/{id}", {"action": "apply", "take.2": "x"}),
    ),
    "held": (
        ("GET", "/workbench/held/river/{id}", {}),
        ("GET", "/api/v1/sources/river/records/{id}/removed", {}),
        ("POST", "/api/v1/sources/river/records/{id}/release", {}),
        ("PUT", "/api/v1/sources/river/records/{id}", {}),
        ("DELETE", "/api/v1/sources/river/records/{id}", {}),
        ("GET", "/rules/exceptions/new?rule=R01&source=river&remote_id={id}", {}),
        ("POST", "/workbench/datasets/of/river/{id}", {}),
    ),
    "exception": (
        ("POST", "/rules/exceptions", {"step": "end", "exception": "{id}", "reason": "x"}),
        ("POST", "/rules/exceptions", {"step": "release", "exception": "{id}"}),
    ),
    "decision": (
        ("GET", "/workbench/vocabulary/decisions/{id}", {}),
        ("GET", "/api/v1/vocabulary/decisions/{id}", {}),
        *(
            ("POST", "/workbench/vocabulary/decisions/{id}", {"step": step, "reason": "x"})
            for step in ("undo", "refuse", "release")
        ),
        *(
            ("JSON", "/api/v1/vocabulary/decisions/{id}", {"step": step, "reason": "x"})
            for step in ("undo", "refuse", "release")
        ),
    ),
    "person": (
        ("GET", "/accounts/{id}", {}),
        *(
            ("POST", "/accounts/{id}", {"action": action, "reason": "x"})
            for action in ("sessions-end", "disable", "enable", "reset")
        ),
    ),
    "token": (("DELETE", "/api/v1/tokens/{id}", {}),),
}
"""What is about one thing, by the kind of its identifier: refused."""
IN_FORMS = {
    "session": (("POST", "/account", {"action": "session-end", "session": "{id}"}),),
    "token": (
        ("POST", "/account/tokens", {"action": "revoke", "revoked": "{id}"}),
        ("POST", "/accounts/tokens", {"revoked": "{id}"}),
        ("POST", "/accounts/{me}", {"action": "token-revoke", "revoked": "{id}"}),
    ),
    "grant": (("POST", "/accounts/{me}", {"action": "revoke", "grant": "{id}"}),),
    "delegation": (("POST", "/accounts/{me}", {"action": "end-delegation", "delegation": "{id}"}),),
    "notice": (("POST", "/notices", {"notice": "{id}"}),),
    "feed": (
        ("POST", "/workbench/calendar", {"end": "{id}"}),
        ("GET", "/calendar/{id}.ics", {}),
    ),
}
"""Forms of one's own pages with an identifier of others: whatever is answered, nothing changes."""
OF_THE_SOURCE = (
    ("GET", "/workbench/sources/river", {}),
    *(
        ("POST", "/workbench/sources/river", {"action": action, "reason": "x", **more})
        for action, more in (
            ("pause", {}),
            ("schedule", {"schedule": "0 3 * * *"}),
            ("credentials", {"kind": "header", "name": "X", "secret": "y"}),
            ("forget", {}),
            ("test", {}),
            ("visit", {}),
            ("remove", {"withdraw": "yes"}),
        )
    ),
    ("PUT", "/api/v1/sources/river", {}),
    ("DELETE", "/api/v1/sources/river", {}),
    ("POST", "/api/v1/sources/river/harvest", {}),
    ("POST", "/api/v1/sources/river/recheck", {}),
    ("GET", "/api/v1/sources/river/records", {}),
    ("GET", "/api/v1/sources/river/removed", {}),
    ("GET", "/workbench/datasets/workbook?records=yes&organization=" + OTHER, {}),
    ("POST", "/workbench/datasets/new", {"organization": OTHER}),
)


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Foreign]:
    house = House(tmp_path_factory.mktemp("foreign"))
    with house.atlas as atlas:
        use_counting_hasher(atlas)
        person(atlas, "root", Role.ADMINISTRATOR)
        ids = _make(house)
        house.project()
        with served(house) as address, httpx.Client(base_url=address, timeout=60) as client:
            browsers = {"nobody": Browser(client, None)}
            for role in (Role.STEWARD, Role.ADMINISTRATOR, Role.REVIEWER):
                made = person(atlas, f"own-{role.value}".replace("_", "-"), role, "health")
                browsers[role.value] = signed_in(client, atlas, made)
                ids[f"me-{role.value}"] = [made.id]
            yield Foreign(house, ids, browsers)


def ask_for(browser: Browser, method: str, path: str, form: Mapping[str, str]) -> httpx.Response:
    headers = {**browser.headers, "X-CSRF-Token": browser.csrf}
    if method == "JSON":
        return browser.client.post(path, headers={**headers, "Accept": "*/*"}, json=dict(form))
    if method == "POST":
        return browser.client.post(path, headers=headers, data={"csrf": browser.csrf, **form})
    return browser.client.request(method, path, headers={**headers, "Accept": "*/*"})


def is_refused(answer: httpx.Response) -> bool:
    led = answer.status_code == 303 and "/login" in answer.headers["location"]
    return led or answer.status_code in GONE


def tells(answer: httpx.Response) -> bool:
    return SECRET in answer.text or answer.status_code >= 500


def test_identifiers_of_others_open_nothing(foreign: Foreign) -> None:
    assert sum(len(foreign.ids[kind]) for kind in {**OF_ONE, **IN_FORMS}) > 100
    before, open_ones = foreign.rows(), []
    asked = 0
    for who, browser in foreign.browsers.items():
        mine = foreign.ids.get(f"me-{who}", ["none"])[0]
        for table, one_thing in ((OF_ONE, True), (IN_FORMS, False)):
            for kind, attacks in table.items():
                found = foreign.ids[kind]
                # Each identifier with one attack, and the first with all of them by every role.
                some = found if who == "steward" else found[:1]
                pairs = [*zip(cycle(attacks), some), *((one, some[0]) for one in attacks)]
                for (method, path, form), identifier in pairs:
                    filled = {k: v.format(id=identifier) for k, v in form.items()}
                    address = path.format(id=identifier, me=mine)
                    answer = ask_for(browser, method, address, filled)
                    asked += 1
                    if tells(answer) or (one_thing and not is_refused(answer)):
                        open_ones.append((who, method, address, form, answer.status_code))
        for method, path, form in OF_THE_SOURCE:
            answer = ask_for(browser, method, path, form)
            if tells(answer) or not is_refused(answer):
                open_ones.append((who, method, path, form, answer.status_code))
    assert open_ones == []
    assert asked > 250
    assert foreign.rows() == before


def test_lists_of_ones_own_tell_nothing_of_others(foreign: Foreign) -> None:
    told = []
    for who, browser in foreign.browsers.items():
        for path in LISTS:
            answer = browser.get(path)
            kinds = ("draft", "upload", "token")
            if tells(answer) or any(
                one in answer.text for kind in kinds for one in foreign.ids[kind]
            ):
                told.append((who, path, answer.status_code))
    assert told == []
