"""What stewards see and decide through the API, and nobody else does."""

from __future__ import annotations

import httpx
import pytest

from catalog_service.accounts.service import Role
from ontology.record import mint_iri
from tests.fixtures.people import person, signed_in
from tests.fixtures.web import BASE, House, own_site, portal, site

__all__ = ["own_site", "site"]

Site = tuple[House, httpx.Client]
RECORDS = "/api/v1/sources/strict/records"


def two_versions(house: House) -> None:
    """``strict/TWO``: a public version, and one that waits for its open type."""
    house.submit("strict", [portal("TWO", "两个版本")])
    house.submit("strict", [portal("TWO", "等待的版本", is_open="")], gate="enforce")


def test_stewards_page_through_what_waits(own_site: Site) -> None:
    house, client = own_site
    two_versions(house)
    steward = house.token("steward:strict")
    first = client.get(f"{RECORDS}?waiting=true&limit=1", headers=steward)
    assert first.headers["cache-control"] == "private, no-store"
    (held,) = first.json()["items"]
    assert (held["remote_id"], held["state"], held["public"]) == ("HELD", "held", False)
    after = {"waiting": "true", "limit": 1, "after": first.json()["next"]}
    (two,) = client.get(RECORDS, params=after, headers=steward).json()["items"]
    assert (two["remote_id"], two["state"], two["public"]) == ("TWO", "active", True)
    assert two["held_hash"] not in (None, two["hash"])
    whole = client.get(f"{RECORDS}?waiting=true", headers=steward).json()
    assert [len(whole["items"]), whole["next"]] == [2, None]
    only = client.get(f"{RECORDS}?state=active&waiting=false", headers=steward).json()
    assert only["items"] == []
    broken = client.get(f"{RECORDS}?after=x", headers=steward)
    assert (broken.status_code, broken.json()["code"]) == (400, "parameter-invalid")
    nowhere = client.get("/api/v1/sources/none/records", headers=house.token("admin"))
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "unknown-source")


def test_the_held_version_and_its_findings(own_site: Site) -> None:
    house, client = own_site
    two_versions(house)
    steward = house.token("steward:strict")
    address = "/api/v1/datasets/strict/TWO"
    public = client.get(address, headers=steward).json()
    held = client.get(f"{address}?version=held", headers=steward)
    assert held.headers["cache-control"] == "private, no-store"
    assert held.json()["description"]["title"] == {"zh": "等待的版本"}
    assert (held.json()["waiting"], held.json()["public"]) == (True, False)
    assert held.json()["hash"] != public["hash"]
    turtle = client.get(f"{address}?version=held", headers={**steward, "Accept": "text/turtle"})
    assert "等待的版本" in turtle.text
    good = client.get(f"{address}/findings", headers=steward).json()
    found = client.get(f"{address}/findings?version=held", headers=steward).json()
    assert (good["conforms"], found["conforms"]) == (True, False)
    assert found["hash"] == held.json()["hash"]
    both = client.get(f"{address}?version=held&at=2026-09-01", headers=steward)
    assert (both.status_code, both.json()["code"]) == (400, "parameter-invalid")
    none = client.get("/api/v1/datasets/strict/NONE?version=held", headers=steward)
    assert (none.status_code, none.json()["code"]) == (404, "no-held-version")


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", f"{RECORDS}?waiting=true"),
        ("GET", "/api/v1/datasets/strict/HELD?version=held"),
        ("GET", "/api/v1/datasets/strict/never-was?version=held"),
        ("GET", "/api/v1/datasets/strict/HELD/findings?version=held"),
        ("POST", f"{RECORDS}/HELD/release"),
        ("POST", "/api/v1/sources/strict/recheck"),
    ],
)
def test_nobody_else_learns_what_waits(site: Site, method: str, address: str) -> None:
    house, client = site
    body = {"reason": "因为"} if address.endswith("release") else None
    assert client.request(method, address, json=body).status_code == 401
    for scope in ("write:strict", "steward:city"):
        answer = client.request(method, address, json=body, headers=house.token(scope))
        assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed")


def test_release_lets_the_version_through_that_was_looked_at(own_site: Site) -> None:
    house, client = own_site
    two_versions(house)
    steward = house.token("steward:strict")
    address = "/api/v1/datasets/strict/TWO"
    tag = client.get(f"{address}?version=held", headers=steward).headers["etag"]
    release = f"{RECORDS}/TWO/release"
    blank = client.post(release, json={"reason": " "}, headers=steward)
    assert (blank.status_code, blank.json()["code"]) == (400, "request-invalid")
    reason = {"reason": "部门已书面确认"}
    other = {**steward, "If-Match": '"0000"'}
    assert client.post(release, json=reason, headers=other).status_code == 412
    done = client.post(release, json=reason, headers={**steward, "If-Match": tag})
    assert (done.status_code, done.json()["status"]) == (200, "updated"), done.text
    assert client.get(address).json()["description"]["title"] == {"zh": "等待的版本"}
    last = client.get(f"{address}/history", headers=steward).json()["changes"][-1]
    assert (last["kind"], last["reason"], last["actor"]) == (
        "released",
        "部门已书面确认",
        "token:test",
    )
    again = client.post(release, json=reason, headers=steward)
    assert (again.status_code, again.json()["code"]) == (409, "nothing-waits")


def test_what_may_not_be_open_needs_the_same_right_as_at_the_workbench(own_site: Site) -> None:
    house, client = own_site
    house.submit("strict", [portal("DOUBT", "内部线路", is_open="否")])
    for right, status in ((Role.STEWARD, 403), (Role.REVIEWER, 200)):
        account = person(house.atlas, right.value, right)
        browser = signed_in(client, house.atlas, account)
        headers = {**browser.headers, "X-CSRF-Token": browser.csrf, "Accept": "*/*"}
        path, body = f"{RECORDS}/DOUBT/release", {"reason": "核过"}
        if status == 403:
            by_token = client.post(path, json=body, headers=house.token("steward"))
            assert by_token.json()["code"] == "needs-secrecy-review"
        answer = client.post(path, json=body, headers=headers)
        assert answer.status_code == status, answer.text


def test_recheck_asks_the_rules_again(own_site: Site) -> None:
    house, client = own_site
    two_versions(house)
    steward = house.token("steward:strict")
    dry = client.post("/api/v1/sources/strict/recheck?dry_run=true", headers=steward)
    assert dry.status_code == 200, dry.text
    before = house.atlas.journal.head()
    answer = client.post("/api/v1/sources/strict/recheck", headers=steward)
    found = answer.json()
    assert (answer.status_code, found["read"], found["updated"]) == (200, 2, 0), answer.text
    # Nothing conforms that did not: nothing is let through, and what waits goes on waiting.
    assert house.atlas.journal.head() == before
    stored = house.atlas.journal.get(mint_iri(BASE, "strict", "TWO"))
    assert stored is not None
    assert stored.held_seq is not None
