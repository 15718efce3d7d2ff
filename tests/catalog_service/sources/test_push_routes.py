"""Writing through the API: one record, many, preconditions, scopes, waiting."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import httpx
import orjson
import pytest
from starlette.types import Message

from catalog_service.app import create_app
from catalog_service.catalog.catalog import Catalog
from harvesters.protocols import Outcome, Submission
from ontology.record import mint_iri
from tests.fixtures.waiting import until
from tests.fixtures.web import BASE, House, own_site, portal, site

__all__ = ["own_site", "site"]

Site = tuple[House, httpx.Client]
ONE = "/api/v1/sources/city/records/NEW"
BROKEN: dict[str, Any] = {"content": b"{", "headers": {"Content-Type": "application/json"}}

TURTLE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
<https://elsewhere.example/d/7> a dcat:Dataset ; dct:title "别处的数据"@zh ;
  dct:accessRights <https://w3id.org/shdata/vocab/open-type/unconditional> .
"""


def test_put_creates_updates_and_honours_preconditions(own_site: Site) -> None:
    house, client = own_site
    write = house.token("write:city")
    payload = portal("NEW", "新的线路")
    made = client.put(ONE, json=payload, headers={**write, "If-None-Match": "*"})
    assert (made.status_code, made.json()["status"]) == (201, "created")
    assert made.headers["location"] == "/api/v1/datasets/city/NEW"
    again = client.put(ONE, json=payload, headers={**write, "If-None-Match": "*"})
    assert (again.status_code, again.json()["code"]) == (412, "precondition-failed")
    assert "(If-None-Match: *)" in again.json()["detail"].replace("（", "(").replace("）", ")")
    same = client.put(ONE, json=payload, headers=write)
    assert (same.status_code, same.json()["status"], same.json()["seq"]) == (200, "unchanged", None)
    etag = client.get("/api/v1/datasets/city/NEW").headers["etag"]
    changed = client.put(ONE, json=portal("NEW", "改名"), headers={**write, "If-Match": etag})
    assert (changed.status_code, changed.json()["status"]) == (200, "updated")
    late = client.put(ONE, json=portal("NEW", "再改名"), headers={**write, "If-Match": etag})
    assert late.status_code == 412
    assert client.get("/api/v1/datasets/city/NEW").json()["hash"] == changed.json()["hash"]


def test_put_takes_rdf_and_keeps_the_publishers_iri(own_site: Site) -> None:
    house, client = own_site
    headers = {**house.token("write"), "Content-Type": "text/turtle"}
    answer = client.put(ONE, content=TURTLE, headers=headers)
    assert answer.status_code == 201, answer.text
    stored = house.atlas.journal.get(mint_iri(BASE, "city", "NEW"))
    assert stored is not None
    assert stored.focus == "https://elsewhere.example/d/7"
    about = f"<{stored.iri}> <http://xmlns.com/foaf/0.1/primaryTopic> <{stored.focus}> ."
    document = client.get("/dataset/city/NEW.nt").text
    assert about in document
    # What was read is written back as it is, and is the same record.
    headers["Content-Type"] = "application/n-triples"
    again = client.put(ONE, content=document, headers=headers)
    assert (again.status_code, again.json()["status"]) == (200, "unchanged"), again.text


def test_the_body_must_be_the_record_that_the_path_names(own_site: Site) -> None:
    house, client = own_site
    write = house.token("write:city")
    differs = client.put(ONE, json=portal("OTHER", "线路"), headers=write)
    assert (differs.status_code, differs.json()["code"]) == (422, "identifier-differs")
    two = b"\n".join(orjson.dumps(portal(i, "线路")) for i in ("A", "B"))
    headers = {**write, "Content-Type": "application/x-ndjson"}
    assert client.put(ONE, content=two, headers=headers).json()["code"] == "not-one-record"
    assert client.put(ONE, content=b"", headers=headers).json()["code"] == "body-empty"
    odd = client.put(ONE, content=b"x", headers={**write, "Content-Type": "image/png"})
    assert (odd.status_code, odd.json()["code"]) == (415, "media-type-unsupported")
    table = client.put(ONE, content=b"x", headers={**write, "Content-Type": "text/csv"})
    assert (table.status_code, table.json()["code"]) == (415, "media-type-unsupported")
    assert client.get("/api/v1/datasets/city/NEW").status_code == 404


