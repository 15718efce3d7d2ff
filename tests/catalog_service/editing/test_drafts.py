"""A dataset from an empty form to its public page, and what two who edit it see of each other."""

from __future__ import annotations

import re
import threading

import httpx
import pytest

from catalog_service.accounts.service import OPERATOR
from catalog_service.editing import releasing
from catalog_service.editing.form_view import sent
from catalog_service.editing.model import Draft
from catalog_service.editing.service import read
from ontology.errors import AtlasError
from ontology.record import Record
from tests.catalog_service.editing.conftest import TRANSPORT
from tests.catalog_service.editing.test_forms import GATE, NAMES, views
from tests.fixtures.page_forms import form_of
from tests.fixtures.web import House
from tests.shapes.examples import IRI, example

WHOLE = {
    "title/0": "停车场名录",
    "description/0": "全市经营性停车场的名称、地址和泊位数。",
    "accessRights/0": "https://w3id.org/shdata/vocab/open-type/unconditional",
    "accrualPeriodicity/0": "每月",
    "landingPage/0": "https://data.sh.gov.cn/view/detail/index.html?type=cp&id=77",
}


def begun(client: httpx.Client, kind: str = "blank") -> str:
    """The path of a new draft."""
    data = {"organization": TRANSPORT, "kind": kind}
    answer = client.post("/workbench/datasets/new", data=data)
    assert answer.status_code == 200
    return answer.url.path


def form(client: httpx.Client, path: str, **params: str) -> dict[str, str]:
    return form_of(client.get(path, params=params).text, "draft")


def post(client: httpx.Client, path: str, fields: dict[str, str], action: str) -> httpx.Response:
    return client.post(path, data={**fields, "action": action})


def draft_of(house: House, path: str) -> Record:
    return draft(house, path).record


def draft(house: House, path: str) -> Draft:
    return read(house.atlas, OPERATOR, path.rpartition("/")[2])


def test_a_dataset_from_an_empty_form_to_its_public_page(
    house: House, author: httpx.Client
) -> None:
    path = begun(author)
    fields = form(author, path)
    assert fields["publisher/0"] == "Shanghai Municipal Transportation Commission"
    saved = post(author, path, {**fields, **WHOLE}, "save")
    assert saved.status_code == 200
    assert "No rule holds this draft back" in saved.text
    assert draft(house, path).title == "停车场名录"
    submitted = post(author, path, form_of(saved.text, "draft"), "submit")
    assert "The catalogue has taken the dataset in." in submitted.text
    house.project()
    public = re.search(r'"(/dataset/desk-transport/[^"?]+)', submitted.text)
    assert public is not None
    page = author.get(public[1])
    assert page.status_code == 200
    assert "停车场名录" in page.text
    source = house.atlas.journal.source("desk-transport")
    assert source is not None
    assert (source.gate, source.type) == ("enforce", "push")
    (change,) = house.atlas.journal.history(draft_of(house, path).iri)
    assert change.actor.startswith("token:")


def test_a_released_dataset_is_edited_again_and_its_change_is_compared(
    house: House, author: httpx.Client
) -> None:
    path = begun(author)
    post(author, path, {**form(author, path), **WHOLE}, "submit")
    record = draft_of(house, path)
    of = f"/workbench/datasets/of/{record.source}/{record.remote_id}"
    assert "Edit this dataset" in author.get(of).text
    again = author.post(of).url.path
    assert again != path
    assert author.post(of).url.path == again
    post(author, again, {**form(author, again), "title/0": "停车场全名录"}, "save")
    compared = author.get(f"{again}/compare").text
    assert "<del" in compared
    assert "停车场全名录" in compared
    assert "Nothing: both say the same." not in compared
    post(author, again, form(author, again), "submit")
    changes = house.atlas.journal.history(record.iri)
    assert [change.kind for change in changes] == ["created", "updated"]


def test_a_draft_that_offends_a_rule_is_not_submitted(house: House, author: httpx.Client) -> None:
    path = begun(author)
    answer = post(author, path, {**form(author, path), **WHOLE, "accessRights/0": ""}, "submit")
    assert answer.status_code == 422
    assert "R01" in answer.text
    assert draft(house, path).state == "editing"
    assert house.atlas.journal.get(draft_of(house, path).iri) is None


def test_a_dataset_of_a_platform_is_not_edited_here(author: httpx.Client) -> None:
    page = author.get("/workbench/datasets/of/city/PARK")
    assert "maintained in" in page.text
    assert "Edit this dataset" not in page.text
    assert author.post("/workbench/datasets/of/city/PARK").status_code == 409


