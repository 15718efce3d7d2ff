"""Earlier versions by time, as clients of Memento (RFC 7089) ask for them."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import httpx
import pytest

from tests.fixtures.web import BASE, HTML, House, own_site, portal, site

__all__ = ["own_site", "site"]

Site = tuple[House, httpx.Client]

FIRST, SECOND = "Tue, 01 Sep 2026 04:00:00 GMT", "Tue, 01 Sep 2026 05:00:00 GMT"
"""When BUS1 came, and when it was changed."""
TITLES = {FIRST: "公交线路", SECOND: "公交线路与站点"}


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("Tue, 01 Sep 2026 04:30:00 GMT", FIRST),
        (FIRST, FIRST),
        ("Thu, 01 Jan 2015 00:00:00 GMT", FIRST),
        ("Thu, 01 Jan 2037 00:00:00 GMT", SECOND),
        (None, SECOND),
    ],
)
@pytest.mark.parametrize(
    "target", ["dataset/city/BUS1", "id/dataset/city/BUS1", f"{BASE}/dataset/city/BUS1.nt"]
)
def test_a_time_gate_leads_to_the_version_of_a_time(
    site: Site, asked: str | None, given: str, target: str
) -> None:
    client = site[1]
    headers = {"Accept": "application/n-triples"} | ({"Accept-Datetime": asked} if asked else {})
    gate = client.get(f"/timegate/{target}", headers=headers)
    assert gate.status_code == 302
    assert "accept-datetime" in gate.headers["vary"].lower()
    original = f"{BASE}/{target.removeprefix(f'{BASE}/')}"
    assert f'<{original}>; rel="original"' in gate.headers["link"]
    assert f'rel="first memento"; datetime="{FIRST}"' in gate.headers["link"]
    memento = client.get(gate.headers["location"], headers=headers)
    # What the gate leads to is a version of what it is the gate of, and says so.
    assert f'<{original}>; rel="original"' in memento.headers["link"]
    gate_of = original.replace(BASE, f"{BASE}/timegate")
    assert f'<{gate_of}>; rel="timegate"' in memento.headers["link"]
    if "/id/" in original:
        # The IRI is a redirection, and so are its versions.
        assert (memento.status_code, memento.headers["memento-datetime"]) == (303, given)
        memento = client.get(memento.headers["location"], headers=headers)
    assert memento.status_code == 200
    assert memento.headers["memento-datetime"] == given
    assert f'"{TITLES[given]}"@zh' in memento.text
    for relation in ("original", "timegate", "timemap"):
        assert f'rel="{relation}"' in memento.headers["link"]
    assert "memento-datetime" not in gate.headers


def test_an_iri_leads_to_its_own_gate(site: Site) -> None:
    answer = site[1].get("/id/dataset/city/BUS1", headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, "/dataset/city/BUS1")
    gate = f"{BASE}/timegate/id/dataset/city/BUS1"
    assert f'<{gate}>; rel="timegate"' in answer.headers["link"]
    assert "memento-datetime" not in answer.headers
    ended = site[1].get("/id/dataset/city/GONE", headers=HTML)
    assert 'rel="timemap"' in ended.headers["link"]


@pytest.mark.parametrize("path", ["/dataset/city/BUS1", "/api/v1/datasets/city/BUS1"])
def test_a_time_that_is_still_to_come_has_no_memento(site: Site, path: str) -> None:
    for start in (path, path.replace("/dataset/", "/id/dataset/")):
        answer = site[1].get(f"{start}?at=2099-01-01")
        assert answer.status_code in (200, 303)
        assert "memento-datetime" not in answer.headers
        assert "timegate" not in answer.headers.get("link", "")


def test_pages_are_mementos_too_and_the_present_leads_to_the_gate(site: Site) -> None:
    client = site[1]
    now = client.get("/dataset/city/BUS1", headers=HTML)
    assert f'<{BASE}/timegate/dataset/city/BUS1>; rel="timegate"' in now.headers["link"]
    assert "memento-datetime" not in now.headers
    then = client.get("/dataset/city/BUS1?at=2026-09-01T04:30:00Z", headers=HTML)
    assert then.headers["memento-datetime"] == FIRST
    api = client.get("/api/v1/datasets/city/BUS1?at=2026-09-01T04:30:00Z")
    assert api.headers["memento-datetime"] == FIRST


def test_a_time_map_lists_every_public_version(site: Site) -> None:
    client = site[1]
    links = client.get("/timemap/dataset/city/BUS1")
    assert links.headers["content-type"] == "application/link-format"
    assert links.text.count("memento") == 2
    assert f'rel="self"; type="application/link-format"; from="{FIRST}"; until="{SECOND}"' in (
        links.text
    )
    told = client.get("/timemap/json/dataset/city/BUS1").json()
    assert (
        told
        == client.get("/timemap/dataset/city/BUS1", headers={"Accept": "application/json"}).json()
    )
    assert [m["datetime"] for m in told["mementos"]["list"]] == [
        parsedate_to_datetime(day).strftime("%Y-%m-%dT%H:%M:%SZ") for day in (FIRST, SECOND)
    ]
    for memento, title in zip(told["mementos"]["list"], TITLES.values(), strict=True):
        found = client.get(memento["uri"].removeprefix(BASE), headers={"Accept": "text/turtle"})
        assert f'"{title}"@zh' in found.text
    again = client.get(
        "/timemap/dataset/city/BUS1", headers={"If-None-Match": links.headers["etag"]}
    )
    assert again.status_code == 304


def test_a_withdrawn_dataset_keeps_its_public_past(site: Site) -> None:
    told = site[1].get("/timemap/json/dataset/city/GONE").json()
    assert len(told["mementos"]["list"]) == 1
    page = site[1].get("/dataset/city/GONE", headers=HTML)
    assert page.status_code == 410
    assert f'<{BASE}/timegate/dataset/city/GONE>; rel="timegate"' in page.headers["link"]
    gate = site[1].get("/timegate/dataset/city/GONE", follow_redirects=True)
    assert (gate.status_code, gate.headers["memento-datetime"]) == (200, FIRST)


@pytest.mark.parametrize("remote_id", ["CLOSED", "TURNED", "SECRETGONE", "never-was"])
@pytest.mark.parametrize("start", ["/timegate/dataset/city/", "/timemap/dataset/city/"])
def test_what_is_not_public_has_no_versions(site: Site, start: str, remote_id: str) -> None:
    house, client = site
    # A steward's token opens nothing here: answers are for everybody.
    for headers in ({}, house.token("steward:city")):
        answer = client.get(start + remote_id, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "dataset-not-found")


def test_a_steward_s_look_at_the_past_of_a_closed_record_is_no_memento(site: Site) -> None:
    house, client = site
    answer = client.get(
        "/api/v1/datasets/city/TURNED?at=2026-09-01T04:30:00Z", headers=house.token("steward:city")
    )
    assert answer.status_code == 200
    assert "memento-datetime" not in answer.headers
    assert "timegate" not in answer.headers["link"]


@pytest.mark.parametrize(
    "target", ["datasets", "vocab/domain/4", "https://other.example/dataset/a/b"]
)
def test_only_datasets_have_versions(site: Site, target: str) -> None:
    answer = site[1].get(f"/timemap/{target}")
    assert (answer.status_code, answer.json()["code"]) == (404, "no-time-machine")


def test_a_date_that_is_none_is_said_to_be_none(site: Site) -> None:
    answer = site[1].get("/timegate/dataset/city/BUS1", headers={"Accept-Datetime": "yesterday"})
    assert (answer.status_code, answer.json()["code"]) == (400, "accept-datetime-invalid")


def _versions(client: httpx.Client, remote_id: str) -> list[str]:
    """Every way to earlier versions; the titles and texts that they give."""
    path = f"/dataset/city/{remote_id}"
    told = client.get(f"/timemap/json{path}").json()["mementos"]["list"]
    found = [client.get(one["uri"].removeprefix(BASE), headers=HTML).text for one in told]
    for at in ("2026-09-01T05:30:00Z", "2026-09-01T06:30:00Z"):
        found.append(client.get(f"{path}?at={at}", headers=HTML).text)
        found.append(client.get(f"/api/v1/datasets/city/{remote_id}?at={at}").text)
        seconds = {"Accept-Datetime": at.replace("2026-09-01T", "Tue, 01 Sep 2026 ")[:-1] + " GMT"}
        found.append(
            client.get(f"/timegate{path}", headers=HTML | seconds, follow_redirects=True).text
        )
    changes = client.get(f"/api/v1/datasets/city/{remote_id}/history").json()["changes"]
    found += [str(changes), client.get(path, headers=HTML).text]
    # All numbers that any change of these tests has.
    found += [client.get(f"{path}/changes/{seq}", headers=HTML).text for seq in range(1, 20)]
    return found


@pytest.mark.parametrize("closed", ["非开放", "受限"])
def test_a_record_that_is_opened_again_does_not_get_back_what_was_closed(
    own_site: Site, closed: str
) -> None:
    house, client = own_site
    for said in (
        portal("AGAIN", "关闭之前的标题"),
        portal("AGAIN", "关闭时的标题", is_open=closed),
        portal("AGAIN", "重新开放的标题"),
    ):
        house.submit("city", [said])
        house.clock.step()
    house.project()
    changes = client.get("/api/v1/datasets/city/AGAIN/history").json()["changes"]
    assert [one["public"] for one in changes] == [True]
    told = client.get("/timemap/json/dataset/city/AGAIN").json()["mementos"]["list"]
    assert [one["datetime"] for one in told] == ["2026-09-01T07:00:00Z"]
    for at in ("2026-09-01T05:30:00Z", "2026-09-01T06:30:00Z"):
        answer = client.get(f"/api/v1/datasets/city/AGAIN?at={at}")
        assert (answer.status_code, answer.json()["code"]) == (404, "no-version-then")
    found = "".join(_versions(client, "AGAIN"))
    assert "重新开放的标题" in found
    assert "关闭之前的标题" not in found and "关闭时的标题" not in found
    # Ended later, it keeps what it said since it was opened, and that alone.
    house.withdraw("city", "AGAIN")
    house.clock.step()
    found = "".join(_versions(client, "AGAIN"))
    assert "重新开放的标题" in found and "关闭之前的标题" not in found
    # Its stewards see all.
    answer = client.get(
        "/api/v1/datasets/city/AGAIN?at=2026-09-01T05:30:00Z", headers=house.token("steward:city")
    )
    assert "关闭之前的标题" in answer.text


def test_a_record_that_its_source_lists_again_keeps_its_past(own_site: Site) -> None:
    house, client = own_site
    house.submit("city", [portal("BACK", "一度未列出的标题")])
    house.clock.step()
    house.withdraw("city", "BACK")
    house.clock.step()
    house.submit("city", [portal("BACK", "再度列出的标题")])
    house.project()
    told = client.get("/timemap/json/dataset/city/BACK").json()["mementos"]["list"]
    assert len(told) == 2
    assert "一度未列出的标题" in client.get(told[0]["uri"].removeprefix(BASE), headers=HTML).text
