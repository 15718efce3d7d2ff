"""A changed rule tried on the catalogue: what it would do, and that it can do no harm."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from catalog_service.accounts.service import (
    OPERATOR,
    Grant,
    Organizations,
    Person,
    Role,
    set_owner,
)
from catalog_service.rule_work import trial
from catalog_service.rule_work.impact import MOST_CHARACTERS, preview, worst_publishers
from catalog_service.rules.service import rule_detail
from ontology.errors import AtlasError
from tests.fixtures.page_forms import form_of
from tests.fixtures.people import ORGANIZATION, person, signed_in, use_counting_hasher
from tests.fixtures.web import House, portal, served

HEALTH, WATER = f"{ORGANIZATION}health", f"{ORGANIZATION}water"
HEAD = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix rule: <https://w3id.org/shdata/rule/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix shd: <https://w3id.org/shdata/def/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
rule:{id} a sh:NodeShape, shd:Rule ; dct:identifier "{id}" ; shd:level "record" ;
  sh:severity sh:{severity} ; rdfs:label "新"@zh, "New"@en ; sh:message "改"@zh, "Mend."@en ;
  dct:source "法"@zh, "Law"@en ; dct:temporal [ dcat:startDate "2022-01-01"^^xsd:date ] ;
  sh:targetClass dcat:Dataset ; """
DEEP = 20_000


def rule(body: str, name: str = "V-title", severity: str = "Violation") -> str:
    return HEAD.replace("{id}", name).replace("{severity}", severity) + body + " .\n"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(tmp_path_factory.mktemp("impact"))
    with made.atlas:
        made.submit(
            "city",
            [
                portal("H1", "医院床位", department="上海市卫生健康委员会"),
                portal("H2", "医院门诊", department="上海市卫生健康委员会"),
                portal("W1", "测试", department="上海市水务局"),
                portal("SHUT", "医院内部", is_open="非开放", department="上海市水务局"),
            ],
        )
        made.submit("other", [portal("O1", "医院药品", is_open="")], gate="enforce")
        set_owner(made.atlas.journal, made.atlas.vocabulary, "city", WATER)
        made.project()
        yield made


def test_it_tells_who_would_newly_offend_and_who_no_more(house: House) -> None:
    text = rule('sh:property [ sh:path dct:title ; sh:not [ sh:pattern "^医院" ] ]')
    found = preview(house.atlas, OPERATOR, text)
    assert found.complete and found.rules == ("V-title",) and found.records == 5
    # W1 is a placeholder by the rule of today alone; O1 violates something else already.
    assert found.counts == {"failing": 4, "passing": 1, "held": 3}
    first, second, third = worst_publishers(found)
    assert (first.publisher, first.failing, first.held, first.passing) == (HEALTH, 2, 2, 0)
    assert (second.publisher, second.failing, second.passing) == (WATER, 1, 1)
    assert third.failing == 1
    (example,) = found.examples["passing"]
    assert example["remote_id"] == "W1" and example["findings"][0][0] == "V-title"
    # Nothing changed.
    report = house.atlas.journal.findings(f"{house.settings.base_iri}/id/dataset/city/H1")
    assert report is not None and "V-title" not in {f.rule_id for f in report.findings}


def test_of_others_the_public_versions_alone_are_tried(house: House) -> None:
    hierarchy = Organizations(lambda: house.atlas.vocabulary)
    grants = (Grant(Role.STEWARD, HEALTH),)
    stranger = Person("p", "p", "p", None, grants, hierarchy, lambda _: WATER)
    text = rule('sh:property [ sh:path dct:title ; sh:not [ sh:pattern "^医院" ] ]')
    found = preview(house.atlas, stranger, text)
    assert found.records == 3
    named = {one["remote_id"] for listed in found.examples.values() for one in listed}
    assert named == {"H1", "H2", "W1"}
    nobody = Person("n", "n", "n", None, (), hierarchy, lambda _: None)
    with pytest.raises(AtlasError, match="right-missing"):
        preview(house.atlas, nobody, text)


def test_the_rule_of_today_changes_nothing_and_a_new_one_is_tried(house: House) -> None:
    same = rule_detail(house.atlas.rules.get("V-title")).turtle
    found = preview(house.atlas, OPERATOR, same)
    assert (found.rules, found.counts) == ((), {})
    text = rule("sh:property [ sh:path dct:rights ; sh:minCount 1 ]", "X-new", "Warning")
    found = preview(house.atlas, OPERATOR, text)
    assert found.rules == ("X-new",) and found.counts == {"failing": 5}