def test_nobody_sees_drafts_without_a_right(
    author: httpx.Client, reader: httpx.Client, address: str
) -> None:
    path = begun(author)
    assert reader.get(path).status_code == 403
    assert reader.post(path, data={"whole": "yes", "version": "1"}).status_code == 403
    assert reader.get("/workbench/datasets").status_code == 403
    data = {"organization": TRANSPORT}
    assert reader.post("/workbench/datasets/new", data=data).status_code == 403
    for where in ("/workbench/datasets", "/workbench/datasets/new", path, f"{path}/compare"):
        assert httpx.get(f"{address}{where}", timeout=60).status_code == 401
    assert author.get("/workbench/datasets/none").status_code == 404


def test_pages_of_drafts_are_kept_by_nobody(author: httpx.Client) -> None:
    path = begun(author)
    for where in ("/workbench/datasets", "/workbench/datasets/new", path, f"{path}/compare"):
        assert author.get(where).headers["Cache-Control"] == "private, no-store"


def test_two_who_change_different_fields_both_keep_theirs(
    house: House, author: httpx.Client, other: httpx.Client
) -> None:
    path = begun(author)
    mine, theirs = form(author, path), form(other, path)
    post(other, path, {**theirs, "title/0": "他的名称"}, "save")
    merged = post(author, path, {**mine, "keyword/0": "停车"}, "save")
    assert merged.status_code == 200
    assert "Both changes were put together; theirs: Title" in merged.text
    after = draft_of(house, path).nquads
    assert "他的名称" in after
    assert "停车" in after


def test_two_who_change_the_same_field_are_asked(
    house: House, author: httpx.Client, other: httpx.Client
) -> None:
    path = begun(author)
    mine, theirs = form(author, path), form(other, path)
    post(other, path, {**theirs, "title/0": "他的名称", "rowCount/0": "7"}, "save")
    asked = post(author, path, {**mine, "title/0": "我的名称", "keyword/0": "停车"}, "save")
    assert asked.status_code == 409
    assert "Two have written the same" in asked.text
    assert "我的名称" not in draft_of(house, path).nquads
    # Somebody saves once more before it is decided: what was chosen is asked anew.
    late = form(other, path)
    post(other, path, {**late, "title/0": "他的新名称"}, "save")
    choice = form_of(asked.text) | {"choose.0": "mine"}
    again = post(author, path, choice, "save")
    assert again.status_code == 409
    assert "他的新名称" in again.text
    decided = post(author, path, form_of(again.text) | {"choose.0": "mine"}, "save")
    assert decided.status_code == 200
    after = draft_of(house, path).nquads
    assert "我的名称" in after
    assert "他的" not in after
    assert "停车" in after
    assert '"7"' in after


def test_saving_as_one_types_tells_the_version_the_rows_and_the_rules(
    house: House, author: httpx.Client, other: httpx.Client
) -> None:
    path = begun(author)
    fields = form(author, path)
    fields |= {"title/0": "测试", "distribution/0/title/0": "文件"}
    headers = {"Accept": "application/json"}
    answer = author.post(path, data=fields | {"action": "autosave"}, headers=headers)
    told = answer.json()
    assert told["version"] == 2
    assert told["nodes"]["distribution/0"].endswith("#dist-1")
    assert {note["rule"] for note in told["notes"]["title"]} == {"V-title"}
    assert {note["rule"] for note in told["notes"]["distribution/0"]} == {"D-distribution"}
    assert "D-distribution" in told["summary"]
    same = {**fields, "version": "2", "distribution/0@": told["nodes"]["distribution/0"]}
    again = author.post(path, data=same | {"action": "autosave"}, headers=headers)
    assert again.json()["version"] == 2
    theirs = form(other, path)
    post(other, path, {**theirs, "keyword/0": "停车"}, "save")
    late = author.post(path, data=same | {"rowCount/0": "3", "action": "autosave"}, headers=headers)
    assert (late.status_code, late.json()) == (409, {"elsewhere": True})
    after = draft_of(house, path).nquads
    assert "停车" in after
    assert '"3"' in after


