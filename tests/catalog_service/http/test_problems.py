"""Problems: their language, their addresses, and the status of each kind of error."""

from __future__ import annotations

import ast
import xml.etree.ElementTree as ET
from pathlib import Path

import httpx
import pytest

import catalog_service
from catalog_service.http.errors_page import kinds
from catalog_service.http.problem_forms import write_problem
from catalog_service.http.problems import STATUS_TITLES
from tests.fixtures.web import House, site

__all__ = ["site"]

Site = tuple[House, httpx.Client]


def test_problems_speak_the_language_that_was_asked_for(site: Site) -> None:
    client = site[1]
    zh = client.get("/api/v1/rules/R99")
    en = client.get("/api/v1/rules/R99", headers={"Accept-Language": "fr, en;q=0.8, zh;q=0.1"})
    assert zh.json()["title"] == "未找到"
    assert en.json()["title"] == "Not found"
    for tag in ("en", "EN", "en-GB", "EN-us"):
        assert client.get(f"/api/v1/rules/R99?lang={tag}").json()["title"] == "Not found"
    page = client.get("/about")
    assert zh.headers["content-language"] == page.headers["content-language"] == "zh-CN"
    assert en.headers["content-language"] == "en"
    assert zh.json()["type"].endswith("/problem/unknown-rule")
    assert zh.json()["id"] == zh.headers["x-request-id"]


def test_every_kind_of_the_service_says_its_status() -> None:
    # What readers, rules and search find wrong is the client's input: 422, or what the kind says.
    silent = [
        call.args[0].value
        for path in Path(catalog_service.__file__).parent.rglob("errors.py")
        if path.parent.name != "operations"
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id.endswith("ErrorKind")
        and isinstance(call.args[0], ast.Constant)
        and "status" not in {keyword.arg for keyword in call.keywords}
    ]
    assert silent == []


def test_every_status_has_a_name_of_its_own() -> None:
    named = {kind.code for kind in kinds().values() if kind.status in STATUS_TITLES}
    assert named == kinds().keys()


WRONG = {"query": "SELECT * {\n ?s ?p }"}
ENGLISH = {**WRONG, "lang": "en"}
PROBLEM = "{urn:ietf:rfc:7807}"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/problem+json"),
        ("application/json", "application/problem+json"),
        ("text/csv", "application/problem+json"),
        ("text/turtle, */*;q=0.1", "application/problem+json"),
        ("application/problem+json, application/problem+xml;q=0.9", "application/problem+json"),
        ("application/problem+xml", "application/problem+xml"),
        ("application/xml, application/json;q=0.5", "application/problem+xml"),
        ("application/sparql-results+xml", "application/problem+xml"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("application/n-triples, text/plain;q=0.5", "text/plain; charset=utf-8"),
    ],
)
def test_problems_have_the_form_that_was_asked_for(
    site: Site, accept: str, media_type: str
) -> None:
    answer = site[1].get("/sparql", params=WRONG, headers={"Accept": accept})
    # Nobody gets results as a problem or in plain text.
    assert answer.status_code in (400, 406)
    assert answer.headers["content-type"] == media_type
    assert "Accept" in answer.headers["vary"]


def test_the_forms_say_the_same(site: Site) -> None:
    client = site[1]
    said = client.get("/sparql", params=ENGLISH, headers={"Accept": "*/*"}).json()
    assert (said["code"], said["line"], said["column"]) == ("sparql-syntax", 2, 8)
    answer = client.get("/sparql", params=ENGLISH, headers={"Accept": "application/xml"})
    root = ET.fromstring(answer.content)
    assert root.tag == f"{PROBLEM}problem"
    told = {member.tag.removeprefix(PROBLEM): member.text for member in root}
    assert told.keys() == said.keys()
    expected = {name: str(value) for name, value in said.items()}
    assert {**told, "id": ""} == {**expected, "id": ""}
    plain = {"Accept": "text/plain, */*;q=0.1"}
    text = client.get("/sparql", params=ENGLISH, headers=plain).text
    lines = text.splitlines()
    assert lines[0] == "Bad request (400)" and lines[1].startswith("The query has a syntax error")
    assert {"code: sparql-syntax", "line: 2", "column: 8"} <= set(lines)


def test_lists_in_xml_have_an_item_each_and_no_character_is_no_xml() -> None:
    document, media_type = write_problem(
        {"status": 422, "warnings": ["a\x01", "b & c"]}, "text/xml"
    )
    assert media_type == "application/problem+xml"
    items = ET.fromstring(document).findall(f"{PROBLEM}warnings/{PROBLEM}i")
    assert [item.text for item in items] == ["a�", "b & c"]


def test_browsers_read_json_where_there_are_no_pages(site: Site) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    answer = site[1].get("/api/v1/rules/R99", headers=browser)
    assert answer.headers["content-type"] == "application/problem+json"
