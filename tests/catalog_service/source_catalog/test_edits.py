"""Single edits and imports of the source catalogue: history, two editors at once, previews."""

from __future__ import annotations

import httpx
import pytest

from catalog_service.accounts.service import Role
from catalog_service.audit.service import Wanted
from catalog_service.source_catalog.importing import import_items, preview_import
from catalog_service.source_catalog.model import SourceItem
from catalog_service.source_catalog.service import history, items
from catalog_service.source_catalog.table_file import read_table
from harvesters.readers.files import Input
from ontology.concepts import Known
from tests.fixtures.command import Cli
from tests.fixtures.people import person, signed_in
from tests.fixtures.web import BASE, House

CATALOG = "/api/v1/source-catalog"
BEDS = {"item": "机构床位数", "department": "市民政局", "source": "养老平台", "mechanism": "每日"}
ROADS = {"item": "道路编号", "department": "市交通委", "source": "路网系统"}


def _table(text: str) -> str:
    return "数据项,责任部门," + text


def _add(steward: httpx.Client, claim: dict[str, str]) -> httpx.Response:
    return steward.post(CATALOG, json={**claim, "reason": "新登记"})


def test_a_department_keeps_its_own_claims(
    steward: httpx.Client, house: House, address: str
) -> None:
    found = house.atlas.vocabulary.find("organization", "市民政局")
    assert isinstance(found, Known)
    zhang = person(house.atlas, "zhang", Role.STEWARD, found.concept.iri.rpartition("/")[2])
    theirs = _add(steward, {**BEDS, "item": "别人的床位", "department": "市统计局"}).json()["item"]
    with httpx.Client(base_url=address, timeout=60) as client:
        browser = signed_in(client, house.atlas, zhang)
        headers = {**browser.headers, "Accept": "*/*", "X-CSRF-Token": browser.csrf}
        added = client.post(CATALOG, json={**BEDS, "reason": "登记"}, headers=headers)
        assert added.status_code == 201
        path = f"{CATALOG}/{added.json()['item']['id']}"
        # Not another's, neither by naming it nor through an address of one's own.
        foreign = {**BEDS, "department": "市统计局", "reason": "登记"}
        assert client.post(CATALOG, json=foreign, headers=headers).status_code == 403
        assert client.put(path, json=foreign, headers=headers).status_code == 403
        other = f"{CATALOG}/{theirs['id']}"
        assert client.delete(other, params={"reason": "停"}, headers=headers).status_code == 403
        own = {**BEDS, "item": "别人的床位", "reason": "登记"}
        crossed = client.put(other, json=own, headers=headers)
        assert crossed.json()["code"] == "item-identity"
        # Who changed what is told of one's own; conflicts, where one is concerned.
        told = client.get(f"{path}/history", headers=headers).json()["changes"][0]
        assert told["reason"] == "登记"
        hidden = client.get(f"{other}/history", headers=headers).json()["changes"][0]
        assert hidden["reason"] is None
        steward.post(CATALOG, json={**ROADS, "reason": "登记"})
        steward.post(CATALOG, json={**ROADS, "department": "市统计局", "reason": "登记"})
        steward.post(CATALOG, json={**BEDS, "department": "市卫生健康委", "reason": "登记"})
        conflicts = client.get(f"{CATALOG}/conflicts", headers=headers).json()["conflicts"]
        twice = [one["item"] for one in conflicts if one["kind"] == "claimed-twice"]
        assert twice == [BEDS["item"]]
        assert client.delete(path, params={"reason": "停"}, headers=headers).status_code == 200


def test_the_audit_names_the_organization(steward: httpx.Client, house: House) -> None:
    department = house.atlas.vocabulary.find("organization", "市民政局")
    assert isinstance(department, Known)
    civil = department.concept.iri
    _add(steward, BEDS)
    _add(steward, {**ROADS, "department": "某某协会"})
    told = house.atlas.audit.entries(Wanted(action="source_catalog.write"), limit=2)
    assert [one.organization for one in told] == [None, civil]
    for rows, organization in (("X,市民政局\n", civil), ("Y,市民政局\nZ,市交通委\n", None)):
        table = f"数据项,责任部门\n{rows}".encode()
        steward.post(f"{CATALOG}/import", params={"reason": "年度"}, content=table)
        (entry,) = house.atlas.audit.entries(Wanted(action="source_catalog.import"), limit=1)
        assert entry.organization == organization


