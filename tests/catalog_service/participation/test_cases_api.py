"""Cases over the API by tokens of one's own: whole lives, whose they are, what is sent again."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from catalog_service.accounts.service import acting_person
from catalog_service.audit.service import Wanted
from catalog_service.participation.erasing import erase
from catalog_service.participation.repeated_posts import forget_old_keys
from catalog_service.participation.service import case_named, is_own
from catalog_service.participation.tables import case_keys, cases
from catalog_service.participation.taking import take_step
from tests.catalog_service.participation.conftest import APPLIED, TRANSPORT, Town, mailed, settled
from tests.catalog_service.results.conftest import MADE

BUS = "city/BUS1"
TOPIC = "https://w3id.org/shdata/vocab/domain/4"
ASKED = {"kind": "demand", "text": "想要公交到站数据，请联系张敏", "topic": TOPIC, "dataset": BUS}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with settled(tmp_path_factory.mktemp("cases-api")) as made:
        yield made


class Api:
    """The API, asked with a token of somebody's own."""

    def __init__(self, town: Town, name: str, scope: str = "cases") -> None:
        atlas = town.house.atlas
        end = atlas.clock.now() + timedelta(days=30)
        owner = town.people[name].id
        self.secret = atlas.tokens.create(name, [scope], owner=owner, expires=end).secret
        self.client = town.client

    def get(self, path: str, **query: str | int) -> httpx.Response:
        return self.client.get(f"/api/v1{path}", headers=self.headers, params=query)

    def post(self, path: str, key: str | None = None, /, **body: Any) -> httpx.Response:
        headers = self.headers if key is None else {**self.headers, "Idempotency-Key": key}
        return self.client.post(f"/api/v1{path}", headers=headers, json=body)

    def step(self, name: str, step: str, text: str = "", **fields: str) -> httpx.Response:
        body = {"step": step, "text": text, "fields": fields}
        return self.client.post(f"/api/v1/cases/{name}/steps", headers=self.headers, json=body)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}