HOSTILE = {
    "no Turtle": ("das ist kein Turtle", "unreadable-rules"),
    "no rule": ("<https://x/a> <https://x/b> <https://x/c> .", "no-rules"),
    "SPARQL": (rule('sh:sparql [ sh:select "SELECT $this WHERE { ?a ?b ?c . ?d ?e ?f }" ]'), None),
    "inverse path": (rule("sh:property [ sh:path [ sh:inversePath dct:title ] ]"), None),
    "misspelt": (rule("sh:property [ sh:path dct:title ; sh:minCuont 1 ]"), None),
    "no shape": (rule('sh:property [ sh:path dct:title ; sh:minCount "many" ]'), None),
    "placeholder": (rule('sh:property [ sh:path dct:title ; sh:pattern "${unknown}" ]'), None),
    "too long": ("#" * (MOST_CHARACTERS + 1), "rule-too-long"),
    "brackets": (rule("sh:property " + "[ sh:property " * 5_000), "unreadable-rules"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_wrong_with_a_rule_is_said(house: House, name: str) -> None:
    text, code = HOSTILE[name]
    with pytest.raises(AtlasError) as error:
        preview(house.atlas, OPERATOR, text)
    assert error.value.code == (code or "invalid-rule")
    assert error.value.message("zh") != error.value.message("en")


@pytest.mark.parametrize("name", ["leads back to itself", "nests deeply", "a huge pattern"])
def test_a_rule_that_breaks_the_engine_breaks_its_own_process_alone(
    house: House, name: str
) -> None:
    bodies = {
        "leads back to itself": "sh:node rule:V-title",
        "nests deeply": "sh:not " + "[ sh:not " * DEEP + "[ sh:minCount 1 ]" + " ]" * DEEP,
        "a huge pattern": 'sh:property [ sh:path dct:title ; sh:pattern "((a{999}){999}){999}" ]',
    }
    text = rule(bodies[name])
    if len(text) > MOST_CHARACTERS:
        text = rule("sh:not " + "[ sh:not " * 5_000 + "[ sh:minCount 1 ]" + " ]" * 5_000)
    try:
        found = preview(house.atlas, OPERATOR, text)
    except AtlasError as error:
        assert error.code in ("trial-broke", "invalid-rule", "trial-too-long", "unreadable-rules")
    else:
        assert found.complete
    # The next one is tried as if nothing had been.
    same = rule_detail(house.atlas.rules.get("V-title")).turtle
    assert preview(house.atlas, OPERATOR, same).complete


def test_one_at_a_time_and_only_for_so_long(house: House) -> None:
    same = rule_detail(house.atlas.rules.get("V-title")).turtle
    with pytest.raises(AtlasError, match="trial-too-long"):
        preview(house.atlas, OPERATOR, same, seconds=0.01)
    assert trial._slot.acquire(blocking=False)
    try:
        with pytest.raises(AtlasError, match="trial-busy"):
            preview(house.atlas, OPERATOR, same)
    finally:
        trial._slot.release()


def test_the_page_tries_what_was_typed_and_keeps_it(house: House) -> None:
    use_counting_hasher(house.atlas)
    with served(house) as address, httpx.Client(base_url=address, timeout=120) as client:
        assert client.get("/rules/V-title/impact").status_code in (303, 401)
        steward = signed_in(client, house.atlas, person(house.atlas, "li", Role.STEWARD, "water"))
        path = "/rules/V-title/impact?lang=en"
        page = steward.get(path)
        assert page.headers["cache-control"] == "private, no-store"
        fields = form_of(re.sub(r"(?s)<form[^>]*role=\"search\".*?</form>", "", page.text))
        assert "sh:NodeShape" in fields["turtle"]
        assert "Nothing: the text checks" in steward.post(path, turtle=fields["turtle"]).text
        text = rule('sh:property [ sh:path dct:title ; sh:not [ sh:pattern "^医院" ] ]')
        told = steward.post(path, turtle=text).text
        assert "4 records were held against what differs" in told
        assert "would newly have findings" in told and "医院床位" in told and "医院药品" not in told
        wrong = steward.post(path, turtle="<script>alert(1)</script>")
        assert wrong.status_code == 422 and "&lt;script&gt;" in wrong.text
        assert steward.post(path, csrf="x", turtle=text).status_code == 403
        citizen = signed_in(client, house.atlas, person(house.atlas, "citizen"))
        assert citizen.get(path).status_code == 403
        assert "see what that would do" in steward.get("/rules/V-title?lang=en").text
        assert "see what that would do" not in client.get("/rules/V-title?lang=en").text