def test_an_item_is_added_changed_removed_and_added_again(steward: httpx.Client) -> None:
    added = _add(steward, BEDS)
    assert added.status_code == 201
    item = added.json()["item"]
    address = f"{CATALOG}/{item['id']}"
    assert (item["version"], item["iri"]) == (1, f"{BASE}/id/source-item/{item['id']}")
    assert added.headers["location"] == address
    assert _add(steward, BEDS).json()["code"] == "item-exists"

    # The department under another of its names is the same one.
    changed = {**BEDS, "department": "上海市民政局", "quality": "无空值", "reason": "补标准"}
    assert steward.put(address, json=changed).json()["status"] == "updated"
    assert steward.put(address, json=changed).json()["status"] == "unchanged"
    read = steward.get(address)
    assert (read.json()["quality"], read.headers["etag"]) == ("无空值", '"2-json"')

    assert steward.delete(address).status_code == 400, "why is to be said"
    removed = steward.delete(address, params={"reason": "并入他项"})
    assert (removed.json()["action"], removed.json()["version"]) == ("removed", 3)
    assert steward.get(address).json()["code"] == "item-removed"
    assert steward.delete(address, params={"reason": "再删"}).status_code == 410
    assert steward.get(CATALOG).json()["items"] == []
    again = steward.put(address, json={**BEDS, "reason": "恢复"})
    assert (again.status_code, again.json()["item"]["version"]) == (201, 4)

    changes = steward.get(f"{address}/history").json()["changes"]
    assert [(c["action"], c["reason"]) for c in changes] == [
        ("created", "新登记"),
        ("updated", "补标准"),
        ("removed", "并入他项"),
        ("created", "恢复"),
    ]
    assert {c["actor"] for c in changes} == {"token:test"}
    # Whom a history names is no business of the public's.
    public = httpx.get(steward.base_url.join(f"{address}/history")).json()["changes"]
    assert {(c["actor"], c["reason"]) for c in public} == {(None, None)}


def test_two_editors_are_told_of_each_other(steward: httpx.Client) -> None:
    address = f"{CATALOG}/{_add(steward, BEDS).json()['item']['id']}"
    seen = steward.get(address).headers["etag"]
    first = {**BEDS, "quality": "甲", "reason": "甲改"}
    second = {**BEDS, "quality": "乙", "reason": "乙改"}
    assert steward.put(address, json=first, headers={"If-Match": seen}).status_code == 200
    late = steward.put(address, json=second, headers={"If-Match": seen})
    assert (late.status_code, late.json()["code"]) == (412, "item-changed")
    deleted = steward.delete(address, params={"reason": "删"}, headers={"If-Match": seen})
    assert deleted.status_code == 412
    assert steward.get(address).json()["quality"] == "甲"


