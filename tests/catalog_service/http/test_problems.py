"""Problems: their language, their addresses, and the status of each kind of error."""

from __future__ import annotations

import ast
from pathlib import Path

import httpx

import catalog_service
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