def made(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code < 300, answer.text
    found: dict[str, Any] = answer.json()
    return found


def code(answer: httpx.Response) -> str:
    assert answer.status_code >= 400, answer.text
    return str(answer.json()["code"])


APPLICATION = {
    **{name: value for name, value in APPLIED.items() if name != "terms"},
    "kind": "application",
    "terms": True,
}


def test_a_whole_application(town: Town) -> None:
    citizen, steward, reviewer = (Api(town, one) for one in ("citizen", "steward", "reviewer"))
    first = made(citizen.post("/cases", **APPLICATION))
    name = first["name"]
    assert first["form"]["applicant"] == APPLIED["applicant"] and first["state"] == "received"
    assert first["possible"] == ["withdraw"]
    at_work = made(steward.get("/cases/work", kind="application"))
    assert [one["name"] for one in at_work["cases"]] == [name] and at_work["total"] == 1
    read = made(steward.get(f"/cases/{name}"))
    assert read["steps"][0]["text"] == APPLIED["text"]
    assert read["form"]["security"] == APPLIED["security"]
    assert {"accept_it", "ask_more", "reject"} <= set(read["possible"])
    assert made(steward.step(name, "ask_more", "请补充用途"))["state"] == "waiting"
    assert made(citizen.step(name, "give_more", "用于研究"))["state"] == "received"
    assert made(steward.step(name, "accept_it"))["state"] == "accepted"
    assert citizen.get(f"/cases/{name}/agreement").status_code == 404
    assert made(steward.step(name, "grant", "同意"))["state"] == "granted"
    for who, step, address in (
        (citizen, "sign", "citizen"),
        (reviewer, "countersign", "reviewer"),
    ):
        pdf = who.get(f"/cases/{name}/agreement")
        assert pdf.headers["content-type"] == "application/pdf" and pdf.content[:4] == b"%PDF"
        wrong = who.step(name, step, signature="李签字", code="AAAA-2222")
        assert code(wrong) == "signature-code-not-valid"
        town.house.clock.step(minutes=2)
        assert made(who.post(f"/cases/{name}/code"))["expires"]
        sent = mailed(town.house, town.people[address].id)
        made(who.step(name, step, signature="李签字", code=sent))
    done = made(steward.step(name, "file"))
    assert done["state"] == "active"
    assert done["steps"][-1]["details"]["number"] == "2026-0001"
    # The public is told nothing of it.
    assert town.client.get(f"/api/v1/cases/{name}").status_code == 404
    assert made(Api(town, "other").get("/cases/own"))["total"] == 0


def test_what_is_refused_of_an_application_says_which_field(town: Town) -> None:
    citizen = Api(town, "citizen")
    assert code(citizen.post("/cases", **{**APPLICATION, "terms": False})) == "application-terms"
    assert code(citizen.post("/cases", **{**APPLICATION, "from": "soon"})) == "case-field-wrong"
    assert code(citizen.post("/cases", **{**APPLICATION, "dataset": BUS})) == (
        "application-not-needed"
    )
    unknown = citizen.post("/cases", kind="wish", text="x")
    assert unknown.status_code == 400 and "'demand'" in unknown.json()["detail"]
    assert "kind" in citizen.post("/cases", text="x").json()["detail"]


def test_a_token_is_its_owner_and_never_more(town: Town) -> None:
    """One's own cases are one's own by a token, too; and a token does what its scope is for."""
    city, citizen = Api(town, "city"), Api(town, "citizen")
    own = made(city.post("/cases", **ASKED))
    by_token = town.house.atlas.tokens.authenticate(city.secret)
    case = case_named(town.house.atlas, by_token, own["name"])
    assert is_own(by_token, case)
    person = acting_person(by_token)
    assert person is not None and person.id == town.people["city"].id
    # Nobody handles what they asked themselves: neither by the token of theirs.
    assert own["possible"] == ["withdraw"]
    sort = {"organization": TRANSPORT, "title": "公交到站"}
    assert code(city.step(own["name"], "sort", **sort)) == "right-missing"
    theirs = made(citizen.post("/cases", **ASKED))
    for scope, status in (("query", 404), ("admin", 404)):
        narrow = Api(town, "citizen", scope)
        assert narrow.get(f"/cases/{theirs['name']}").status_code == status
        assert narrow.step(theirs["name"], "withdraw").status_code == 403
        assert narrow.get("/cases/own").status_code == 403
        assert narrow.post("/cases", **ASKED).status_code == 403
    # Read by whoever wrote it, a token's reading is nobody else's.
    assert made(citizen.get(f"/cases/{theirs['name']}"))["steps"][0]["text"] == ASKED["text"]
    wanted = Wanted(action="case.read", subject=theirs["name"])
    assert list(town.house.atlas.audit.walk(wanted)) == []


def test_a_token_of_the_installation_brings_nothing_up_and_signs_nothing(town: Town) -> None:
    secret = town.house.atlas.tokens.create("machine", ["cases"]).secret
    headers = {"Authorization": f"Bearer {secret}"}
    sent = town.client.post("/api/v1/cases", headers=headers, json=ASKED)
    assert (sent.status_code, sent.json()["code"]) == (403, "right-missing")
    keyed = {**headers, "Idempotency-Key": "k"}
    assert town.client.post("/api/v1/cases", headers=keyed, json=ASKED).status_code == 403
    assert town.client.get("/api/v1/cases/own", headers=headers).json()["total"] == 0
    assert town.client.get("/api/v1/follows", headers=headers).status_code == 403


def test_own_cases_are_listed_by_kind(town: Town) -> None:
    other = Api(town, "other")
    demand = made(other.post("/cases", **ASKED))
    assert demand["topic"] == TOPIC and demand["dataset"].endswith("/city/BUS1")
    part = {"kind": "objection", "dataset": BUS, "fault": "wrong", "part": "第七行"}
    objection = made(other.post("/cases", text="站名写错了", **part))
    assert objection["steps"][0]["text"] == "第七行\n\n站名写错了"
    own = made(other.get("/cases/own", limit=1))
    assert own["total"] == 2 and [one["name"] for one in own["cases"]] == [objection["name"]]
    of_kind = made(other.get("/cases/own", kind="demand"))
    assert [one["name"] for one in of_kind["cases"]] == [demand["name"]]
    assert "text" not in str(own)
    assert town.client.get("/api/v1/cases/own").status_code == 401
    assert other.get("/cases/work").status_code == 403


def count(town: Town) -> int:
    with town.house.atlas.journal.reading_tables() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(cases)).scalar_one())


def test_a_request_that_comes_again_is_answered_as_before(town: Town) -> None:
    citizen, before = Api(town, "citizen"), count(town)
    first = citizen.post("/cases", '"8e03978e-40d5"', **ASKED)
    again = citizen.post("/cases", '"8e03978e-40d5"', **dict(reversed(ASKED.items())))
    assert (again.status_code, again.json()) == (201, first.json())
    assert count(town) == before + 1
    # What became of it meanwhile changes nothing in the answer of then.
    citizen.step(first.json()["name"], "withdraw")
    assert citizen.post("/cases", "8e03978e-40d5", **ASKED).json() == first.json()
    other_body = citizen.post("/cases", "8e03978e-40d5", **{**ASKED, "text": "别的"})
    assert (other_body.status_code, code(other_body)) == (422, "idempotency-key-reused")
    # A key is its sender's own.
    another = Api(town, "second").post("/cases", "8e03978e-40d5", **ASKED)
    assert another.status_code == 201 and another.json()["name"] != first.json()["name"]
    assert citizen.post("/cases", "k" * 256, **ASKED).status_code == 400
    assert count(town) == before + 2