def test_scopes(own_site: Site) -> None:
    house, client = own_site
    payload = portal("NEW", "线路")
    assert client.put(ONE, json=payload).status_code == 401
    assert client.put(ONE, json=payload, headers=house.token("write:other")).status_code == 403
    assert client.put(ONE, json=payload, headers=house.token("steward:city")).status_code == 403
    bad = {"Authorization": "Bearer atlas_00000000_x"}
    assert client.put(ONE, json=payload, headers=bad).json()["code"] == "not-authenticated"
    # A bad token is told even where none is needed.
    assert client.get("/api/v1/datasets/city/BUS1", headers=bad).status_code == 401
    body = {"id": "new-one", "title": "新来源", "gate": "enforce"}
    assert (
        client.post("/api/v1/sources", json=body, headers=house.token("write")).status_code == 403
    )
    made = client.post("/api/v1/sources", json=body, headers=house.token("admin"))
    assert (made.status_code, made.json()["gate"]) == (201, "enforce")
    again = client.post("/api/v1/sources", json=body, headers=house.token("admin"))
    assert (again.status_code, again.json()["code"]) == (409, "source-exists")


def test_a_held_record_is_answered_with_its_findings_and_stays_unseen(own_site: Site) -> None:
    house, client = own_site
    write = house.token("write:strict")
    answer = client.put(
        "/api/v1/sources/strict/records/H2",
        json=portal("H2", "未说明开放属性", is_open=""),
        headers=write,
    )
    assert (answer.status_code, answer.json()["status"]) == (202, "held")
    rule = next(r for r in answer.json()["rules"] if r["severity"] == "Violation")
    assert rule["message"]["zh"]
    assert rule["message"]["en"]
    assert rule["article"]["zh"]
    assert client.get("/api/v1/datasets/strict/H2").status_code == 404


def test_delete_leaves_a_tombstone(own_site: Site) -> None:
    house, client = own_site
    write = house.token("write:city")
    address = "/api/v1/sources/city/records/BUS1"
    wrong = client.delete(address, headers={**write, "If-Match": '"0000"'})
    assert wrong.status_code == 412
    shown = client.get("/api/v1/datasets/city/BUS1").json()["hash"]
    ended = client.delete(address, headers=write)
    assert (ended.status_code, ended.json()["status"]) == (200, "withdrawn")
    assert ended.json()["hash"] == shown
    assert "etag" not in ended.headers
    assert client.get("/api/v1/datasets/city/BUS1").status_code == 410
    never = client.delete("/api/v1/sources/city/records/NONE", headers=write)
    assert (never.status_code, never.json()["code"]) == (404, "unknown-record")


def test_a_stream_of_records_with_broken_lines(own_site: Site) -> None:
    house, client = own_site
    lines = [orjson.dumps(portal(f"S{n}", f"线路{n}")) for n in range(40)]
    lines[7] = b"{broken"
    headers = {**house.token("write:city"), "Content-Type": "application/x-ndjson"}
    body = b"\n".join(lines)
    answer = client.post("/api/v1/sources/city/records", content=iter([body]), headers=headers)
    found = answer.json()
    assert (answer.status_code, found["created"], found["rejected"]) == (200, 39, 1)
    assert found["failed"][0]["code"] == "bad-json"
    assert "8" in found["failed"][0]["message"]
    listed = client.post(
        "/api/v1/sources/city/records",
        content=body,
        headers={**headers, "Accept": "application/x-ndjson"},
    )
    outcomes = [orjson.loads(line) for line in listed.text.splitlines()]
    assert [o["status"] for o in outcomes].count("unchanged") == 39
    assert len(outcomes) == 40