def test_buttons_add_move_and_remove_without_script(house: House, author: httpx.Client) -> None:
    path = begun(author, "register")
    fields = form(author, path)
    assert fields["dataItem/0/title/0"] == "名称"
    moved = post(author, path, fields, "down:dataItem/0")
    fields = form_of(moved.text, "draft")
    assert [fields[f"dataItem/{n}/title/0"] for n in (0, 1)] == ["统一社会信用代码", "名称"]
    fields = form_of(post(author, path, fields, "remove:dataItem/0").text, "draft")
    assert fields["dataItem/0/title/0"] == "名称"
    added = post(author, path, fields, "add:distribution")
    assert added.url.params["add"] == "distribution"
    assert "distribution/1/title/0" in form_of(added.text, "draft")
    rows = (
        "数据项名称\t数据类型\t数据项说明\t必填\r\n"
        '泊位数\tinteger\t"总数，\r\n含充电"\t是\r\n\r\n费率\tdecimal'
    )
    pasted = post(author, path, {**fields, "paste": rows}, "paste:dataItem")
    fields = form_of(pasted.text, "draft")
    assert fields["dataItem/3/title/0"] == "泊位数"
    assert fields["dataItem/3/description/0"] == "总数， 含充电"
    assert fields["dataItem/3/required/0"] == "true"
    assert fields["dataItem/4/datatype/0"] == "decimal"
    assert "dataItem/5/title/0" not in fields


def test_a_form_that_arrives_without_its_end_writes_nothing(
    house: House, author: httpx.Client
) -> None:
    path = begun(author)
    fields = form(author, path) | WHOLE
    del fields["whole"]
    answer = post(author, path, fields, "save")
    assert answer.status_code == 400
    assert draft(house, path).version == 1


def test_a_draft_is_discarded_and_not_written_any_more(house: House, author: httpx.Client) -> None:
    path = begun(author)
    fields = form(author, path)
    gone = author.post(path, data={"action": "discard", "version": "1"})
    assert gone.url.path == "/workbench/datasets"
    assert draft(house, path).state == "discarded"
    assert post(author, path, fields, "save").status_code == 409


def test_personal_data_is_told_before_it_is_taken_out(house: House, author: httpx.Client) -> None:
    path = begun(author)
    number = "13912345678"
    fields = {**form(author, path), **WHOLE, "contactPoint/0/hasTelephone/0": number}
    told = post(author, path, fields, "save")
    assert "These values identify a person" in told.text
    post(author, path, form_of(told.text, "draft"), "submit")
    record = draft_of(house, path)
    stored = house.atlas.journal.get(record.iri)
    assert stored is not None
    assert stored.nquads is not None
    assert number not in stored.nquads


def test_a_dataset_that_is_there_already_is_told(house: House, author: httpx.Client) -> None:
    house.atlas.duplicates.computed()
    path = begun(author)
    told = post(author, path, {**form(author, path), **WHOLE, "title/0": "公共停车场"}, "save")
    assert "Like it in the catalogue already" in told.text
    assert "/dataset/city/PARK" in told.text


def test_a_dataset_that_was_not_open_is_opened_by_two(
    house: House, author: httpx.Client, other: httpx.Client
) -> None:
    closed = {**WHOLE, "accessRights/0": "https://w3id.org/shdata/vocab/open-type/none"}
    path = begun(author)
    post(author, path, {**form(author, path), **closed}, "submit")
    record = draft_of(house, path)
    again = author.post(f"/workbench/datasets/of/{record.source}/{record.remote_id}").url.path
    waits = post(author, again, {**form(author, again), **WHOLE}, "submit")
    assert "becomes open" in waits.text
    assert draft(house, again).state == "submitted"
    assert ">Release<" not in waits.text
    decide = {"version": str(draft(house, again).version)}
    refused = author.post(again, data=decide | {"action": "release"})
    assert refused.status_code == 403
    page = other.get(again)
    assert ">Release<" in page.text
    assert other.post(again, data=decide | {"action": "return"}).status_code == 400
    reason = {"reason": "请先补充保密审查。"}
    other.post(again, data=decide | reason | {"action": "return"})
    assert draft(house, again).state == "returned"
    assert "请先补充保密审查。" in author.get(again).text
    post(author, again, form(author, again), "submit")
    released = other.post(again, data=decide | {"action": "release"})
    assert "The catalogue has taken the dataset in." in released.text
    stored = house.atlas.journal.get(record.iri)
    assert stored is not None
    assert stored.public


def test_a_finding_stands_beside_the_field_at_fault_alone(author: httpx.Client) -> None:
    path = begun(author)
    fields = {**form(author, path), **WHOLE, "accrualPeriodicity/0": "隔三差五"}
    fields |= {"accessRights/0": "差不多开放", "issued/0": "昨天", "modified/0": "2026-08-01"}
    fields |= {"temporal/0/startDate/0": "2026-09-01", "temporal/0/endDate/0": "2026-08-01"}
    headers = {"Accept": "application/json"}
    told = author.post(path, data=fields | {"action": "autosave"}, headers=headers).json()

    def beside(rule: str) -> list[str]:
        return [
            place
            for place, notes in told["notes"].items()
            if rule in [one["rule"] for one in notes]
        ]

    # Of the open type R01 says which ones there are: that it is a text says nothing more.
    assert beside("D-node-kind") == ["accrualPeriodicity"]
    assert beside("R01") == ["accessRights"]
    assert beside("D-date-type") == ["issued"]
    assert beside("V-period") == ["temporal/0"]


