"""Whatever stands in the arguments of OAI-PMH and Memento, the answer is one of theirs."""

from __future__ import annotations

import string
import xml.etree.ElementTree as ET
from urllib.parse import quote

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog_service.oai_pmh.requests import ARGUMENTS
from tests.fixtures.web import BASE, House, site

__all__ = ["site"]

Site = tuple[House, httpx.Client]

FEW = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30)
DAYS = st.sampled_from(
    [
        "0001-01-01",
        "9999-12-31",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2026-09-01",
        "1969-12-31",
        "2026-02-30",
        "2026-09-01T25:00:00Z",
    ]
)
SPECS = st.sampled_from(["theme.4", "theme.99", "organization.x-0", "theme.", "theme:4"])
TOKENS = st.sampled_from(["W10", "bnVsbA", "WzEsMiwzLDQsNSw2XQ", "=", "é"])
VALUES = {
    "from": DAYS | TEXT,
    "until": DAYS | TEXT,
    "set": SPECS | TEXT,
    "metadataPrefix": st.sampled_from(["oai_dc", "dcat", "marc"]) | TEXT,
    "resumptionToken": TOKENS | TEXT,
    "identifier": st.sampled_from([f"{BASE}/id/dataset/city/BUS1", f"{BASE}/id/dataset/"]) | TEXT,
}
LISTS = st.fixed_dictionaries(
    {
        "verb": st.sampled_from(["ListRecords", "ListIdentifiers"]),
        "metadataPrefix": st.just("oai_dc"),
    },
    optional={"from": DAYS, "until": DAYS, "set": SPECS},
)
ANY = st.fixed_dictionaries({"verb": st.sampled_from([*ARGUMENTS]) | TEXT}, optional=VALUES)


@FEW
@given(arguments=LISTS | ANY, posted=st.booleans())
def test_oai_pmh_answers_in_its_own_form(
    site: Site, arguments: dict[str, str], posted: bool
) -> None:
    client = site[1]
    answer = client.post("/oai", data=arguments) if posted else client.get("/oai", params=arguments)
    if answer.status_code == 429:
        # The client's share is used up; that is an answer, too.
        assert answer.json()["code"] == "sparql-budget"
        return
    assert answer.status_code == 200
    assert ET.fromstring(answer.content).tag.endswith("OAI-PMH")


DATES = st.sampled_from(
    [
        "Tue, 01 Sep 2026 04:30:00 GMT",
        "Mon, 01 Jan 0001 00:00:00 +1400",
        "Fri, 31 Dec 9999 23:59:59 -1400",
        "Fri, 31 Dec 9999 23:59:59 +0000",
        "Fri, 31 Dec 99999 23:59:59 GMT",
        "Tue, 01 Sep 2026 04:30:00 +9999",
        "Tue, 32 Sep 2026 04:30:00 GMT",
    ]
) | st.text(string.printable.strip(), max_size=40)
TARGETS = st.sampled_from(
    ["dataset/city/BUS1", "id/dataset/city/BUS1", "dataset/city/BUS1.ttl", "dataset/city/GONE"]
) | TEXT.map(lambda text: f"dataset/city/{quote(text, safe='')}")


@FEW
@given(target=TARGETS, date=DATES, start=st.sampled_from(["timegate", "timemap", "timemap/json"]))
def test_a_time_gate_answers_with_a_status_of_its_own(
    site: Site, target: str, date: str, start: str
) -> None:
    answer = site[1].get(f"/{start}/{target}", headers={"Accept-Datetime": date})
    assert answer.status_code in (200, 302, 400, 404)
    if answer.status_code in (400, 404):
        assert answer.json()["code"] in (
            "accept-datetime-invalid",
            "dataset-not-found",
            "illegal-path",
            "no-time-machine",
        )


@FEW
@given(at=DAYS | TEXT, path=st.sampled_from(["/dataset", "/id/dataset", "/api/v1/datasets"]))
def test_a_time_in_an_address_is_one_or_is_refused(site: Site, at: str, path: str) -> None:
    answer = site[1].get(f"{path}/city/BUS1", params={"at": at})
    assert answer.status_code in (200, 303, 400, 404, 422)