def test_wait_answers_when_every_projection_shows_it(own_site: Site) -> None:
    house, client = own_site
    stop = threading.Event()
    with house.atlas.runner() as runner:
        thread = threading.Thread(target=runner.run, args=(stop,))
        thread.start()
        try:
            answer = client.put(
                f"{ONE}?wait=true",
                json=portal("NEW", "刚刚推送的线路"),
                headers=house.token("write"),
            )
            assert (answer.status_code, answer.json()["visible"]) == (201, True)
            found = client.get("/api/v1/search", params={"q": "刚刚推送"}).json()
            assert found["hits"][0]["remote_id"] == "NEW"
            iri = mint_iri(BASE, "city", "NEW")
            ask = client.get("/sparql", params={"query": f"ASK {{ <{iri}> ?p ?o }}"})
            assert ask.json()["boolean"] is True
        finally:
            stop.set()
            thread.join()


def test_findings_of_the_public_version_while_another_waits(own_site: Site) -> None:
    house, client = own_site
    write = house.token("write")
    address = "/api/v1/sources/strict/records/TWO"
    (good,) = house.submit("strict", [portal("TWO", "两个版本")], gate="report")
    assert good.status == "created"
    before = client.get("/api/v1/datasets/strict/TWO/findings").json()
    waits = client.put(address, json=portal("TWO", "两个版本", is_open=""), headers=write)
    assert waits.json()["status"] == "held"
    assert client.get("/api/v1/datasets/strict/TWO/findings").json() == before
    assert not client.get("/api/v1/datasets/strict/TWO").json()["waiting"]
    seen = client.get("/api/v1/datasets/strict/TWO", headers=house.token("steward:strict"))
    assert seen.json()["waiting"]


def test_if_match_takes_what_was_read_while_another_version_waits(own_site: Site) -> None:
    house, client = own_site
    write = house.token("write")
    address = "/api/v1/sources/strict/records/TWO"
    house.submit("strict", [portal("TWO", "两个版本")], gate="report")
    waits = client.put(address, json=portal("TWO", "两个版本", is_open=""), headers=write)
    assert waits.json()["status"] == "held"
    read = client.get("/api/v1/datasets/strict/TWO").headers["etag"]
    assert read != waits.headers["etag"]
    by_waiting = {**write, "If-Match": waits.headers["etag"]}
    again = client.put(address, json=portal("TWO", "再等", is_open=""), headers=by_waiting)
    assert again.json()["status"] == "held"
    assert client.put(address, json=portal("TWO", "旧"), headers=by_waiting).status_code == 412
    good = client.put(address, json=portal("TWO", "改好"), headers={**write, "If-Match": read})
    assert (good.status_code, good.json()["status"]) == (200, "updated"), good.text


def test_if_match_any(own_site: Site) -> None:
    house, client = own_site
    write = {**house.token("write"), "If-Match": "*"}
    none = client.put(ONE, json=portal("NEW", "新的线路"), headers=write)
    assert (none.status_code, none.json()["code"]) == (412, "precondition-failed")
    there = "/api/v1/sources/city/records/BUS1"
    assert client.put(there, json=portal("BUS1", "改名"), headers=write).status_code == 200
    assert client.delete(there, headers=write).status_code == 200
    # A tombstone is no version.
    assert client.put(there, json=portal("BUS1", "复活"), headers=write).status_code == 412


BLANK = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
[] a dcat:Dataset ; dct:title "没有名字的数据"@zh ;
  dcat:distribution [ a dcat:Distribution ; dct:title "文件"@zh ] ;
  dct:accessRights <https://w3id.org/shdata/vocab/open-type/unconditional> .
