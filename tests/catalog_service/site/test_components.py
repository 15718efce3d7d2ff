"""The parts of the pages that compute something: marks, code, citations, tiles, the ring, tags."""

from __future__ import annotations

import ast
import json
import shlex
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from catalog_service.answers import Message, Named
from catalog_service.datasets.description import describe
from catalog_service.datasets.description_model import Access, Description
from catalog_service.datasets.snippets import snippets
from catalog_service.discovery.excerpts import WHY, excerpt, pieces
from catalog_service.quality.ring import quality
from catalog_service.rules.model import RuleFindings
from catalog_service.site.assets import read_manifest
from catalog_service.site.tilemap import COLUMNS, PLACES, ROWS, tiles
from ontology.vocabulary import load_vocabulary
from shapes.rules import Rules
from tests.fixtures.web import HTML, House, own_site, site

__all__ = ["own_site", "site"]

Site = tuple[House, httpx.Client]


def description(**changes: object) -> Description:
    blank = describe(
        '<urn:d> <http://purl.org/dc/terms/title> "x" .\n',
        iri="urn:d",
        focus="urn:d",
        source="s",
        remote_id="d",
        concepts=load_vocabulary(),
    )
    return blank.model_copy(update=changes)


def test_pieces_give_back_the_whole_text_with_its_matches_marked() -> None:
    found = pieces("公共停车场泊位", [(2, 4), (5, 7)])
    assert "".join(p.text for p in found) == "公共停车场泊位"
    assert [p.text for p in found if p.marked] == ["停车", "泊位"]
    assert pieces("甲", []) == pieces("甲", [(0, 0)])


def test_an_excerpt_is_short_and_holds_the_first_match() -> None:
    text = "前言。" * 100 + "这里是停车场的位置，" + "后话。" * 100
    at = text.index("停车场")
    found = excerpt(text, [(at, at + 3)])
    shown = "".join(p.text for p in found)
    assert "停车场" in [p.text for p in found if p.marked]
    assert len(shown) <= WHY + 2
    assert shown.startswith("…前言。"), "it begins where a clause begins"
    assert "".join(p.text for p in excerpt("短文", [])) == "短文"


PARK = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix csvw: <http://www.w3.org/ns/csvw#> . @prefix shd: <https://w3id.org/shdata/def/> .
<https://elsewhere.example/PARK> a dcat:Dataset ; dct:identifier "PARK" ; dct:title "车位"@zh ;
  dct:accessRights <https://w3id.org/shdata/vocab/open-type/unconditional> ;
  shd:dataItem [ a csvw:Column ; csvw:title "泊位数"@zh ] .
