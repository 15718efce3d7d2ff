"""Datasets in other profiles: negotiation, what each says, and what it leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from catalog_service.datasets.profiles.registry import BY_TOKEN, PROFILES
from catalog_service.output_formats import BY_SUFFIX
from ontology.terms import DCAT, DCT, FOAF, RDF, SHD, SKOS, VOCAB
from tests.fixtures.web import BASE, HTML, House, own_site, portal, served, site

__all__ = ["own_site", "site"]

Site = tuple[House, httpx.Client]

TABLE = f"""
@prefix csvw: <http://www.w3.org/ns/csvw#> . @prefix dcat: <{DCAT}> . @prefix dct: <{DCT}> .
@prefix shd: <{SHD}> . @prefix vocab: <{VOCAB}> .
<https://elsewhere.example/T> a dcat:Dataset ; dct:identifier "T" ; dct:title "车位"@zh ;
  dct:accessRights <{VOCAB}open-type/unconditional> ;
  dct:spatial <{VOCAB}place/310101> ; dct:publisher "某公司"@zh ;
  dcat:theme <{VOCAB}domain-2014/economic-development>, "停车"@zh ; dct:language "zh-CN" ;
  dct:modified "2026-08-20T10:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTimeStamp> ;
  dcat:distribution <https://elsewhere.example/T.csv> ;
  shd:dataItem <https://elsewhere.example/T#1>, <https://elsewhere.example/T#2> .
<https://elsewhere.example/T#1> a csvw:Column ; csvw:title "名称"@zh .
<https://elsewhere.example/T#2> a csvw:Column ; csvw:title "数量"@zh ; csvw:datatype "integer" .
<https://elsewhere.example/T.csv> a dcat:Distribution ;
  dcat:downloadURL <https://elsewhere.example/files/T.csv> ; dct:format "CSV" ;
  dcat:byteSize "1024.0" ; dct:license <https://creativecommons.org/licenses/by/4.0/deed.zh> .
