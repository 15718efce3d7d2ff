"""data.json, spreadsheets, OAI-PMH, SPARQL, and the control of `atlas simulate`."""

from __future__ import annotations

import csv
import io
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
from python_calamine import CalamineWorkbook

from harvesters.simulator.catalogue import Catalogue
from harvesters.simulator.control import Control
from harvesters.simulator.faults import Fault
from harvesters.simulator.server import Platform, serve
from harvesters.simulator.shapes.oai_pmh import OaiPmh
from tests.harvesters.simulator.conftest import Client

NS = {
    "o": "http://www.openarchives.org/OAI/2.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}


def test_data_json(platform: Platform, client: Client) -> None:
    answer = client.get("/data.json")
    catalogue = platform.catalogue
    datasets = answer.json["dataset"]
    assert {d["identifier"] for d in datasets} == set(catalogue.expected())
    levels = {d["identifier"]: d["accessLevel"] for d in datasets}
    assert {i for i, level in levels.items() if level != "non-public"} == catalogue.public_ids()
    assert all({"title", "publisher", "contactPoint", "keyword"} <= d.keys() for d in datasets)
    known = {"If_Modified_Since": answer.headers["last-modified"]}
    assert client.get("/data.json", **known).status == 304
    catalogue.edit(datasets[0]["identifier"])
    assert client.get("/data.json", **known).status == 200
    assert client.get("/data.json", If_None_Match=answer.headers["etag"]).status == 200


def test_open_list_as_csv_and_xlsx(platform: Platform, client: Client) -> None:
    text = client.get("/open-list.csv").body.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert {row[0] for row in rows[1:]} == set(platform.catalogue.expected())
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/open-list.xlsx").body))
    assert book.get_sheet_by_index(0).to_python() == rows
    etag = client.get("/open-list.xlsx").headers["etag"]
    assert client.get("/open-list.xlsx", If_None_Match=etag).status == 304
    platform.faults.set(Fault.HALF_LIST)
    assert len(client.get("/open-list.csv").body.splitlines()) == 1 + (len(rows) - 1) // 2


def test_sparql(platform: Platform, client: Client) -> None:
    catalogue = platform.catalogue
    select = """PREFIX dct: <http://purl.org/dc/terms/> PREFIX dcat: <http://www.w3.org/ns/dcat#>
        SELECT ?id { ?d a dcat:Dataset ; dct:identifier ?id }"""

    def ids() -> set[str]:
        found = client.get(f"/sparql?query={quote(select)}").json["results"]["bindings"]
        return {row["id"]["value"] for row in found}

    assert ids() == set(catalogue.expected())
    catalogue.delete(next(iter(ids())))
    catalogue.add()
    assert ids() == set(catalogue.expected())
    construct = "CONSTRUCT { ?d a ?c } WHERE { ?d a ?c } ORDER BY ?d LIMIT 7 OFFSET 3"
    answer = client.request(
        "POST", "/sparql", construct,
        Content_Type="application/sparql-query", Accept="application/n-triples",
    )  # fmt: skip
    assert len(list(ox.parse(answer.body, ox.RdfFormat.N_TRIPLES))) == 7
    assert client.get("/sparql?query=SELEC").status == 400


def _oai(client: Client, **asked: str) -> ET.Element:
    target = "/oai?" + "&".join(f"{k.strip('_')}={quote(v)}" for k, v in asked.items())
    return ET.fromstring(client.get(target).body)


@pytest.fixture(scope="module")
def oai() -> object:
    shape = OaiPmh(page_size=9)
    with serve(Catalogue(20, seed=3), shape) as platform:
        client = Client(platform.port)
        yield platform, shape, client
        client.close()


def test_oai_lists_with_tokens_and_increments(
    oai: tuple[Platform, OaiPmh, Client],
) -> None:
    platform, shape, client = oai
    catalogue = platform.catalogue
    names: list[str] = []
    asked = {"metadataPrefix": "oai_dc"}
    while True:
        root = _oai(client, verb="ListRecords", **asked)
        names += [e.text or "" for e in root.findall(".//dc:identifier", NS)][::2]
        token = root.find(".//o:resumptionToken", NS)
        assert token is not None and token.get("completeListSize") == "20"
        if not token.text:
            break
        asked = {"resumptionToken": token.text}
        # What changes during a walk comes with the next increment, not into this one.
        catalogue.edit(names[0])
    assert sorted(names) == sorted(catalogue.expected())
    now = catalogue.view().time
    catalogue.delete(names[1])
    catalogue.close(names[2])
    root = _oai(
        client, verb="ListRecords", metadataPrefix="dcat_ap", from_=f"{now:%Y-%m-%dT00:%M:%SZ}"
    )
    headers = {
        h.findtext("o:identifier", "", NS).rpartition(":")[2]: h.get("status")
        for h in root.findall(".//o:header", NS)
    }
    assert headers == {names[0]: None, names[1]: "deleted", names[2]: None}
    assert len(root.findall(".//rdf:RDF", NS)) == 2
    shape.expire_tokens()
    assert _error(_oai(client, verb="ListRecords", **asked)) == "badResumptionToken"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"verb": "Nonsense"}, "badVerb"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "marc"}, "cannotDisseminateFormat"),
        ({"verb": "ListRecords", "resumptionToken": "x"}, "badResumptionToken"),
        ({"verb": "ListSets"}, "noSetHierarchy"),
        ({"verb": "ListIdentifiers", "metadataPrefix": "oai_dc", "from": "2099-01-01"},
         "noRecordsMatch"),
        ({"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "x"}, "idDoesNotExist"),
    ],
)  # fmt: skip
def test_oai_errors(oai: tuple[Platform, OaiPmh, Client], asked: dict[str, str], code: str) -> None:
    assert _error(_oai(oai[2], **asked)) == code


def _error(root: ET.Element) -> str | None:
    found = root.find("o:error", NS)
    return None if found is None else found.get("code")


def test_oai_says_what_it_is(oai: tuple[Platform, OaiPmh, Client]) -> None:
    root = _oai(oai[2], verb="Identify")
    assert root.findtext(".//o:deletedRecord", None, NS) == "persistent"
    prefixes = _oai(oai[2], verb="ListMetadataFormats").findall(".//o:metadataPrefix", NS)
    assert [e.text for e in prefixes] == ["oai_dc", "dcat_ap"]


def test_control_switches_faults_and_makes_changes(platform: Platform, client: Client) -> None:
    assert client.get("/_simulator/").status == 404
    platform.control = Control(platform.catalogue, platform.faults)
    before = client.get("/_simulator/").json
    client.request("POST", "/_simulator/faults/unavailable?rate=1&path=data.json")
    assert client.get("/data.json").status == 503
    assert client.get("/_simulator/").json["faults"] == {"unavailable": 1.0}
    assert client.request("DELETE", "/_simulator/faults").json["faults"] == {}
    assert client.get("/data.json").status == 200
    added = client.request("POST", "/_simulator/changes/add").json["id"]
    assert client.get("/_simulator/expected").json[added]["version"] == 1
    closed = client.request("POST", f"/_simulator/changes/close?id={added}").json
    assert (closed["kind"], closed["seq"]) == ("close", before["changes"] + 2)
    assert client.request("POST", "/_simulator/faults/nonsense").status == 400
    assert client.request("POST", "/_simulator/changes/close?id=nothing").status == 400
    platform.control = None