"""
HOSTILE = "https://data.example/a\"b'c`$(id);#\n.csv"


@pytest.mark.parametrize("kind", ["file", "api"])
def test_an_address_goes_into_a_program_as_one_literal(kind: str) -> None:
    access = (
        Access(format=Named(notation="csv"), download_urls=[HOSTILE])
        if kind == "file"
        else Access(endpoint_urls=[HOSTILE])
    )
    found = snippets(description(distributions=[access]), "https://here.example/r")
    assert found.kind == kind
    codes = {code.language: code.code for code in found.codes}
    assert shlex.split(codes["curl"])[-1] == found.url
    calls = [n for n in ast.walk(ast.parse(codes["Python"])) if isinstance(n, ast.Constant)]
    assert found.url in [c.value for c in calls]
    assert json.dumps(found.url, ensure_ascii=False) in codes["R"]


def test_code_reads_the_record_where_no_address_can_be_followed() -> None:
    access = Access(download_urls=["javascript:alert(1)"], endpoint_urls=["ftp://x/"])
    found = snippets(description(distributions=[access]), "https://here.example/r")
    assert (found.kind, found.url) == ("record", "https://here.example/r")


def test_json_ld_cannot_end_its_element(site: Site) -> None:
    text = site[1].get("/dataset/city/XSS", headers=HTML).text
    block = text.split('<script type="application/ld+json">')[1].split("</script>")[0]
    found = json.loads(block)
    assert found["@type"] == "Dataset"
    assert "<script>" in found["name"]
    assert "<" not in block


def test_every_district_has_a_tile_of_its_own() -> None:
    vocabulary = load_vocabulary()
    places = vocabulary.concepts("place")
    found = tiles(places, {})
    assert len(found) == len(PLACES) == 16
    assert len({(tile.x, tile.y) for tile in found}) == 16
    assert all(0 <= c < COLUMNS and 0 <= r < ROWS for c, r in PLACES.values())
    assert {tile.step for tile in found} == {0}
    counts = {c.iri: n for n, c in enumerate(c for c in places if c.notation in PLACES)}
    steps = {tile.count: tile.step for tile in tiles(places, counts)}
    ordered = [steps[n] for n in sorted(steps)]
    assert ordered == sorted(ordered)
    assert (ordered[0], ordered[-1]) == (0, 4)


def test_the_ring_counts_rules_not_findings() -> None:
    rules = Rules.load()
    checked = sum(rule.shaped for rule in rules)
    text = Message(zh="", en="")
    one = RuleFindings(
        rule="R04", severity="Warning", label=text, article=text, message=text, count=9, spots=[]
    )
    two = one.model_copy(update={"severity": "Violation"})
    found = quality([one, two], rules)
    assert (found.checked, found.passed, found.worst) == (checked, checked - 1, "violation")
    assert [reason.severity for reason in found.reasons] == ["Violation"]
    assert quality([], rules).percent == 100


def test_without_a_bundle_the_plain_stylesheet_and_no_script(tmp_path: Path, site: Site) -> None:
    for text in (None, "{", "[]", '{"src/atlas.ts": {}}'):
        manifest = tmp_path / "manifest.json"
        if text is not None:
            manifest.write_text(text)
        found = read_manifest(manifest, "atlas")
        assert found.scripts == ()
        for address in found.styles:
            answer = site[1].get(address)
            assert answer.headers["content-type"].startswith("text/css")


def test_a_change_is_told_by_property(site: Site) -> None:
    _, client = site
    changes = client.get("/api/v1/datasets/city/BUS1/history").json()["changes"]
    page = client.get(f"/dataset/city/BUS1/changes/{changes[-1]['seq']}", headers=HTML).text
    assert "<del>公交线路</del>" in page
    assert "<ins>公交线路与站点</ins>" in page
    first = client.get(f"/dataset/city/BUS1/changes/{changes[0]['seq']}", headers=HTML)
    assert "<del>" not in first.text


@pytest.mark.parametrize("seq", ["0", "-1", "x", "9" * 30, "²"])
def test_a_change_that_is_not_of_the_record_is_refused(site: Site, seq: str) -> None:
    answer = site[1].get(f"/dataset/city/BUS1/changes/{seq}", headers=HTML)
    assert answer.status_code == 400


def test_what_was_closed_tells_no_change(site: Site) -> None:
    for seq in range(1, 12):
        answer = site[1].get(f"/dataset/city/CLOSED/changes/{seq}", headers=HTML)
        assert answer.status_code == 404


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/organization/transport", 200),
        ("/organization/nobody", 404),
        ("/district/310115", 200),
        ("/district/310000", 404),
        ("/theme/4", 200),
        ("/theme/4444", 404),
        ("/field/%E6%B3%8A", 200),
        (f"/field/{'x' * 300}", 404),
    ],
)
def test_things_that_are_and_that_are_not(site: Site, address: str, status: int) -> None:
    assert site[1].get(address, headers=HTML).status_code == status


def test_a_theme_counts_and_lists_its_datasets(site: Site) -> None:
    text = site[1].get("/theme/4", headers=HTML).text
    total = site[1].get("/api/v1/search?theme=4&limit=0").json()["total"]
    assert f"{total} 个数据集" in text
    assert "/dataset/city/BUS1" in text
    assert "CLOSED" not in text


def test_a_search_can_be_taken_along(site: Site) -> None:
    text = site[1].get("/datasets?q=公交&theme=4&modified_from=2026-01-01", headers=HTML).text
    for path in ("/feeds/datasets.atom", "/api/v1/search.csv", "/api/v1/search.jsonl"):
        address = text.split(f'href="{path}?')[1].split('"')[0].replace("&amp;", "&")
        assert "modified_from=2026-01-01" in address
        assert site[1].get(f"{path}?{address}").status_code == 200


def test_a_data_item_lists_the_datasets_that_have_it(own_site: Site) -> None:
    house, client = own_site
    house.submit_turtle("city", PARK)
    house.project()
    name = "泊位数"
    text = client.get(f"/field/{quote(name)}", headers=HTML).text
    assert "/dataset/city/PARK" in text
    assert "/dataset/city/BUS1" not in text