def test_what_was_refused_may_be_sent_again_mended(town: Town) -> None:
    citizen = Api(town, "citizen")
    wrong = {"kind": "objection", "text": "站名错了", "dataset": BUS, "fault": "odd"}
    assert code(citizen.post("/cases", "mended", **wrong)) == "case-field-wrong"
    assert citizen.post("/cases", "mended", **{**wrong, "fault": "wrong"}).status_code == 201


def test_requests_at_the_same_moment_bring_up_one_case(town: Town) -> None:
    citizen, before = Api(town, "citizen"), count(town)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: citizen.post("/cases", "at-once", **ASKED), range(8)))
    assert {one.status_code for one in found} == {201}
    assert len({one.json()["name"] for one in found}) == 1 and count(town) == before + 1


def test_a_key_goes_after_a_day_and_with_what_was_written(town: Town) -> None:
    atlas, citizen = town.house.atlas, Api(town, "citizen")
    name = made(citizen.post("/cases", "a-day", **ASKED))["name"]

    def rows() -> list[bytes]:
        with atlas.journal.reading_tables() as connection:
            return list(
                connection.execute(
                    sa.select(case_keys.c.sealed).join(cases, cases.c.number == case_keys.c.case)
                ).scalars()
            )

    kept = rows()
    assert kept and not any("张敏".encode() in bytes(one) for one in kept)
    town.house.clock.step(minutes=24 * 60 - 1)
    assert forget_old_keys(atlas) < len(kept)
    assert made(citizen.post("/cases", "a-day", **ASKED))["name"] == name
    town.house.clock.step(minutes=1)
    fresh = made(citizen.post("/cases", "a-day", **ASKED))["name"]
    assert fresh != name
    case = case_named(atlas, town.who("citizen"), fresh)
    take_step(atlas, town.who("citizen"), case.number, "withdraw")
    before = len(rows())
    erase(atlas, town.who("citizen"), case.number, "x")
    assert len(rows()) == before - 1
    town.house.clock.step(minutes=24 * 60)
    forget_old_keys(atlas)
    assert rows() == []


def test_a_result_is_submitted(town: Town) -> None:
    citizen = Api(town, "citizen")
    body = {**MADE, "datasets": [BUS], "consent": True}
    told = made(citizen.post("/results", **body))
    assert told["state"] == "submitted" and told["page"].endswith(told["name"])
    seen = made(citizen.get(f"/cases/{told['name']}"))
    assert seen["kind"] == "result" and seen["form"]["title"] == MADE["title"]
    assert seen["form"]["consent"]
    assert code(citizen.post("/results", **{**body, "made": "thing"})) == "case-field-wrong"
    assert town.client.post("/api/v1/results", json=body).status_code == 401
    done = made(Api(town, "city").step(told["name"], "show"))
    assert done["state"] == "shown"
    assert town.client.get(f"/api/v1/results/{told['name']}").json()["contact"] == MADE["contact"]


def test_follows(town: Town) -> None:
    citizen = Api(town, "citizen")
    followed = made(citizen.post("/follows", kind="dataset", value=BUS))
    assert (followed["how"], followed["name"]["zh"]) == ("daily", "公交线路")
    changed = made(citizen.post("/follows", kind="dataset", value=BUS, how="weekly"))
    assert changed == {**followed, "how": "weekly"}
    chosen = [one for one in made(citizen.get("/follows"))["follows"] if one["why"] is None]
    assert chosen == [changed]
    assert made(Api(town, "second").get("/follows")) == {"follows": []}
    assert (
        Api(town, "second")
        .client.delete(f"/api/v1/follows/{followed['id']}", headers=Api(town, "second").headers)
        .status_code
        == 404
    )
    gone = town.client.delete(f"/api/v1/follows/{followed['id']}", headers=citizen.headers)
    assert (gone.status_code, gone.content) == (204, b"")
    assert code(citizen.post("/follows", kind="dataset", value="city/CLOSED")) == "cannot-follow"
    assert citizen.post("/follows", kind="person", value="x").status_code == 400
    assert town.client.get("/api/v1/follows").status_code == 401
