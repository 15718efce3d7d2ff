"""Forms of other tools: read in threads, never by the event loop that answers everybody."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from catalog_service.ckan_api import routes as ckan
from catalog_service.http.request_bodies import MOST_FIELDS, read_form
from catalog_service.oai_pmh import routes as oai
from catalog_service.reconciliation import routes as reconciliation
from catalog_service.sparql import routes as sparql
from tests.fixtures.web import House, site

__all__ = ["site"]

Site = tuple[House, httpx.Client]
MANY = "&".join(["a=1"] * (MOST_FIELDS + 1))
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ROUTES = [
    ("/api/3/action/package_list", ckan),
    ("/oai", oai),
    ("/reconcile", reconciliation),
    ("/sparql", sparql),
]


def in_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


@pytest.mark.parametrize(("address", "routes"), ROUTES, ids=[address for address, _ in ROUTES])
def test_forms_are_read_in_threads(
    site: Site, monkeypatch: pytest.MonkeyPatch, address: str, routes: Any
) -> None:
    loops = []

    def noted(body: bytes) -> list[tuple[str, str]]:
        loops.append(in_a_loop())
        return read_form(body)

    monkeypatch.setattr(routes, "read_form", noted)
    answer = site[1].post(address, content="query=ASK{}&verb=Identify", headers=FORM)
    assert answer.status_code == 200, answer.text
    assert loops == [False]


@pytest.mark.parametrize(
    ("address", "status", "told"),
    [
        ("/api/3/action/package_list", 400, "ckan-body-invalid"),
        ("/oai", 200, 'code="badVerb"'),
        ("/reconcile", 400, "reconcile-query-invalid"),
        ("/sparql", 400, "parameter-invalid"),
    ],
)
@pytest.mark.parametrize("body", [MANY.encode(), b"\xff=1"], ids=["many fields", "no UTF-8"])
def test_forms_that_cannot_be_read_are_refused(
    site: Site, address: str, status: int, told: str, body: bytes
) -> None:
    answer = site[1].post(address, content=body, headers=FORM)
    assert answer.status_code == status, answer.text
    assert told in answer.text


def test_what_is_given_several_times_is_a_list() -> None:
    items = [("a", "1"), ("b", ""), ("a", "2"), ("a", "3")]
    assert ckan._grouped(items) == {"a": ["1", "2", "3"], "b": ""}
