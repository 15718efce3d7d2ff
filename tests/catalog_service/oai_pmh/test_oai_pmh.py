"""``/oai``: OAI-PMH 2.0, asked by sickle, by our own harvester and by hand."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import httpx
import pytest
from sickle import Sickle
from sickle.oaiexceptions import IdDoesNotExist, NoRecordsMatch

from catalog_service.journal import Journal
from catalog_service.oai_pmh import service
from tests.fixtures.web import BASE, House, own_site, site
from tests.harvesters.platforms.memory import Answer, Asked, platform, walk

__all__ = ["own_site", "site"]

Site = tuple[House, httpx.Client]
OAI = "{http://www.openarchives.org/OAI/2.0/}"
CITY = f"{BASE}/id/dataset/city"
SHOWN = [f"{CITY}/{end}" for end in ("a%2Fb%20c%25", "COND", "XSS", "BUS1")]
ENDED = [f"{CITY}/{end}" for end in ("TURNED", "GONE")]
CLOSED = ("关闭", "CLOSED", "SECRETGONE", "HELD", "内部", "旧公交")


def ask(client: httpx.Client, **arguments: str) -> ET.Element:
    answer = client.get("/oai", params=arguments)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    return ET.fromstring(answer.content)


def named(root: ET.Element, name: str) -> list[str]:
    return [one.text or "" for one in root.iter(OAI + name)]


def test_an_unmodified_client(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "PAGE", 2)
    client = Sickle(f"{site[1].base_url}/oai")
    assert client.Identify().deletedRecord == "persistent"
    assert {one.metadataPrefix for one in client.ListMetadataFormats()} == {"oai_dc", "dcat"}
    sets = {one.setSpec: one.setName for one in client.ListSets()}
    assert sets["theme.4"] and "上海市交通委员会" in sets.values()
    headers = list(client.ListIdentifiers(metadataPrefix="oai_dc"))
    assert [one.identifier for one in headers] == [*SHOWN, *ENDED]
    assert [one.identifier for one in headers if one.deleted] == ENDED
    for prefix in ("oai_dc", "dcat"):
        records = list(client.ListRecords(metadataPrefix=prefix))
        assert [one.header.identifier for one in records] == [*SHOWN, *ENDED]
        assert all(hidden not in one.raw for one in records for hidden in CLOSED)
    record = client.GetRecord(identifier=SHOWN[3], metadataPrefix="oai_dc")
    assert record.metadata["title"] == ["公交线路与站点"]
    assert record.metadata["identifier"][0] == f"{BASE}/dataset/city/BUS1"
    assert client.GetRecord(identifier=ENDED[0], metadataPrefix="dcat").deleted
    for hidden in ("CLOSED", "SECRETGONE", "NOBODY"):
        with pytest.raises(IdDoesNotExist):
            client.GetRecord(identifier=f"{CITY}/{hidden}", metadataPrefix="oai_dc")
    with pytest.raises(NoRecordsMatch):
        client.ListRecords(metadataPrefix="oai_dc", **{"from": "2030-01-01"})


def test_sets_and_dates(site: Site) -> None:
    client = site[1]
    (organization,) = (
        spec
        for spec in named(ask(client, verb="ListSets"), "setSpec")
        if spec.startswith("organization.")
    )
    listed = {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"}
    in_set = named(ask(client, **listed, set=organization), "identifier")
    assert in_set == [SHOWN[0], SHOWN[1], SHOWN[3], *ENDED]
    # The house's first hour and its second, by whole seconds and by days.
    assert named(ask(client, **listed, until="2026-09-01T04:00:00Z"), "identifier") == SHOWN[:3]
    later = ask(client, **listed, **{"from": "2026-09-01T04:00:01Z"})
    assert named(later, "identifier") == [SHOWN[3], *ENDED]
    day = {"from": "2026-09-01", "until": "2026-09-01"}
    assert len(named(ask(client, **listed, **day), "identifier")) == 6


def test_a_list_stays_whole_while_records_change(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, client = own_site
    monkeypatch.setattr(service, "PAGE", 2)
    first = ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc")
    (token,) = named(first, "resumptionToken")
    house.clock.step()
    # Passed already, and still to come.
    house.withdraw("city", "a/b c%")
    house.withdraw("city", "BUS1")
    found = named(first, "identifier")
    while token:
        page = ask(client, verb="ListIdentifiers", resumptionToken=token)
        found += named(page, "identifier")
        (token,) = named(page, "resumptionToken")
    assert found == [*SHOWN[:3], *ENDED, SHOWN[0], SHOWN[3]]


@pytest.mark.parametrize(
    "period", [("0001-01-01", "9999-12-31"), ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z")]
)
def test_the_whole_calendar_may_be_asked_for(site: Site, period: tuple[str, str]) -> None:
    asked = dict(zip(("from", "until"), period, strict=True))
    found = ask(site[1], verb="ListIdentifiers", metadataPrefix="oai_dc", **asked)
    assert named(found, "identifier") == [*SHOWN, *ENDED]


def test_a_set_whose_last_record_ended_tells_so(own_site: Site) -> None:
    house, client = own_site
    house.withdraw("city", "BUS1")
    house.project()
    for spec in ("theme.4", "theme.99"):
        listed = ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc", set=spec)
        assert named(listed, "identifier")[-3:] == [*ENDED, SHOWN[3]]


def test_a_list_whose_rest_changed_past_its_end_ends(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, client = own_site
    monkeypatch.setattr(service, "PAGE", 2)
    until = {"until": "2026-09-01T04:00:00Z"}
    first = ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc", **until)
    (token,) = named(first, "resumptionToken")
    house.clock.step()
    house.withdraw("city", "XSS")
    last = ask(client, verb="ListIdentifiers", resumptionToken=token)
    assert (named(last, "identifier"), named(last, "resumptionToken")) == ([], [""])
    assert not named(last, "error")


def test_an_answer_looks_at_so_many_changes_and_no_more(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = own_site[1]
    (organization,) = (
        spec
        for spec in named(ask(client, verb="ListSets"), "setSpec")
        if spec.startswith("organization.")
    )
    listed = {"metadataPrefix": "oai_dc", "set": organization}
    whole = named(ask(client, verb="ListIdentifiers", **listed), "identifier")
    for name, value in (("CHANGES", 1), ("ENOUGH", 2), ("MOST", 3)):
        monkeypatch.setattr(service, name, value)
    looked: list[int] = []
    read = Journal.public_changes

    def counted(journal: Journal, first: int, last: int, most: int) -> Any:
        looked.append(last - first + 1)
        return read(journal, first, last, most)

    monkeypatch.setattr(Journal, "public_changes", counted)
    found: list[str] = []
    later = {"verb": "ListIdentifiers", **listed}
    late = 0
    while True:
        looked.clear()
        answer = client.get("/oai", params=later)
        assert sum(looked) <= 3
        if answer.status_code == 503:
            assert answer.json()["code"] == "oai-still-looking"
            assert answer.headers["retry-after"] == "1"
            late += 1
            continue
        page = ET.fromstring(answer.content)
        found += named(page, "identifier")
        token = "".join(named(page, "resumptionToken"))
        if not token:
            break
        later = {"verb": "ListIdentifiers", "resumptionToken": token}
    assert found == whole
    assert late


def test_what_a_list_takes_is_charged(site: Site) -> None:
    client = site[1]
    assert "ratelimit" in client.get("/oai?verb=Identify").headers
    assert "ratelimit" in client.post("/oai", data={"verb": "ListSets"}).headers


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"),
        ("verb=Delete", "badVerb"),
        ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=Identify&set=theme.4", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-30", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-09-02&until=2026-09-01", "badArgument"),
        (
            "verb=ListRecords&metadataPrefix=oai_dc&from=2026-09-01&until=2026-09-01T00:00:00Z",
            "badArgument",
        ),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=a b", "badArgument"),
        ("verb=ListRecords&resumptionToken=x&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&resumptionToken=W10", "badResumptionToken"),
        ("verb=ListSets&resumptionToken=x", "badResumptionToken"),
        ("verb=ListRecords&metadataPrefix=a b", "badArgument"),
        ("verb=ListRecords&metadataPrefix=marc", "cannotDisseminateFormat"),
        (
            "verb=ListRecords&metadataPrefix=oai_dc&set=theme.99&until=2026-09-01T04:00:00Z",
            "noRecordsMatch",
        ),
        ("verb=ListRecords&metadataPrefix=oai_dc&until=0001-01-01", "noRecordsMatch"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=urn:x", "idDoesNotExist"),
        (f"verb=ListMetadataFormats&identifier={CITY}/GONE", "noMetadataFormats"),
    ],
)
def test_errors(site: Site, query: str, code: str) -> None:
    answer = site[1].get(f"/oai?{query}")
    root = ET.fromstring(answer.content)
    (error,) = root.iter(f"{OAI}error")
    (request,) = root.iter(f"{OAI}request")
    assert (answer.status_code, error.get("code")) == (200, code)
    assert bool(request.attrib) == (code not in ("badVerb", "badArgument"))


def test_forms_may_be_posted(site: Site) -> None:
    answer = site[1].post("/oai?lang=en", data={"verb": "Identify"})
    assert named(ET.fromstring(answer.content), "repositoryName") == ["Shanghai Data Atlas"]


@pytest.mark.parametrize("prefix", ["oai_dc", "dcat"])
def test_our_own_harvester_reads_it(site: Site, prefix: str) -> None:
    def answer(asked: Asked) -> Answer:
        return site[1].get("/oai", params=asked.params).content

    source, _ = platform("oai-pmh", answer, prefix=prefix)
    walked = walk(source)
    assert (walked.names, walked.removed, walked.unreadable) == (SHOWN, ENDED, [])
    # Nobody may take what has conditions for what has none.
    assert walked.closed == []
    assert '"公交线路与站点"@zh' in walked.records[SHOWN[3]]