def test_a_draft_takes_in_what_changed_in_the_catalogue_meanwhile(
    house: House, author: httpx.Client
) -> None:
    path = begun(author)
    post(author, path, {**form(author, path), **WHOLE}, "submit")
    record = draft_of(house, path)
    again = author.post(f"/workbench/datasets/of/{record.source}/{record.remote_id}").url.path
    pushed = record.nquads.replace("停车场名录", "推送的名录")
    put = author.put(
        f"/api/v1/sources/{record.source}/records/{record.remote_id}",
        content=pushed,
        headers={"Content-Type": "application/n-triples", "Accept": "application/json"},
    )
    assert put.status_code == 200
    late = post(author, again, {**form(author, again), "keyword/0": "停车"}, "submit")
    assert late.status_code == 412
    assert "Take the present version in" in late.text
    taken = author.post(again, data={"action": "take-in"})
    fields = form_of(taken.text, "draft")
    assert (fields["title/0"], fields["keyword/0"]) == ("推送的名录", "停车")
    done = post(author, again, fields, "submit")
    assert "The catalogue has taken the dataset in." in done.text


@pytest.mark.parametrize("name", NAMES)
def test_each_example_entered_in_the_form_gets_the_verdict_of_the_gate(
    name: str, house: House, author: httpx.Client, draft_path: str
) -> None:
    wanted = example(name)
    own = draft(house, draft_path)
    entered = {
        key: "" if key.endswith("@") else value.replace(IRI, own.record.iri)
        for key, value in sent(views("en", complete=True).groups(wanted)).items()
    }
    form = {**entered, "version": str(own.version), "all": "yes", "whole": "yes"}
    headers = {"Accept": "application/json"}
    told = author.post(draft_path, data={**form, "action": "autosave"}, headers=headers).json()
    report = GATE.validate(wanted)
    expected = sorted({(one.rule_id, one.severity) for one in report.findings})
    rules = re.findall(r'<li class="(\w+)">.*?/rules/([\w-]+)', told["summary"], re.DOTALL)
    assert sorted({(rule, severity.capitalize()) for severity, rule in rules}) == expected
    assert told["conforms"] == report.conforms
    # Each stands beside a field, too.
    notes = {(one["rule"], one["severity"]) for beside in told["notes"].values() for one in beside}
    assert sorted(notes) == expected


@pytest.fixture(scope="module")
def draft_path(house: House, address: str) -> str:
    """One draft for all examples: each is entered over the one before."""
    secret = house.atlas.tokens.create("author", ("admin",)).secret
    headers = {"Authorization": f"Bearer {secret}", "Accept": "text/html"}
    with httpx.Client(base_url=address, headers=headers, follow_redirects=True) as client:
        return begun(client)


def test_a_release_that_was_interrupted_after_the_door_is_ended_by_the_next(
    house: House, author: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = begun(author)
    post(author, path, {**form(author, path), **WHOLE}, "save")
    made = draft(house, path)

    class Killed(BaseException):
        """What ends a process, for this test."""

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as until_here:
        until_here.setattr(releasing, "_move", killed)
        with pytest.raises(Killed):
            releasing.submit(house.atlas, OPERATOR, made, version=made.version)
    stored = house.atlas.journal.get(made.record.iri)
    assert stored is not None and draft(house, path).state == "editing"
    again = releasing.submit(house.atlas, OPERATOR, made, version=made.version)
    assert again.state == "released" and draft(house, path).state == "released"
    assert house.atlas.journal.get(made.record.iri) == stored, "nothing was written twice"


def test_two_who_release_at_once_are_both_answered(house: House, author: httpx.Client) -> None:
    path = begun(author)
    post(author, path, {**form(author, path), **WHOLE}, "save")
    made = draft(house, path)
    answers: list[str] = []
    ready = threading.Barrier(2)

    def release() -> None:
        ready.wait()
        try:
            answers.append(
                releasing.submit(house.atlas, OPERATOR, made, version=made.version).state
            )
        except AtlasError as error:
            answers.append(error.code)

    both = [threading.Thread(target=release) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(answers) == ["draft-state", "released"]
    assert draft(house, path).state == "released"
    assert len(house.atlas.journal.history(made.record.iri)) == 1
