"""One limit for a text and for a record, whatever brings them; what is stored beyond it is read."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import httpx
import openpyxl
import orjson
import pyoxigraph as ox
import pytest

from harvesters.protocols import Outcome, Submission
from harvesters.readers.formats import read_bytes
from ontology.limits import MAX_RECORD, MAX_TEXT
from ontology.ntriples import triples_of
from tests.fixtures.lives import ATLAS, environment
from tests.fixtures.web import BASE, HTML, House, own_site, portal, served

__all__ = ["own_site"]

Site = tuple[House, httpx.Client]
TURTLE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
<{iri}> a dcat:Dataset ; dct:title "{title}"@zh ;
  dct:accessRights <https://w3id.org/shdata/vocab/open-type/unconditional> .
"""
LONG = "长" * (MAX_TEXT // 3 + 1)
"""A byte or two over the limit."""
WITHIN = "长" * (MAX_TEXT // 3)


def outcomes(house: House, content: bytes, name: str) -> list[Outcome]:
    items = read_bytes(
        content, name=name, source="city", base_iri=BASE, vocabulary=house.atlas.vocabulary
    )
    return list(house.atlas.catalog.submit(items, Submission("city", "test", gate="report")))


def codes(found: list[Outcome]) -> list[str]:
    return [one.error.code if one.error else one.status for one in found]


@pytest.mark.slow
def test_one_by_one_and_line_by_line(tmp_path: Path) -> None:
    house = House(tmp_path, max_body_mb=64)
    single = portal("S", "长" * (MAX_RECORD // 3 + 1))
    many = portal("M", "线路", keywords=[f"{n} " + "长" * 300_000 for n in range(20)])
    cases = [
        ({**portal("T", "线路"), "title": LONG}, "text-too-long", "dct:title"),
        ({**portal("D", "线路"), "description": LONG}, "text-too-long", "dct:description"),
        ({**portal("K", "线路"), "keywords": [LONG]}, "text-too-long", "dcat:keyword"),
        (single, "record-too-long", str(MAX_RECORD)),
        (many, "record-too-long", str(MAX_RECORD)),
    ]
    with house.atlas, served(house) as address, httpx.Client(base_url=address) as client:
        write = house.token("write:city")
        lines = {**write, "Content-Type": "application/x-ndjson"}
        for record, code, told in cases:
            one = f"/api/v1/sources/city/records/{record['id']}"
            put = client.put(one, json=record, headers=write, timeout=120)
            assert (put.status_code, put.json()["code"]) == (413, code), record["id"]
            assert told in put.json()["detail"]
            body = orjson.dumps(record) + b"\n" + orjson.dumps(portal("OK", "线路"))
            posted = client.post(
                "/api/v1/sources/city/records", content=body, headers=lines, timeout=120
            ).json()
            assert (posted["read"], posted["rejected"]) == (2, 1)
            assert posted["failed"][0]["code"] == code
        within = client.put(
            "/api/v1/sources/city/records/W",
            json=portal("W", WITHIN, description=""),
            headers=write,
            timeout=120,
        )
        assert within.status_code == 201


@pytest.mark.parametrize("form", ["lines", "array", "turtle", "triples", "json-ld", "rdf-xml"])
def test_the_rest_of_a_file_is_taken(own_site: Site, form: str) -> None:
    house = own_site[0]
    titles = {"A": "前一条", "B": LONG, "C": WITHIN, "D": "后一条"}
    records = [portal(name, title, description="") for name, title in titles.items()]
    if form == "lines":
        found = outcomes(house, b"\n".join(map(orjson.dumps, records)), "f.jsonl")
    elif form == "array":
        found = outcomes(house, orjson.dumps(records), "f.json")
    else:
        text = "".join(
            TURTLE.format(iri=f"https://e.example/{n}", title=t) for n, t in titles.items()
        )
        target, name = {
            "turtle": (ox.RdfFormat.TURTLE, "f.ttl"),
            "triples": (ox.RdfFormat.N_TRIPLES, "f.nt"),
            "json-ld": (ox.RdfFormat.JSON_LD, "f.jsonld"),
            "rdf-xml": (ox.RdfFormat.RDF_XML, "f.rdf"),
        }[form]
        triples = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]
        found = outcomes(house, ox.serialize(triples, format=target) or b"", name)
    assert sorted(codes(found)) == ["created", "created", "created", "text-too-long"]
    (error,) = (one.error for one in found if one.error is not None)
    assert error.params["field"] == "dct:title"
    assert str(MAX_TEXT) in error.message("zh")
    assert "dct:title" in error.message("en")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_tables(own_site: Site, form: str) -> None:
    house = own_site[0]
    heads = ["数据资源名称", "数据资源摘要", "数据提供单位"]
    # A cell of a workbook holds 32,767 characters: nothing longer can be in one.
    long = LONG if form == "csv" else "长" * 32_767
    rows = [
        heads,
        ["前一条", "好", "市交通委"],
        [long, "好", "市交通委"],
        ["后", "好", "市交通委"],
    ]
    if form == "csv":
        # One is too long for the door in bytes, one for the reader in characters already.
        rows[2:2] = [["x" * (MAX_TEXT + 1), "好", "市交通委"], [WITHIN, "好", "市交通委"]]
        content = "\n".join(",".join(row) for row in rows).encode()
        wanted = ["created", "text-too-long", "created", "text-too-long", "created"]
    else:
        book, file = openpyxl.Workbook(), io.BytesIO()
        for row in rows:
            book.active.append(row)
        book.save(file)
        content, wanted = file.getvalue(), ["created"] * 3
    assert codes(outcomes(house, content, f"f.{form}")) == wanted


@pytest.mark.slow
def test_a_record_over_the_limit_has_one_code(own_site: Site) -> None:
    house = own_site[0]
    huge = portal("H", "线路", keywords=[f"{n} " + "长" * 300_000 for n in range(20)])
    single = portal("S", "长" * (MAX_RECORD // 3 + 1))
    for record in (huge, single):
        for content, name in (
            (orjson.dumps(record) + b"\n" + orjson.dumps(portal("OK", "线路")), "f.jsonl"),
            (orjson.dumps([record, portal("OK", "线路")]), "f.json"),
        ):
            found = codes(outcomes(house, content, name))
            assert found[0] == "record-too-long", name
            assert found[1] in ("created", "unchanged")
    text = TURTLE.format(iri="https://e.example/T", title=single["title"])
    assert codes(outcomes(house, text.encode(), "f.ttl"))[0] == "record-too-long"


@pytest.mark.slow
def test_what_an_older_journal_holds_is_read_shown_and_withdrawn(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, client = own_site
    title = "很长" * (MAX_RECORD // 6 + 1_000)
    with monkeypatch.context() as older:
        for place in (
            *(
                "harvesters.readers.portal_records.MAX_RECORD",
                "catalog_service.catalog.admission.MAX_RECORD",
            ),
            "catalog_service.catalog.admission.MAX_TEXT",
        ):
            older.setattr(place, 1 << 30)
        found = outcomes(house, orjson.dumps([portal("OLD", title)]), "f.json")
    assert codes(found) == ["created"]
    house.project()
    page = "/dataset/city/OLD"
    for path in (
        *(f"{page}.ttl", f"{page}.nt", f"{page}.rdf", f"{page}.jsonld"),
        *("/api/v1/datasets/city/OLD", "/api/v1/datasets/city/OLD/history"),
        "/api/v1/datasets/city/OLD/findings",
    ):
        assert client.get(path).status_code == 200, path
    assert title in client.get(f"{page}.ttl").text
    assert client.get(page, headers=HTML).status_code == 200
    shown = subprocess.run(
        [*ATLAS, "show", f"{BASE}/id/dataset/city/OLD"],
        env={**environment(house.settings.home), "ATLAS_BASE_IRI": BASE},
        capture_output=True,
        check=False,
    )
    assert shown.returncode == 0, shown.stderr[-500:]
    head = house.token("write:city", "steward:city")
    assert client.post("/api/v1/sources/city/recheck", headers=head).json()["rejected"] == 0
    ended = client.delete("/api/v1/sources/city/records/OLD", headers=head)
    assert ended.json()["status"] == "withdrawn"
    assert client.get(page, headers=HTML).status_code == 410


def test_long_lines_are_read_as_the_parser_reads_short_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = [
        '<http://a/s> <http://a/p> "a \\"b\\" \\\\ \\u0001\\n 长"@zh-hans .',
        '<http://a/s> <http://a/p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .',
        "<http://a/s> <http://a/p> <http://a/o> .",
        '<http://a/s> <http://a/p> "ends with \\\\" .',
        '<http://a/s> <http://a/p> "" .',
    ]
    text = "\n".join(lines) + "\n"
    plain = list(triples_of(text))
    monkeypatch.setattr("ontology.ntriples._PARSED", 1)
    assert list(triples_of(text)) == plain
    assert len(plain) == len(lines)


def test_a_file_of_its_own_shows_the_limits() -> None:
    docs = Path(__file__).resolve().parents[2] / "docs"
    for name in ("readers.md", "api.md"):
        text = (docs / name).read_text("utf-8")
        assert f"{MAX_TEXT >> 20} MiB" in text
        assert f"{MAX_RECORD >> 20} MiB" in text
        assert "`text-too-long`" in text
