"""The parameters of a search: filters by code and by IRI, and what is refused."""

from __future__ import annotations

import httpx
import pytest

from tests.fixtures.web import House, site

__all__ = ["site"]

Site = tuple[House, httpx.Client]


def test_search_filters_by_notation_iri_and_several_values(site: Site) -> None:
    client = site[1]
    assert client.get("/api/v1/search", params={"q": "公交"}).json()["total"] >= 2
    short = client.get("/api/v1/search?open_type=conditional").json()
    full = client.get(
        "/api/v1/search",
        params={"open_type": "https://w3id.org/shdata/vocab/open-type/conditional"},
    ).json()
    assert [h["remote_id"] for h in short["hits"]] == ["COND"]
    assert short["hits"] == full["hits"]
    both = client.get("/api/v1/search?open_type=conditional&open_type=unconditional").json()
    assert both["total"] == 4
    theme = client.get("/api/v1/search").json()["facets"]["theme"]
    assert {
        "value": "4",
        "label": {"zh": "道路交通", "en": theme[0]["label"]["en"]},
        "count": 3,
    } in theme


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"colour": "red"}, "unknown-facet"),
        ({"limit": "1000"}, "parameter-invalid"),
        ({"offset": "-1"}, "parameter-invalid"),
        ({"sort": "price"}, "parameter-invalid"),
        ({"q": "x" * 501}, "parameter-invalid"),
    ],
)
def test_wrong_searches_are_typed(site: Site, params: dict[str, str], code: str) -> None:
    answer = site[1].get("/api/v1/search", params=params)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/datasets?source=ci%00ty",
        "/api/v1/datasets?after=%00",
        # A key that somebody made up: "city", and an identifier with NUL in it.
        "/api/v1/datasets?after=Y2l0eQphAGI",
        "/api/v1/runs?source=%00",
        "/api/v1/search?q=%1b",
        "/datasets?q=%00",
        "/api/v1/sources?%00=1",
    ],
)
def test_control_characters_in_parameters_are_refused(site: Site, address: str) -> None:
    answer = site[1].get(address)
    assert (answer.status_code, answer.json()["code"]) == (400, "parameter-invalid")