def test_an_edit_of_another_claim_is_refused(steward: httpx.Client) -> None:
    beds = _add(steward, BEDS).json()["item"]["id"]
    other = steward.put(f"{CATALOG}/{beds}", json={**ROADS, "reason": "改名"})
    assert (other.status_code, other.json()["code"]) == (409, "item-identity")
    unknown = steward.put(f"{CATALOG}/0000000000000000", json={**ROADS, "reason": "改名"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown-item")
    assert _add(steward, {**BEDS, "item": "\x07床"}).json()["code"] == "item-text-invalid"
    assert _add(steward, {**BEDS, "department": " "}).json()["code"] == "item-incomplete"


@pytest.mark.parametrize(
    ("method", "path"), [("POST", ""), ("PUT", "/x"), ("DELETE", "/x"), ("POST", "/import")]
)
def test_only_stewards_write(house: House, steward: httpx.Client, method: str, path: str) -> None:
    address = steward.base_url.join(f"{CATALOG}{path}")
    assert httpx.request(method, address).status_code == 401
    writer = house.token("write", "steward:city")
    assert httpx.request(method, address, headers=writer).status_code == 403


def test_an_import_shows_what_it_would_change_first(steward: httpx.Client) -> None:
    for claim in (BEDS, ROADS):
        _add(steward, claim)
    table = _table("来源,共享方式\n机构床位数,市民政局,养老平台二期,接口\n车位数,市交通委,,\n")
    body = table.encode("gb18030")
    seen = steward.post(f"{CATALOG}/import", params={"dry_run": True}, content=body).json()
    counts = ("created", "updated", "unchanged", "untouched", "rejected")
    assert [seen[name] for name in counts] == [1, 1, 0, 1, 0]
    changed, added = seen["differences"]
    assert changed["texts"] == [
        {"name": "source", "before": "养老平台", "after": "养老平台二期"},
        {"name": "use", "before": "", "after": "接口"},
    ]
    assert (added["action"], added["item"]) == ("created", "车位数")
    assert len(steward.get(CATALOG).json()["items"]) == 2, "a preview writes nothing"

    # Somebody edits before it is applied: what was shown does not hold any more.
    steward.put(f"{CATALOG}/{changed['id']}", json={**BEDS, "use": "批量", "reason": "先改"})
    given = {"reason": "年度更新", "state": seen["state"]}
    late = steward.post(f"{CATALOG}/import", params=given, content=body)
    assert (late.status_code, late.json()["code"]) == (412, "source-catalog-changed")
    done = steward.post(f"{CATALOG}/import", params={"reason": "年度更新"}, content=body).json()
    assert [done[name] for name in counts] == [1, 1, 0, 1, 0]
    item = steward.get(f"{CATALOG}/{changed['id']}").json()
    # The table has no column of how it is updated: that stays.
    assert (item["mechanism"], item["use"], item["version"]) == ("每日", "接口", 3)
    assert steward.post(f"{CATALOG}/import", content=body).status_code == 400
    assert steward.post(f"{CATALOG}/import", params={"reason": "空"}).status_code == 400


def test_of_two_rows_for_one_claim_the_last_holds(house: House) -> None:
    rows = "来源\n床位数,市民政局,甲\n床位数（张）,上海市民政局,乙\n"
    table = read_table(Input("list", content=_table(rows).encode()))
    import_items(house.atlas, table, actor="cli", reason="list")
    (found,) = items(house.atlas)
    assert found.claim == SourceItem("床位数（张）", "上海市民政局", "乙")
    assert [one.version for one in history(house.atlas, found.id)] == [1]
    again = read_table(Input("list", content=_table(rows).encode()))
    assert preview_import(house.atlas, again).differences == ()


def test_commands_set_remove_and_tell(house: House) -> None:
    atlas, base = Cli(house.settings.home.parent), {"ATLAS_BASE_IRI": BASE}

    def run(*arguments: str) -> tuple[int, dict[str, object]]:
        ran = atlas("source-catalog", *arguments, "--json", **base)
        return ran.code, ran.json if ran.out else {}

    beds = ("机构床位数", "市民政局")
    code, done = run("set", *beds, "--source", "养老平台", "--reason", "登记")
    assert (code, done["status"]) == (0, "created")
    code, done = run("set", *beds, "--use", "接口", "--reason", "补", "--if-version", "1")
    item = done["item"]
    assert isinstance(item, dict)
    assert (item["source"], item["use"], item["version"]) == ("养老平台", "接口", 2)
    assert run("set", *beds, "--use", "x", "--reason", "迟", "--if-version", "1")[0] == 3
    assert run("set", *beds, "--reason", " ")[0] == 2
    assert run("remove", *beds, "--reason", "并入")[0] == 0
    assert run("remove", *beds, "--reason", "并入")[0] == 3
    _, told = run("history", *beds)
    changes = told["changes"]
    assert isinstance(changes, list)
    assert [(c["actor"], c["reason"]) for c in changes] == [
        ("cli", "登记"),
        ("cli", "补"),
        ("cli", "并入"),
    ]
    (house.settings.home.parent / "new.csv").write_text(
        _table("来源\n车位数,市交通委,甲\n"), "utf-8"
    )
    code, seen = run("import", "new.csv", "--dry-run")
    assert (code, seen["created"], items(house.atlas)) == (0, 1, [])
    assert run("import", "new.csv")[1]["created"] == 1
    assert [c.reason for c in history(house.atlas, items(house.atlas)[0].id)] == ["new.csv"]