"""


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    house = House(tmp_path_factory.mktemp("tables"))
    with house.atlas:
        house.submit_turtle("city", TABLE)
        house.submit("city", [portal("BUS1", "公交线路")])
        with served(house) as address, httpx.Client(base_url=address, timeout=60) as client:
            yield house, client


def lines(answer: httpx.Response) -> set[str]:
    """The statements of an answer in N-Triples."""
    assert answer.status_code == 200, answer.text
    return set(answer.text.splitlines())


def links(answer: httpx.Response) -> str:
    return str(answer.headers["link"])


@pytest.mark.parametrize("token", ["dcat", "dcat-ap"])
@pytest.mark.parametrize("suffix", ["ttl", "nt", "jsonld", "rdf"])
def test_every_graph_profile_comes_in_every_form(site: Site, token: str, suffix: str) -> None:
    answer = site[1].get(f"/dataset/city/BUS1.{suffix}", params={"_profile": token})
    assert answer.status_code == 200
    assert f'<{BY_TOKEN[token].iri}>; rel="profile"' in links(answer)
    told = {str(q.triple) for q in ox.parse(answer.content, format=BY_SUFFIX[suffix].rdf)}
    assert f"<{BASE}/id/dataset/city/BUS1> <{RDF.type}> <{DCAT.Dataset}>" in told


def test_accept_profile_chooses_by_weight_and_follows_the_redirect(site: Site) -> None:
    client = site[1]
    ap, dcat = BY_TOKEN["dcat-ap"].iri, BY_TOKEN["dcat"].iri
    headers = {"Accept-Profile": f"<{dcat}>;q=0.5, <{ap}>, <urn:x:unknown>"}
    seen = client.get("/id/dataset/city/BUS1", headers={**headers, "Accept": "text/turtle"})
    assert seen.status_code == 303
    assert seen.headers["location"] == "/dataset/city/BUS1.ttl?_profile=dcat-ap"
    assert "Accept-Profile" in seen.headers["vary"]
    # Any form will do: a document, for pages have no profile.
    direct = client.get("/dataset/city/BUS1", headers={**headers, "Accept": "*/*"})
    assert direct.headers["content-type"].startswith("text/turtle")
    assert f'<{ap}>; rel="profile"' in links(direct)
    other = client.get("/dataset/city/BUS1.nt", headers={"Accept-Profile": "<urn:x:unknown>"})
    assert f'<{SHD}>; rel="profile"' in links(other)
    page = client.get("/dataset/city/BUS1", headers={**HTML, **headers})
    assert page.headers["content-type"].startswith("text/html")
    assert 'rel="profile"' not in links(page)
    # schema.org has no Turtle: who wants Turtle gets the next profile.
    turtle = {"Accept": "text/turtle", "Accept-Profile": f"<https://schema.org/>, <{dcat}>;q=0.1"}
    assert f'<{dcat}>; rel="profile"' in links(client.get("/dataset/city/BUS1", headers=turtle))


def test_a_profile_named_is_given_or_refused(site: Site) -> None:
    client = site[1]
    unknown = client.get("/dataset/city/BUS1.ttl", params={"_profile": "dublin"})
    assert (unknown.status_code, unknown.json()["code"]) == (400, "profile-unknown")
    assert "dcat-ap" in unknown.json()["detail"]
    for token in ("geodcat-ap", "croissant"):
        answer = client.get("/api/v1/datasets/city/BUS1", params={"_profile": token})
        assert (answer.status_code, answer.json()["code"]) == (406, "profile-not-available")
    fixed = client.get("/dataset/city/BUS1.ttl", params={"_profile": "schema"})
    assert (fixed.status_code, fixed.json()["code"]) == (406, "not-acceptable")
    browser = client.get("/dataset/city/BUS1", params={"_profile": "dcat"}, headers=HTML)
    assert browser.headers["content-type"].startswith("text/turtle")
    typed = {"_profile": "dcat", "_mediatype": "application/rdf+xml"}
    chosen = client.get("/dataset/city/BUS1", params=typed, headers=HTML)
    assert chosen.headers["content-type"] == "application/rdf+xml"


def test_every_answer_links_to_all_profiles_and_forms(site: Site) -> None:
    answer = site[1].get("/dataset/city/BUS1.ttl")
    for profile in PROFILES[1:]:
        assert f'?_profile={profile.token}>; rel="alternate"' in links(answer)
        assert f'profile="{profile.iri}"' in links(answer)
    for suffix in ("nt", "jsonld", "rdf"):
        assert f'<{BASE}/dataset/city/BUS1.{suffix}>; rel="alternate"' in links(answer)
    assert f'<{BASE}/dataset/city/BUS1>; rel="canonical"' in links(answer)
    tag = answer.headers["etag"]
    other = site[1].get("/dataset/city/BUS1.ttl", params={"_profile": "dcat"})
    assert other.headers["etag"] != tag
    again = site[1].get("/dataset/city/BUS1.ttl", headers={"If-None-Match": tag})
    assert (again.status_code, links(again)) == (304, links(answer))


def test_plain_dcat_has_no_term_of_ours_and_names_its_concepts(tables: Site) -> None:
    told = lines(tables[1].get("/dataset/city/T.nt", params={"_profile": "dcat"}))
    assert not any(f"<{SHD}" in line for line in told)
    assert not any("csvw" in line for line in told)
    assert f'<{VOCAB}open-type/unconditional> <{SKOS.prefLabel}> "无条件开放"@zh .' in told
    assert (
        f"<{BASE}/id/dataset/city/T> <{FOAF.primaryTopic}> <https://elsewhere.example/T> ." in told
    )


def test_dcat_ap_types_and_names_what_it_points_at(tables: Site) -> None:
    told = lines(tables[1].get("/dataset/city/T.nt", params={"_profile": "dcat-ap"}))
    focus, eu = "<https://elsewhere.example/T>", "http://publications.europa.eu/resource/authority/"
    agent = f"<{BASE}/id/dataset/city/T#ap-1>"
    file = "<https://elsewhere.example/T.csv>"
    xsd = "http://www.w3.org/2001/XMLSchema#"
    wanted = [
        f"{focus} <{DCT.publisher}> {agent}",
        f"{agent} <{RDF.type}> <{FOAF.Agent}>",
        f'{agent} <{FOAF.name}> "某公司"@zh',
        # A domain of 2014, which is mapped to one of today, which is mapped to a theme.
        f"{focus} <{DCAT.theme}> <{eu}data-theme/ECON>",
        f"{focus} <{DCT.subject}> <{VOCAB}domain-2014/economic-development>",
        f'{focus} <{DCAT.keyword}> "停车"@zh',
        f"<{eu}data-theme/ECON> <{SKOS.inScheme}> <{eu}data-theme>",
        f"{focus} <{DCT.language}> <{eu}language/ZHO>",
        f"{focus} <{DCT.accessRights}> <{eu}access-right/PUBLIC>",
        f"{focus} <{DCT.rights}> <{VOCAB}open-type/unconditional>",
        f'<{VOCAB}place/310101> <{SKOS.prefLabel}> "黄浦区"@zh',
        f'{focus} <{DCT.modified}> "2026-08-20T18:00:00+08:00"^^<{xsd}dateTime>',
        f"{file} <{DCT.format}> <{eu}file-type/CSV>",
        f"{file} <{DCAT.mediaType}> <https://www.iana.org/assignments/media-types/text/csv>",
        f'{file} <{DCAT.byteSize}> "1024"^^<{xsd}decimal>',
        f"{file} <{DCAT.accessURL}> <https://elsewhere.example/files/T.csv>",
        f"{file} <{DCT.license}> <https://creativecommons.org/licenses/by/4.0/>",
        f"<{BASE}/id/dataset/city/T> <{RDF.type}> <{DCAT.CatalogRecord}>",
    ]
    assert [line for line in wanted if f"{line} ." not in told] == []


def test_geodcat_ap_places_the_dataset(tables: Site) -> None:
    told = lines(tables[1].get("/dataset/city/T.nt", params={"_profile": "geodcat-ap"}))
    place = f"<{VOCAB}place/310101>"
    assert f'{place} <http://www.w3.org/ns/locn#geographicName> "黄浦区"@zh .' in told
    assert f'{place} <{DCT.identifier}> "310101" .' in told
    assert f"{place} <{DCT.isPartOf}> <{VOCAB}place/310000> ." in told


def test_schema_and_croissant_are_json_ld(tables: Site) -> None:
    client = tables[1]
    said = client.get("/dataset/city/T", params={"_profile": "schema"}).json()
    assert (said["@context"], said["@type"]) == ("https://schema.org/", "Dataset")
    answer = client.get("/dataset/city/T.jsonld", params={"_profile": "croissant", "lang": "en"})
    assert answer.headers["content-type"] == "application/ld+json"
    found = answer.json()
    assert found["conformsTo"] == BY_TOKEN["croissant"].iri
    (file,) = found["distribution"]
    assert file["encodingFormat"] == "text/csv"
    fields = found["recordSet"][0]["field"]
    assert [f["dataType"] for f in fields] == ["sc:Text", "sc:Integer"]
    assert fields[1]["source"] == {
        "fileObject": {"@id": file["@id"]},
        "extract": {"column": "数量"},
    }


def test_the_shapes_of_dcat_ap_find_nothing_that_could_be_said(tables: Site) -> None:
    """With the shapes that stand beside the project, where they do."""
    import shacl

    folder = Path(__file__).resolve().parents[4] / "shared" / "data" / "shapes" / "dcat_ap_3.0.0"
    if not folder.is_dir():
        pytest.skip("the DCAT-AP 3 shapes (../shared/data/shapes) are not on this machine")
    for name in ("shapes.ttl", "range.ttl"):
        shapes = shacl.Shapes.from_text((folder / name).read_text("utf-8"), "turtle")
        for remote_id in ("T", "BUS1"):
            address = f"/dataset/city/{remote_id}.nt"
            answer = tables[1].get(address, params={"_profile": "dcat-ap"})
            found = {(r.path, r.component) for r in shapes.validate_text(answer.text, "nt").results}
            # The record gives no description: the one thing that the source does not say.
            silent = {(f"<{DCT.description}>", "MinCountConstraintComponent")}
            assert found <= (silent if remote_id == "T" else set()), name


ALTR = "http://www.w3.org/ns/dx/connegp/altr#"


def test_the_profiles_of_a_record_are_listed(tables: Site) -> None:
    client = tables[1]
    seen: dict[str, set[str]] = {}
    for name in ("BUS1", "T"):
        answer = client.get(f"/id/dataset/city/{name}?_profile=alt", follow_redirects=True)
        assert f'<{BY_TOKEN["alt"].iri}>; rel="profile"' in links(answer)
        store = ox.Store()
        store.load(answer.content, format=ox.RdfFormat.TURTLE)
        rows = store.query(
            f"""SELECT ?address ?profile ?form ?relation {{
              <{BASE}/id/dataset/city/{name}> ?relation ?address .
              ?address a <{ALTR}Representation> ; <{DCT.conformsTo}> ?profile ;
                <{DCT.format}> ?form . }}"""
        )
        assert isinstance(rows, ox.QuerySolutions)
        listed = [{str(k)[1:]: row[k].value for k in rows.variables} for row in rows]
        seen[name] = {one["profile"] for one in listed}
        defaults = [one for one in listed if one["relation"].endswith("DefaultRepresentation")]
        assert [one["address"] for one in defaults] == [
            f"{BASE}/dataset/city/{name}.ttl?_profile=shdata"
        ]
        for one in listed:
            found = client.get(one["address"].removeprefix(BASE))
            assert found.headers["content-type"].split(";")[0] == one["form"]
            assert f'<{one["profile"]}>; rel="profile"' in links(found)
    everything = {profile.iri for profile in PROFILES if profile.token != "alt"}
    assert seen["T"] == everything
    assert everything - seen["BUS1"] == {BY_TOKEN["geodcat-ap"].iri, BY_TOKEN["croissant"].iri}
    # The default answer leads there.
    assert f'profile="{BY_TOKEN["alt"].iri}"' in links(client.get("/dataset/city/T.ttl"))


def test_what_was_fetched_as_it_is_stored_can_be_put_back(own_site: Site) -> None:
    house, client = own_site
    address = "/api/v1/sources/city/records/BUS1"
    headers = {**house.token("write"), "Content-Type": "text/turtle"}
    named = {"_profile": "shdata", "_mediatype": "text/turtle"}
    stored = client.get("/id/dataset/city/BUS1", params=named, follow_redirects=True)
    assert SKOS.prefLabel.encode() not in stored.content
    put = client.put(address, content=stored.content, headers=headers)
    assert put.json()["status"] == "unchanged", put.text
