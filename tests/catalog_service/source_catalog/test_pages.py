"""The pages of the source catalogue: reading for everybody, writing by a form with a token."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from catalog_service.source_catalog.editing import Edit, set_item
from catalog_service.source_catalog.model import SourceItem, StoredItem
from tests.fixtures.web import House

PATH = "/source-catalog"
BEDS = SourceItem("机构床位数", "市民政局", "养老平台", "每日")


def _set(house: House, claim: SourceItem = BEDS, reason: str = "登记") -> StoredItem:
    return set_item(house.atlas, claim, Edit("token:one", reason)).item


def _form(claim: SourceItem, **more: object) -> dict[str, object]:
    texts = {name: claim.text(name) for name in ("item", "department", "source", "mechanism")}
    return {**texts, "quality": claim.quality, "use": claim.use, **more}


def _hidden(text: str, name: str) -> str:
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', text)
    assert found, name
    return html.unescape(found[1])


def test_the_list_is_narrowed_and_paged(house: House, browser: httpx.Client) -> None:
    _set(house)
    for number in range(55):
        _set(house, SourceItem(f"指标{number:02}", "市统计局"))
    first = browser.get(PATH).text
    assert "56 data items" in first
    assert "Page 1 of 2" in first
    assert 'rel="next" href="/source-catalog?page=2"' in first
    last = browser.get(PATH, params={"page": 9}).text
    assert ("Page 2 of 2" in last, last.count('<th scope="row">')) == (True, 6)
    found = browser.get(PATH, params={"q": "床位", "department": "上海市民政局"}).text
    assert "1 data item<" in found
    assert 'value="市民政局" selected' in found
    assert "No data item matches" in browser.get(PATH, params={"q": "没有此项"}).text
    assert "No department" in browser.get(PATH, params={"department": "没有此局"}).text


def test_an_item_shows_datasets_claims_and_history(house: House, browser: httpx.Client) -> None:
    item = _set(house)
    _set(house, SourceItem("机构床位数", "上海市民政局", "新平台", "每日"), "换系统")
    other = _set(house, SourceItem("机构床位数", "市统计局"))
    text = browser.get(f"{PATH}/{item.id}").text
    for shown in ("2 public datasets", "养老机构", "床位统计", "<ins>新平台</ins>", other.id):
        assert shown in text
    # The data item's own page names the departments that answer for it.
    own = browser.get("/field/机构床位数").text
    assert f'href="{PATH}/{item.id}"' in own
    assert f'href="{PATH}/{other.id}"' in own
    # Neither a closed dataset, nor who changed what and why.
    for hidden in ("内部床位", "换系统", "token:one"):
        assert hidden not in text


def test_a_steward_saves_removes_and_is_told_why(
    house: House, browser: httpx.Client, token: str
) -> None:
    item = _set(house)
    address = f"{PATH}/{item.id}"
    form = _form(BEDS, token=token, reason="补", action="save", version=1)
    saved = browser.post(address, data={**form, "quality": "无空值"})
    assert (saved.status_code, saved.headers["location"]) == (303, address)
    assert "无空值" in browser.get(address).text

    # Another editor was there first: what was typed stays, with what stands there now.
    late = browser.post(address, data={**form, "quality": "整数"})
    assert (late.status_code, late.headers["cache-control"]) == (412, "private, no-store")
    assert ">整数</textarea>" in late.text
    assert "Stands there now:" in late.text
    assert _hidden(late.text, "version") == "2"

    told = browser.post(address, data={"token": token, "action": "show"})
    assert "token:one: 登记" in told.text
    gone = browser.post(address, data={**form, "version": 2, "action": "remove"})
    assert gone.status_code == 303
    page = browser.get(address)
    assert (page.status_code, "was removed" in page.text) == (410, True)
    again = browser.post(f"{PATH}/new", data=form)
    assert again.headers["location"] == address
    twice = browser.post(f"{PATH}/new", data=form)
    assert (twice.status_code, address in twice.text) == (409, True)


@pytest.mark.parametrize("path", ["/new", "/conflicts", "/0123456789abcdef"])
def test_forms_without_a_steward_do_nothing(house: House, browser: httpx.Client, path: str) -> None:
    writer = house.token("write")["Authorization"].removeprefix("Bearer ")
    for token, status in (("", 401), ("wrong", 401), (writer, 403)):
        form = _form(BEDS, token=token, reason="补", action="save", version=1)
        assert browser.post(PATH + path, data=form).status_code == status
    assert "is empty yet" in browser.get(PATH).text


def test_a_table_is_shown_before_it_is_taken_in(
    house: House, browser: httpx.Client, token: str
) -> None:
    item = _set(house)
    table = "数据项,责任部门,共享方式\n机构床位数,市民政局,接口\n车位数,市交通委,\n,市交通委,x\n"
    sent = {"file": ("清单.csv", table.encode("gb18030"), "text/csv")}
    seen = browser.post(f"{PATH}/import", data={"token": token}, files=sent)
    assert seen.headers["cache-control"] == "private, no-store"
    for shown in ("清单.csv", "<ins>接口</ins>", "车位数", "Row 4"):
        assert shown in seen.text
    assert "车位数" not in browser.get(PATH).text, "nothing is written yet"

    given = {name: _hidden(seen.text, name) for name in ("rows", "state")}
    apply = {**given, "token": token, "reason": "年度", "action": "apply"}
    writer = house.token("write")["Authorization"].removeprefix("Bearer ")
    for wrong, status in (("wrong", 401), (writer, 403)):
        kept = browser.post(f"{PATH}/import", data={**apply, "token": wrong}, files={"none": b""})
        # Neither rows nor reason are lost, and nothing is written.
        assert kept.status_code == status
        assert {name: _hidden(kept.text, name) for name in given} == given
        assert ">年度</textarea>" in kept.text and wrong not in kept.text
        assert kept.headers["cache-control"] == "private, no-store"
    assert "车位数" not in browser.get(PATH).text
    done = browser.post(f"{PATH}/import", data=apply, files={"none": b""})
    assert done.status_code == 303
    assert "车位数" in browser.get(PATH).text
    assert "<ins>接口</ins>" in browser.get(f"{PATH}/{item.id}").text
    # The same once more: the catalogue is not as it was shown.
    again = browser.post(f"{PATH}/import", data=apply, files={"none": b""})
    assert again.status_code == 412
    for wrong in ({"rows": "[[1]]"}, {"rows": "x"}, {"state": "-1"}):
        answer = browser.post(f"{PATH}/import", data={**apply, **wrong}, files={"none": b""})
        assert answer.status_code == 400
    assert browser.post(f"{PATH}/import", data={"token": token}, files=sent).status_code == 200
    assert browser.post(f"{PATH}/import", files=sent).status_code == 401


def test_a_name_outside_the_vocabulary_is_asked_about(
    house: House, browser: httpx.Client, token: str
) -> None:
    claim = SourceItem("户籍人口", "公安局")
    form = _form(claim, token=token, reason="补")
    asked = browser.post(f"{PATH}/new", data=form)
    assert (asked.status_code, asked.headers["cache-control"]) == (200, "private, no-store")
    for shown in (
        *("Nothing was written yet", '<option value="上海市公安局">', 'value="公安局"'),
        ">补</textarea>",
    ):
        assert shown in asked.text
    assert "is empty yet" in browser.get(PATH).text
    # The answer holds for the name that it was given to.
    other = browser.post(f"{PATH}/new", data={**form, "department": "公安厅", "outside": "公安局"})
    assert "Nothing was written yet" in other.text
    added = browser.post(f"{PATH}/new", data={**form, "outside": "公安局"})
    assert added.status_code == 303
    text = browser.get(added.headers["location"]).text
    assert "The vocabulary knows no department of this name" in text
    assert "Shanghai Municipal Public Security Bureau" in text
    # Of a table, too, with the rows for which another one holds.
    table = "数据项,责任部门\n面积,公安局\n面积（平方米）,公安局\n".encode()
    files = {"file": ("t.csv", table, "text/csv")}
    seen = browser.post(f"{PATH}/import", data={"token": token}, files=files).text
    for shown in ("Departments outside the vocabulary", "2 rows", "Row 2", "another row holds"):
        assert shown in seen


def test_conflicts_lead_to_the_datasets(house: House, browser: httpx.Client, token: str) -> None:
    _set(house)
    assert "床位统计" not in browser.get(f"{PATH}/conflicts").text
    shown = browser.post(f"{PATH}/conflicts", data={"token": token}).text
    assert 'href="/dataset/city/ELSE"' in shown
    assert "/dataset/city/OWN" not in shown
