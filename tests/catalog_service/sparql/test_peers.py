"""SERVICE: the peers' solutions are joined as the standard says, and nobody else is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import orjson
import pyoxigraph as ox
import pytest

from catalog_service.graph import EmbeddedGraph, GraphReader, GraphRecord
from catalog_service.sources.harvests.connecting import connect
from catalog_service.sources.service import peer_endpoints
from catalog_service.sparql.limits import SparqlLimits
from catalog_service.sparql.peers import Peers
from catalog_service.sparql.pool import SparqlPool
from catalog_service.sparql.service_clauses import service_clauses
from harvesters.platforms.errors import PLATFORM_REFUSED
from harvesters.platforms.http import GuardedClient, Response
from harvesters.platforms.limits import RequestLimits
from harvesters.platforms.politeness import HostTurns, Politeness
from ontology.errors import AtlasError
from ontology.record import Record
from tests.fixtures.web import House, opened

PEER = "https://peer.example/sparql"
OTHER = "https://other.example/sparql"
DATA = """
@prefix e: <http://e.example/> .
e:a e:name "甲"@zh, "A \\\\u0041 \\"quoted\\"\\nline" ; e:size 3 . e:b e:name "乙"@zh ; e:size 4 .
e:c e:part [ e:name "无名" ] .
"""
Ask = Callable[[str], list[Any]]
LIMITS = SparqlLimits(timeout=20, workers=1, max_rows=50)


class Endpoint:
    """A peer in memory that answers by the engine, or as it is told."""

    def __init__(self) -> None:
        self.store = ox.Store()
        self.store.load(DATA.encode(), format=ox.RdfFormat.TURTLE)
        self.asked: list[tuple[str, str]] = []
        self.answer: Callable[[], bytes] | None = None

    def of(self, endpoint: str, _seconds: float) -> nullcontext[Endpoint]:
        assert endpoint in (PEER, OTHER)
        return nullcontext(self)

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        repeatable: bool | None = None,
    ) -> Response:
        assert content is not None and method == "POST" and not params and not repeatable
        assert "authorization" not in {name.lower() for name in headers or {}}
        self.asked.append((url, content.decode()))
        if self.answer is not None:
            return Response(200, {}, self.answer(), url)
        found: Any = self.store.query(content.decode())
        return Response(200, {}, found.serialize(format=ox.QueryResultsFormat.JSON), url)


Place = tuple[SparqlPool, Endpoint]


@pytest.fixture(scope="module")
def pool_and_peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    home = tmp_path_factory.mktemp("peers")
    lines = [
        '<http://e.example/a> <http://e.example/here> "1" .',
        '<http://e.example/b> <http://e.example/here> "2" .',
        '<http://e.example/z> <http://e.example/here> "3" .',
    ]
    made = Record.from_lines(lines, iri="http://e.example/r", source="test", remote_id="r")
    with EmbeddedGraph(home) as store:
        store.rebuild(iter([GraphRecord(made.iri, made.focus, made.hash, made.nquads)]), lambda: 1)
        store.publish()
    endpoint = Endpoint()
    peers = Peers(lambda: [PEER, OTHER], "test", LIMITS, client=endpoint.of)
    with SparqlPool(GraphReader(home), LIMITS, peers=peers) as pool:
        yield pool, endpoint


@pytest.fixture
def peer(pool_and_peer: Place) -> Endpoint:
    endpoint = pool_and_peer[1]
    endpoint.asked, endpoint.answer = [], None
    return endpoint


@pytest.fixture
def ask(pool_and_peer: Place, peer: Endpoint) -> Ask:
    def answered(query: str) -> list[Any]:
        text = "PREFIX e: <http://e.example/> " + query.replace("PEER", f"<{PEER}>")
        body = orjson.loads(pool_and_peer[0].query(text).body)
        if "boolean" in body:
            return [body["boolean"]]
        rows = [
            {name: cell["value"] for name, cell in row.items()}
            for row in body["results"]["bindings"]
        ]
        return sorted(rows, key=str)

    return answered


def test_solutions_of_a_peer_are_joined_with_ours(ask: Ask, peer: Endpoint) -> None:
    pattern = '?s e:name ?n FILTER(LANG(?n) = "zh")'
    query = f"SELECT ?s ?h ?n {{ ?s e:here ?h . SERVICE PEER {{ {pattern} }} }}"
    assert ask(query) == [
        {"s": "http://e.example/a", "h": "1", "n": "甲"},
        {"s": "http://e.example/b", "h": "2", "n": "乙"},
    ]
    ((url, sent),) = peer.asked
    assert url == PEER
    assert "e:name ?n" in sent and "here" not in sent and "PREFIX dcat:" in sent


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT ?s ?z { ?s e:here ?h OPTIONAL { SERVICE PEER { ?s e:size ?z } } }", 3),
        ("SELECT ?s { ?s e:here ?h MINUS { SERVICE PEER { ?s e:size ?z } } }", 1),
        ("SELECT ?s { ?s e:here ?h FILTER EXISTS { SERVICE PEER { ?s e:size ?z } } }", 2),
        ("SELECT ?s { { ?s e:here ?h } UNION { SERVICE PEER { ?s e:size ?z } } }", 5),
        ("SELECT ?s { GRAPH ?g { ?s e:here ?h } SERVICE PEER { SELECT ?s { ?s e:size ?z } } }", 2),
        ("SELECT * { SERVICE PEER { ?s e:size ?z } SERVICE SILENT PEER { ?s e:name ?n } }", 3),
        ("SELECT ?s { ?s e:here ?h . SERVICE PEER { e:a e:size 3 } }", 3),
        ("SELECT ?s { ?s e:here ?h . SERVICE PEER { e:a e:size 9 } }", 0),
        ("SELECT * { service#x\nPEER { ?s e:size ?z # a } brace\n } }", 2),
        ("SELECT * { SERVICE PEER { ?s e:name ?n FILTER(?n != '}') } }", 4),
    ],
)
def test_where_service_may_stand(ask: Ask, query: str, expected: int) -> None:
    assert len(ask(query)) == expected


def test_every_kind_of_term_arrives_as_it_is(ask: Ask) -> None:
    rows = ask("SELECT ?v { SERVICE PEER { ?s ?p ?v FILTER(isLiteral(?v)) } }")
    assert {row["v"] for row in rows} == {"甲", "乙", "无名", "3", "4", 'A \\u0041 "quoted"\nline'}
    assert ask("ASK { SERVICE PEER { ?s e:size ?v } FILTER(?v + 1 = 5) }") == [True]
    # A blank node is an IRI of this answer alone.
    rows = ask("SELECT ?x ?n { SERVICE PEER { e:c e:part ?x . ?x e:name ?n } FILTER(isIRI(?x)) }")
    assert [row["n"] for row in rows] == ["无名"] and rows[0]["x"].startswith("urn:uuid:")


def test_silent_goes_on_without_a_peer_that_fails(ask: Ask, peer: Endpoint) -> None:
    def refuse() -> bytes:
        raise AtlasError(PLATFORM_REFUSED, url=PEER, status=503)

    peer.answer = refuse
    query = "SELECT * { ?s e:here ?h . SERVICE SILENT PEER { ?s e:size ?z } }"
    assert [row["h"] for row in ask(query)] == ["1", "2", "3"]
    with pytest.raises(AtlasError) as caught:
        ask(query.replace("SILENT", ""))
    assert caught.value.code == "sparql-peer-failed"
    assert caught.value.params["reason"] == "platform-refused"


def _nested(depth: int) -> bytes:
    """An answer with triple terms in triple terms."""
    plain = '{"type":"uri","value":"e:a"}'
    opening = f'{{"type":"triple","value":{{"subject":{plain},"predicate":{plain},"object":'
    term = opening * depth + plain + "}}" * depth
    return f'{{"head":{{"vars":["x"]}},"results":{{"bindings":[{{"x":{term}}}]}}}}'.encode()


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>",
        b'{"head":{},"boolean":true}',
        b'{"head":{"vars":["x} #"]},"results":{"bindings":[]}}',
        b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"uri","value":"a b> } #"}}]}}',
        b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"v",'
        b'"xml:lang":"en . }"}}]}}',
        _nested(3),
        # The engine's parser overflows its stack far below this depth, and ends the process.
        _nested(20_000),
    ],
    ids=["html", "boolean", "variable", "iri", "language", "triple-term", "triple-terms"],
)
def test_an_answer_that_is_none_is_not_written_into_the_query(
    ask: Ask, peer: Endpoint, answer: bytes
) -> None:
    peer.answer = lambda: answer
    with pytest.raises(AtlasError) as caught:
        ask("SELECT * { SERVICE PEER { ?x e:size ?z } }")
    assert caught.value.code == "sparql-peer-failed"


def test_a_peer_binds_only_what_it_was_asked_for(ask: Ask, peer: Endpoint) -> None:
    cell = b'{"type":"literal","value":"1"}'
    peer.answer = lambda: (
        b'{"head":{"vars":["h","z"]},"results":{"bindings":[{"h":'
        + cell
        + b',"z":'
        + cell
        + b"}]}}"
    )
    rows = ask("SELECT * { ?s e:here ?h . SERVICE PEER { ?x e:size ?z } }")
    assert [row["h"] for row in rows] == ["1", "2", "3"]


def test_an_answer_is_taken_whole_or_not(ask: Ask, peer: Endpoint) -> None:
    rows = b",".join(b'{"x":{"type":"literal","value":"v"}}' for _ in range(51))
    peer.answer = lambda: b'{"head":{"vars":["x"]},"results":{"bindings":[' + rows + b"]}}"
    with pytest.raises(AtlasError) as caught:
        ask("SELECT (COUNT(*) AS ?n) { SERVICE PEER { ?x e:size ?z } }")
    assert caught.value.code == "sparql-peer-too-large"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT * { SERVICE <https://else.example/sparql> { ?s ?p ?o } }", "sparql-peer-unknown"),
        ("SELECT * { SERVICE SILENT <http://127.0.0.1/> { ?s ?p ?o } }", "sparql-peer-unknown"),
        ("SELECT * { SERVICE <https://peer.example/sparql/../x> { } }", "sparql-peer-unknown"),
        ("SELECT * { SERVICE ?x { ?s ?p ?o } VALUES ?x { PEER } }", "sparql-service-form"),
        ("SELECT * { SERVICE PEER { SERVICE PEER { ?s ?p ?o } } }", "sparql-service-form"),
        ("SELECT * {" + " SERVICE PEER { ?s ?p ?o }" * 5 + " }", "sparql-service-form"),
        ("SELECT * { SERVICE PEER { ?s ?p ?o }", "sparql-syntax"),
        ("SELECT * { SERVICE PEER { ?s ?p } }", "sparql-syntax"),
        ("SELECT * { SERVICE PEER { ?s no:prefix ?o } }", "sparql-prefix-unknown"),
        ("SELECT * { SERVICE PEER { ?s ?p ?o } ) }", "sparql-syntax"),
        ("INSERT { ?s ?p ?o } WHERE { SERVICE PEER { ?s ?p ?o } }", "sparql-update-refused"),
    ],
)
def test_what_is_refused_is_told_before_anybody_is_asked(
    ask: Ask, peer: Endpoint, query: str, code: str
) -> None:
    with pytest.raises(AtlasError) as caught:
        ask(query)
    assert (caught.value.code, peer.asked) == (code, [])


def test_a_clause_is_read_with_its_place_prefix_and_base() -> None:
    text = (
        "BASE <https://peer.example/> PREFIX p: <https://other.example/> # SERVICE <x:y> {}\n"
        'SELECT * { ?s ?p "SERVICE <x:y> {" . SERVICE <sparql> { ?a ?b "}" } '
        "SERVICE SILENT p:sparql { { SELECT ?c { ?c ?d ?e } } } }"
    )
    one, other = service_clauses(text)
    assert (one.endpoint, one.silent, one.pattern) == (PEER, False, ' ?a ?b "}" ')
    assert one.variables == ("?a", "?b")
    assert text[one.start : one.end] == 'SERVICE <sparql> { ?a ?b "}" }'
    assert (other.endpoint, other.silent, other.variables) == (OTHER, True, ())
    assert text[other.start : other.end].startswith("SERVICE SILENT p:sparql {")
    assert service_clauses('SELECT * { ?s ?p "SERVICE <x:y> {}" }') == ()


def test_peers_are_asked_only_where_the_operator_says_so(tmp_path: Path) -> None:
    house = House(tmp_path)
    with house.atlas as atlas:
        for name, kind in (("south", "atlas"), ("stats", "sparql"), ("quiet", "sparql")):
            given = {"peer": name != "quiet"}
            connect(atlas, name, kind=kind, url=f"https://{name}.example/q", given=given)
        assert peer_endpoints(atlas) == [
            "https://south.example/q/sparql",
            "https://stats.example/q",
        ]
        atlas.journal.put_source("stats", paused=True)
        assert len(peer_endpoints(atlas)) == 1
        with pytest.raises(AtlasError) as caught:
            connect(atlas, "ckan", kind="ckan", url="https://c.example/", given={"peer": True})
        assert caught.value.code == "no-peer"
        assert not house.settings.sparql_peers


def test_another_catalogue_is_asked_over_http_and_the_answer_has_no_tag(tmp_path: Path) -> None:
    with opened(tmp_path, sparql_peers=True, sparql_max_rows=60) as (house, client):
        # Itself in the place of another one: the protocol is the same.
        address = f"{client.base_url}/sparql".replace("//sparql", "/sparql")
        text = f"SELECT ?d ?t {{ SERVICE <{address}> {{ ?d a dcat:Dataset ; dct:title ?t }} }}"
        unknown = client.get("/sparql", params={"query": text})
        assert (unknown.status_code, unknown.json()["code"]) == (400, "sparql-peer-unknown")

        pool: Any = house.atlas.sparql.service
        query, limits = house.atlas.sparql.query, pool._limits
        pool._peers = Peers(lambda: [address], "test", limits, client=_via)
        plain = "SELECT ?d ?t { ?d a dcat:Dataset ; dct:title ?t }"
        assert sorted(query(text, accept="csv").body.split()) == sorted(
            query(plain, accept="csv").body.split()
        )
        # More than it gives at once.
        with pytest.raises(AtlasError) as caught:
            query(f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}")
        assert caught.value.code == "sparql-peer-too-large"
        empty = nullcontext(Endpoint())
        pool._peers = Peers(lambda: [address], "test", limits, client=lambda *_: empty)
        head = {"If-None-Match": "*"}
        answer = client.get("/sparql", params={"query": text}, headers=head)
        assert answer.status_code == 200 and "etag" not in answer.headers, answer.text


def _via(address: str, seconds: float) -> GuardedClient:
    """The real client, which may reach a server of this machine here."""
    return GuardedClient(
        address,
        turns=HostTurns(),
        agent="test/1 (+https://a.example)",
        allow=("127.0.0.1",),
        politeness=Politeness(per_second=None, attempts=1),
        limits=RequestLimits(seconds=seconds),
    )