"""


def test_rdf_whose_dataset_has_no_name_is_named_by_its_path(own_site: Site) -> None:
    house, client = own_site
    headers = {**house.token("write"), "Content-Type": "text/turtle"}
    named: list[set[str]] = []
    for remote_id in ("abc", "abd"):
        path = f"/api/v1/sources/city/records/{remote_id}"
        assert client.put(path, content=BLANK, headers=headers).status_code == 201
        iri = mint_iri(BASE, "city", remote_id)
        stored = house.atlas.journal.get(iri)
        assert stored is not None
        assert stored.nquads is not None
        assert stored.focus == iri
        named.append({line.split(" ", 1)[0] for line in stored.nquads.splitlines()})
    assert len(named[0]) == len(named[1]) == 2
    # What hangs below is each record's own too.
    assert named[0].isdisjoint(named[1])
    shown = client.get("/api/v1/datasets/city/abc", headers={"Accept": "text/turtle"})
    assert mint_iri(BASE, "city", "abc") in shown.text


def test_a_paused_source_takes_nothing(own_site: Site) -> None:
    house, client = own_site
    house.atlas.journal.put_source("city", paused=True)
    write = house.token("write")
    lines = {**write, "Content-Type": "application/x-ndjson"}
    there = "/api/v1/sources/city/records/BUS1"
    answers = [
        client.put(ONE, json=portal("NEW", "新的线路"), headers=write),
        client.delete(there, headers=write),
        client.post("/api/v1/sources/city/records", content=b"{}", headers=lines),
    ]
    assert [(a.status_code, a.json()["code"]) for a in answers] == [(409, "source-paused")] * 3
    assert client.get("/api/v1/datasets/city/BUS1").status_code == 200
    house.atlas.journal.put_source("city", paused=False)
    assert client.delete(there, headers=write).status_code == 200


def test_json_that_nests_too_deeply_is_the_senders_fault(own_site: Site) -> None:
    house, client = own_site
    deep = b'{"a":' * 900 + b"1" + b"}" * 900
    headers = {**house.token("write:city"), "Content-Type": "application/json"}
    for path in (ONE, "/api/v1/validate"):
        send = client.put if path == ONE else client.post
        answer = send(path, content=deep, headers=headers)
        assert answer.status_code in (200, 422), answer.text
        assert "bad-json" in answer.text


def test_a_sender_that_leaves_is_no_internal_error(
    own_site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    house, _ = own_site
    app = create_app(house.atlas)
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = {**house.token("write:city"), "Content-Type": "application/json"}
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "PUT",
        "scheme": "http",
        "path": ONE,
        "raw_path": ONE.encode(),
        "query_string": b"",
        "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    asyncio.run(app(scope, receive, send))
    assert sent[0]["status"] == 400
    assert "unexpected" not in "".join(capsys.readouterr())


def _sent_while_it_is_revoked(
    house: House, method: str, path: str, pieces: list[bytes], revoke: Callable[[], object]
) -> tuple[int, dict[str, Any]]:
    """Send a request whose token is revoked before its last piece; return status and answer."""
    secret = house.atlas.tokens.create("platform", ("write:city",))
    waiting, sent = list(pieces), list[Message]()

    async def receive() -> Message:
        if len(waiting) == 1:
            await asyncio.to_thread(revoke)
            house.atlas.tokens.revoke(secret.token.id)
        return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}

    async def send(message: Message) -> None:
        sent.append(message)

    kind = b"application/x-ndjson" if method == "POST" else b"application/json"
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [
            (b"authorization", f"Bearer {secret.secret}".encode()),
            (b"content-type", kind),
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    asyncio.run(create_app(house.atlas)(scope, receive, send))
    body = b"".join(one.get("body", b"") for one in sent)
    return sent[0]["status"], orjson.loads(body)


def test_a_token_that_is_revoked_writes_no_more_of_its_stream(own_site: Site) -> None:
    house, client = own_site
    before, after = (orjson.dumps(portal(name, f"线路{name}")) + b"\n" for name in ("R1", "R2"))

    def written() -> bool:
        return house.atlas.journal.get(mint_iri(BASE, "city", "R1")) is not None

    status, told = _sent_while_it_is_revoked(
        house, "POST", "/api/v1/sources/city/records", [before, after], lambda: until(written)
    )
    assert (status, told["code"]) == (401, "not-authenticated")
    states = house.atlas.journal.states("city", ["R1", "R2"])
    assert list(states) == ["R1"] and states["R1"].public
    again = client.post(
        "/api/v1/sources/city/records",
        content=before + after,
        headers={**house.token("write:city"), "Content-Type": "application/x-ndjson"},
    ).json()
    assert (again["unchanged"], again["created"]) == (1, 1)


def test_a_token_that_is_revoked_while_a_record_comes_puts_and_withdraws_nothing(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, client = own_site
    body = orjson.dumps(portal("NEW", "新的线路"))
    status, told = _sent_while_it_is_revoked(
        house, "PUT", ONE, [body[:20], body[20:]], lambda: None
    )
    assert (status, told["code"]) == (401, "not-authenticated")
    assert not house.atlas.journal.states("city", ["NEW"])

    token = house.atlas.tokens.create("platform", ("write:city",))
    delete = Catalog.delete

    def late(door: Catalog, remote_id: str, submission: Submission) -> Outcome:
        house.atlas.tokens.revoke(token.token.id)
        return delete(door, remote_id, submission)

    monkeypatch.setattr(Catalog, "delete", late)
    answer = client.delete(
        "/api/v1/sources/city/records/BUS1", headers={"Authorization": f"Bearer {token.secret}"}
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "not-authenticated")
    assert house.atlas.journal.states("city", ["BUS1"])["BUS1"].state != "withdrawn"


def test_if_match_and_if_none_match_must_both_hold(own_site: Site) -> None:
    house, client = own_site
    write = house.token("write:city")
    assert client.put(ONE, json=portal("NEW", "线路"), headers=write).status_code == 201
    etag = client.get("/api/v1/datasets/city/NEW").headers["etag"]
    both = {**write, "If-Match": etag, "If-None-Match": "*"}
    assert client.put(ONE, json=portal("NEW", "改名"), headers=both).status_code == 412
    odd = {**write, "If-Match": etag, "If-None-Match": etag}
    assert client.put(ONE, json=portal("NEW", "改名"), headers=odd).status_code == 412


PERSONAL = "联系人手机13812345678，可咨询。"


def test_what_privacy_took_out_is_told_and_can_be_read_again(own_site: Site) -> None:
    house, client = own_site
    write, steward = house.token("write:city"), house.token("steward:city")
    payload = portal("NEW", "养老机构", description=PERSONAL)
    told = client.put(ONE, json=payload, headers=write).json()
    assert told["removed"]
    assert "13812345678" not in str(told)
    # Nothing changes, and it is told again.
    again = client.put(ONE, json=payload, headers=write).json()
    assert (again["status"], again["removed"]) == ("unchanged", told["removed"])

    lines = b"\n".join(orjson.dumps(p) for p in (payload, portal("CLEAN", "公园")))
    headers = {**write, "Content-Type": "application/x-ndjson"}
    batch = client.post("/api/v1/sources/city/records", content=lines, headers=headers).json()
    assert batch["read"] == 2
    assert batch["removals"] == len(told["removed"])
    assert [(one["remote_id"], one["removed"]) for one in batch["removed"]] == [
        ("NEW", told["removed"])
    ]

    one = client.get(f"{ONE}/removed", headers=steward)
    assert one.json()["removed"] == told["removed"]
    assert "no-store" in one.headers["cache-control"]
    listed = client.get("/api/v1/sources/city/removed", headers=steward).json()
    assert [entry["remote_id"] for entry in listed["items"]] == ["NEW"]
    assert client.get(f"{ONE}/removed").status_code == 401
    assert client.get(f"{ONE}/removed", headers=write).status_code == 403
    assert client.get("/api/v1/sources/city/removed").status_code == 401
    none = client.get("/api/v1/sources/city/records/NONE/removed", headers=steward)
    assert (none.status_code, none.json()["code"]) == (404, "unknown-record")

    # A version from which nothing is taken leaves nothing to look up.
    client.put(ONE, json=portal("NEW", "养老机构"), headers=write)
    assert client.get(f"{ONE}/removed", headers=steward).json()["removed"] == []
    assert client.get("/api/v1/sources/city/removed", headers=steward).json()["items"] == []


def test_the_list_of_removals_has_pages(own_site: Site) -> None:
    house, client = own_site
    house.submit("city", [portal(f"P{n}", f"机构{n}", description=PERSONAL) for n in range(3)])
    steward = house.token("steward:city")
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        params = {"limit": "2", **({"after": after} if after else {})}
        page = client.get("/api/v1/sources/city/removed", params=params, headers=steward).json()
        seen += [one["remote_id"] for one in page["items"]]
        after = page["next"]
    assert seen == ["P0", "P1", "P2"]


def test_fields_that_mean_nothing_are_told_with_the_nearest_name(own_site: Site) -> None:
    house, client = own_site
    write = house.token("write:city")
    payload = {
        "titel": "写错的", "title": "公园名录", "open_type": "unconditional",
        "update_frequency": "monthly", "theme": "domain/4", "department": "上海市交通委员会",
    }  # fmt: skip
    told = client.put(f"{ONE}?lang=en", json=payload, headers=write).json()
    (warning,) = [text for text in told["warnings"] if "titel" in text]
    assert "title" in warning
    assert "docs/json.md" in warning
    shown = client.get("/api/v1/datasets/city/NEW").json()["description"]
    assert shown["open_type"]["notation"] == "unconditional"
    assert shown["frequency"]["notation"] == "monthly"
    assert shown["themes"][0]["notation"] == "4"
    headers = {**write, "Content-Type": "application/x-ndjson"}
    line = orjson.dumps({"id": "TWO", "title": "二", "openType2": "x"})
    batch = client.post("/api/v1/sources/city/records", content=line, headers=headers).json()
    assert batch["warnings"] == 1
    assert "openType2" in batch["warned"][0]["warnings"][0]
    assert "open_type" in batch["warned"][0]["warnings"][0]


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("POST", "/api/v1/sources", {"json": {"nothing": 1}}),
        ("POST", "/api/v1/sources", BROKEN),
        ("PUT", "/api/v1/sources/city", {"json": {"gate": "ajar"}}),
        ("PUT", f"{ONE}?wait=perhaps", {"content": b"{"}),
        ("DELETE", f"{ONE}?wait=perhaps", {}),
        ("POST", "/api/v1/sources/city/records?wait=perhaps", {"content": b"{"}),
        ("POST", f"{ONE}/release", {"json": {}}),
        ("POST", "/api/v1/sources/city/recheck?wait=perhaps", {}),
        ("GET", "/api/v1/sources/city/records?limit=many", {}),
        ("GET", "/api/v1/sources/city/removed?limit=many", {}),
    ],
)  # fmt: skip
def test_the_token_is_looked_at_before_anything_else(
    own_site: Site, method: str, path: str, sent: dict[str, Any]
) -> None:
    house, client = own_site
    assert client.request(method, path, **sent).status_code == 401
    headers = {**sent.get("headers", {}), **house.token("write:elsewhere")}
    stranger = client.request(method, path, **{**sent, "headers": headers})
    assert (stranger.status_code, stranger.json()["code"]) == (403, "not-allowed")
    headers = {**headers, **house.token("write", "steward", "admin")}
    assert client.request(method, path, **{**sent, "headers": headers}).status_code in (
        400,
        415,
        422,
    )


def test_a_refused_put_also_tells_what_was_not_understood(own_site: Site) -> None:
    house, client = own_site
    payload = {**portal("NEW", "内部名录", is_open="非开放"), "titel": "写错的"}
    client.put(ONE, json=portal("NEW", "名录"), headers=house.token("write:city"))
    headers = {**house.token("write:city"), "If-Match": '"0123"'}
    refused = client.put(f"{ONE}?lang=en", json=payload, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (412, "precondition-failed")
    assert any("titel" in text for text in refused.json()["warnings"])
    plain = client.put(ONE, json=portal("NEW", "名录二"), headers=headers).json()
    assert "warnings" not in plain
