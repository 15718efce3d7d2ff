"""SPARQL counts what is said, not how many records say it.

The examples of the editor that only count, twenty counts and ten joins against plain arithmetic
over the records' lines: over the embedded store, a published snapshot through the workers, and a
server; also after hundreds of changes of every kind, each of which must leave the default graph
with every statement of the named graphs once.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pyoxigraph as ox
import pytest

from catalog_service.graph import EmbeddedGraph, GraphReader, GraphRecord, GraphStore
from catalog_service.graph.default_graph import DIFFERENCES
from catalog_service.graph.remote import RemoteGraph
from catalog_service.graph.snapshots import snapshots_folder
from catalog_service.graph.store import RECORDS_GRAPH, STATE_GRAPH
from catalog_service.projections.compare import compare, repair
from catalog_service.projections.graph import GraphProjection
from catalog_service.projections.reader_view import PublishedGraph
from catalog_service.sparql.limits import SparqlLimits
from catalog_service.sparql.model import SparqlService
from catalog_service.sparql.pool import SparqlPool
from catalog_service.sparql.query_dataset import Dataset, dataset_of
from catalog_service.sparql.remote import RemoteSparql
from ontology.errors import AtlasError
from ontology.ntriples import iri, literal, triple
from ontology.record import Record
from ontology.terms import ORG, PREFIXES, SKOS
from tests.conformance.test_graph import Kept
from tests.fixtures.oxigraph import serving
from tests.fixtures.web import House, portal
from tests.issues.sharing_questions import Rows, check
from tests.issues.sharing_records import BASE, OFFICES, VOCABULARY, Facts, made, of_one_value

LIMITS = SparqlLimits(timeout=60, workers=1)
ORGANIZATION = ox.NamedNode(ORG.Organization)
EVERYTHING = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def rows_of(found: ox.QuerySolutions) -> Rows:
    return Counter(tuple(str(term) for term in row) for row in found)


def asked_of(service: SparqlService) -> Callable[[str], Rows]:
    def ask(query: str) -> Rows:
        body = service.query(query).body
        found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        assert isinstance(found, ox.QuerySolutions)
        return rows_of(found)

    return ask


class Place:
    """A store, and how it is asked."""

    def __init__(self, name: str, home: Path, url: str) -> None:
        self.name = name
        self._home = home
        self._url = url
        self.store = self._open()
        if name == "snapshot":
            self.store.publish()
        self._service: SparqlService | None = (
            SparqlPool(GraphReader(home), LIMITS)
            if name == "snapshot"
            else RemoteSparql(url, LIMITS)
            if name == "server"
            else None
        )

    def _open(self) -> GraphStore:
        store: GraphStore = (
            RemoteGraph(self._url, fixed=[VOCABULARY])
            if self._url
            else EmbeddedGraph(self._home, fixed=[VOCABULARY])
        )
        store.checkpoint()
        return store

    def again(self) -> None:
        """Close the store and open it."""
        self.store.close()
        self.store = self._open()

    def ask(self, query: str) -> Rows:
        """Return the solutions of a query, as text."""
        self.store.publish()
        if self._service is not None:
            return asked_of(self._service)(query)
        found = GraphReader(self._home).current().store.query(query, prefixes=PREFIXES)
        assert isinstance(found, ox.QuerySolutions)
        return rows_of(found)

    def update(self, text: str) -> None:
        """Change the store behind everybody's back."""
        self.store._update(text)  # type: ignore[attr-defined]

    def close(self) -> None:
        if self._service is not None:
            self._service.close()
        self.store.close()


ASKED = ("snapshot", pytest.param("server", marks=pytest.mark.services))


@pytest.fixture(params=["embedded", *ASKED])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    url = request.getfixturevalue("oxigraph_url") if request.param == "server" else ""
    opened = Place(request.param, tmp_path / "home", url)
    yield opened
    opened.close()


def facts_of(store: GraphStore, records: Sequence[GraphRecord]) -> Facts:
    """Return what the records say, and what the store says beside them."""
    lines = [line for record in records for line in record.nquads.split("\n")[:-1]]
    for name in (VOCABULARY.iri, RECORDS_GRAPH, STATE_GRAPH):
        lines += store.contents(name).split("\n")[:-1]
    return Facts(lines)


def test_every_example_count_and_join_is_right(place: Place) -> None:
    records = [made(str(n), Random(n)) for n in range(30)]
    place.store.write(records, [], 1)
    facts = facts_of(place.store, records)
    said = sum(record.nquads.count("\n") for record in records)
    assert said > len(facts.triples) > 100, "they share statements"
    check(place.ask, facts)
    place.store.rebuild(records, lambda: 2)
    check(place.ask, facts_of(place.store, records))


def change(place: Place, held: dict[str, GraphRecord], chance: Random, step: int) -> None:
    """Make one change of a random kind, and note what is held after it."""
    store = place.store
    names = [str(n) for n in range(40)]
    kind = chance.choices(
        ["one", "batch", "remove", "close", "revive", "rebuild", "repair", "again"],
        [30, 10, 12, 10, 10, 2, 3, 2],
    )[0]
    if kind in ("one", "batch", "revive"):
        count = chance.randrange(5, 15) if kind == "batch" else 1
        put = [made(name, chance) for name in chance.sample(names, count)]
        going = [] if kind != "batch" else chance.sample(sorted(held), min(3, len(held)))
        gone = [name for name in going if name not in {record.iri for record in put}]
        store.write(put, gone, step)
        for name in gone:
            held.pop(name)
        held.update({record.iri: record for record in put})
    elif kind in ("remove", "close"):
        going = chance.sample(sorted(held), min(len(held), chance.randrange(1, 4)))
        if kind == "remove":
            store.write([], going, step)
        else:
            store.withdraw(going)
        for name in going:
            held.pop(name)
    elif kind == "rebuild":
        store.rebuild(list(held.values()), lambda: step)
    elif kind == "repair":
        name = chance.choice(sorted(held)) if held else named("0")
        place.update(
            f'INSERT DATA {{ GRAPH <{name}> {{ <{name}> <{SKOS.note}> "stray" }} '
            f'<{name}> <{SKOS.note}> "too much" . <{name}> <{SKOS.note}> "stray" }};'
            f"DELETE WHERE {{ <{chance.choice(OFFICES)}> ?p ?o }}"
        )
        mend(store, held)
    else:
        place.again()


def mend(store: GraphStore, held: dict[str, GraphRecord]) -> None:
    kept, projection = Kept(held.values()), GraphProjection(store)
    found = compare(kept, projection, deep=True)
    assert found.strays
    assert not found.equal
    repair(kept, projection, found)
    assert compare(kept, projection, deep=True).equal


def default_graph_is_the_set_of_all(store: GraphStore) -> bool:
    if not isinstance(store, EmbeddedGraph):
        return store.strays() == 0
    default, named = set[str](), set[str]()
    for quad in store._store:
        line = f"{quad.subject} {quad.predicate} {quad.object}"
        (default if quad.graph_name == ox.DefaultGraph() else named).add(line)
    return default == named


def test_it_stays_so_through_500_changes_of_every_kind(place: Place) -> None:
    chance = Random(20261130)
    held: dict[str, GraphRecord] = {}
    for step in range(1, 501):
        change(place, held, chance, step)
        assert default_graph_is_the_set_of_all(place.store), step
        if step % 125 == 0:
            check(place.ask, facts_of(place.store, list(held.values())))
    assert place.store.size() == len(held) > 10


def named(name: str) -> str:
    return f"{BASE}/id/dataset/test/{name}"


def one(name: str, *values: str) -> GraphRecord:
    """Return a record that says some values of one thing, as other records do."""
    lines = [triple(iri(f"{BASE}/thing"), iri(SKOS.note), value) for value in values]
    made = Record.from_lines(lines, iri=named(name), source="test", remote_id=name)
    return GraphRecord(made.iri, made.focus, made.hash, made.nquads)


def test_one_value_in_several_spellings_is_one_statement(place: Place) -> None:
    values = [f'"{text}"^^<http://www.w3.org/2001/XMLSchema#integer>' for text in ("7", "007")]
    count = f"SELECT (COUNT(*) AS ?n) {{ <{BASE}/thing> skos:note ?value }}"

    def counted() -> int:
        ((row, _),) = place.ask(count).items()
        return int(row[0].split('"')[1])

    place.store.write([one("1", values[0]), one("2", values[1])], [], 1)
    assert counted() == 1
    place.store.write([one("1", values[1])], [], 2)
    assert counted() == 1
    place.store.write([one("2", literal("other"))], [], 3)
    assert counted() == 2
    place.store.write([one("1", literal("other"))], [], 4)
    assert counted() == 1
    place.store.write([], [named("1"), named("2")], 5)
    assert counted() == 0


def test_what_a_closed_record_shared_stays_and_what_it_alone_said_goes(place: Place) -> None:
    shared, own = literal("shared"), literal("only of the closed one")
    place.store.write([one("1", shared, own), one("2", shared)], [], 1)
    query = f"SELECT ?value {{ <{BASE}/thing> skos:note ?value }}"
    assert place.ask(query) == Counter([(shared,), (own,)])
    place.store.withdraw([named("1")])
    assert place.ask(query) == Counter([(shared,)])
    place.store.withdraw([named("2")])
    assert place.ask(query) == Counter()


def test_one_batch_that_moves_a_statement_from_record_to_record(place: Place) -> None:
    moved = literal("moved")
    query = f"SELECT ?value {{ <{BASE}/thing> skos:note ?value }}"
    place.store.write([one("1", moved)], [], 1)
    place.store.write([one("1", literal("x")), one("2", moved)], [], 2)
    assert place.ask(query) == Counter([(moved,), (literal("x"),)])
    place.store.write([one("3", moved)], [named("2"), named("1")], 3)
    assert place.ask(query) == Counter([(moved,)])
    place.store.write([one("3", literal("x"))], [], 4)
    assert place.ask(query) == Counter([(literal("x"),)])


def test_a_vocabulary_that_changes_takes_its_statements_along(place: Place) -> None:
    query = 'SELECT ?t { ?t skos:prefLabel "领域0"@zh }'
    notes = "SELECT ?b { ?t skos:note ?b . ?b skos:prefLabel 'note' }"
    assert sum(place.ask(notes).values()) == 4
    place.store.write([made("1", Random(3))], [], 1)
    newer = replace(VOCABULARY, data=VOCABULARY.data.replace("领域0", "领域甲"))
    place.store._fixed = (newer,)  # type: ignore[attr-defined]
    place.store.bring_fixed()  # type: ignore[attr-defined]
    assert default_graph_is_the_set_of_all(place.store)
    assert sum(place.ask(notes).values()) == 4
    said = "领域0" in made("1", Random(3)).nquads
    assert sum(place.ask(query).values()) == said


GRAPHS = [one("1", literal("a"), literal("b")), one("2", literal("b"), literal("c"))]
FIRST, SECOND = (f"<{record.iri}>" for record in GRAPHS)


@pytest.mark.parametrize("place", ASKED, indirect=True)
@pytest.mark.parametrize(
    ("clauses", "default", "named", "found"),
    [
        (f"FROM {FIRST}", (), (), 2),
        (f"FROM {FIRST} FROM {SECOND}", (), (), 3),
        (f"FROM {FIRST} FROM {FIRST}", (), (), 2),
        (f"FROM {FIRST} from{SECOND}", (), (), 3),
        (f"FROM {FIRST} FROM NAMED {SECOND}", (), (), 2),
        ("", (GRAPHS[0].iri, GRAPHS[1].iri), (), 3),
        ("", (GRAPHS[0].iri, GRAPHS[0].iri), (), 2),
        ("", (GRAPHS[0].iri, GRAPHS[1].iri), (GRAPHS[1].iri,), 3),
        ("", (GRAPHS[1].iri, f"{BASE}/nothing"), (), 2),
        (f"FROM {FIRST} FROM {SECOND}", (GRAPHS[1].iri,), (), 2),
        ("", (), (GRAPHS[0].iri,), 0),
    ],
)
def test_graphs_that_a_query_names_are_merged(
    place: Place, clauses: str, default: Sequence[str], named: Sequence[str], found: int
) -> None:
    """SPARQL 1.1 Query, section 13.2: the default graph is the RDF merge of those graphs."""
    place.store.write(GRAPHS, [], 1)
    place.store.publish()
    assert place._service is not None
    query = f"SELECT (COUNT(*) AS ?n) {clauses} {{ ?s ?p ?o }}"
    answer = place._service.query(query, default_graphs=default, named_graphs=named)
    (row,) = json.loads(answer.body)["results"]["bindings"]
    assert int(row["n"]["value"]) == found
    inside = f"SELECT ?g {clauses} {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    answer = place._service.query(inside, default_graphs=default, named_graphs=named)
    expected = 2 * (len(named) if default or named else clauses.count("NAMED"))
    assert answer.rows == expected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SELECT * { ?s ?p 'FROM <a:a> FROM <a:b>' }", None),
        ("SELECT * FROM <a:a> FROM NAMED <a:b> { }", None),
        ("SELECT * FROM <a:a> # FROM <a:c>\n FROM <a:b> { }", Dataset(("a:a", "a:b"), ())),
        (
            "PREFIX x: <http://x/> BASE <http://b/c/> "
            "select*fromx:1 fromnamed<d>from<e>from namedx:2{ FROM }",
            Dataset(("http://x/1", "http://b/c/e"), ("http://b/c/d", "http://x/2")),
        ),
        (
            "CONSTRUCT { ?s ?p ?o } FROM dct:a FROM <a:\\u0062> WHERE { ?s ?p ?o }",
            Dataset((f"{PREFIXES['dct']}a", "a:b"), ()),
        ),
        ("SELECT * FROM unknown:a FROM <a:b> { }", None),
        ("SELECT * FROM", None),
        ("SELECT (EXISTS { FROM } AS ?x) FROM <a:a> FROM <a:b> { }", Dataset(("a:a", "a:b"), ())),
    ],
)
def test_the_graphs_of_a_query_are_read_from_its_text(text: str, found: Dataset | None) -> None:
    assert dataset_of(text, (), ()) == found


def as_an_earlier_version_left_it(home: Path) -> None:
    """Take away what stores did not have before the default graph was kept."""
    (path,) = (home / "graph").glob("store-*")
    store = ox.Store(str(path))
    store.update("CLEAR DEFAULT")
    snapshots = snapshots_folder(home)
    pointer = json.loads((snapshots / "current").read_text("utf-8"))
    pointer.pop("layout")
    kept = snapshots / f"{pointer['number']:08d}"
    shutil.rmtree(kept)
    store.flush()
    store.backup(str(kept))
    (snapshots / "current").write_text(json.dumps(pointer), "utf-8")


def test_a_store_from_before_is_noticed_by_all_and_built_anew(tmp_path: Path) -> None:
    house = House(tmp_path)
    count = "SELECT (COUNT(*) AS ?n) { ?o a org:Organization }"
    with house.atlas as atlas:
        house.submit("city", [portal(n, f"线路 {n}") for n in ("A", "B", "C")])
        house.project()
        right = atlas.sparql.query(count).body
        said = set[str]()
        for name in atlas.graph.current().store.named_graphs():
            found = atlas.graph.current().store.quads_for_pattern(None, None, ORGANIZATION, name)
            said.update(str(quad.subject) for quad in found)
        assert json.loads(right)["results"]["bindings"][0]["n"]["value"] == str(len(said))
    as_an_earlier_version_left_it(tmp_path)
    house = House(tmp_path)
    with house.atlas as atlas:
        with pytest.raises(AtlasError) as caught:
            atlas.sparql.query(count)
        assert caught.value.code == "graph-broken"
        (graph, _) = atlas.projection_health()
        assert graph.problem is not None
        assert graph.problem.code == "graph-broken"
        with pytest.raises(AtlasError):
            PublishedGraph(atlas.graph)
        house.project()
        assert atlas.sparql.query(count).body == right
        assert all(condition.well for condition in atlas.projection_health())


def test_a_default_graph_that_an_earlier_version_wrote_past_is_noticed(tmp_path: Path) -> None:
    """Gone back to and come from again: it moves the checkpoint in the state graph alone."""
    with EmbeddedGraph(tmp_path, fixed=[VOCABULARY]) as store:
        store.write([made("1", Random(1))], [], 1)
        store.publish()
        assert store.inspect(thorough=True)
        state = store.contents(STATE_GRAPH).split("\n")[0]
        update = f"GRAPH <{STATE_GRAPH}> {{ <{STATE_GRAPH}> ?p ?n }}"
        assert state
        store._update(
            f"DELETE {{ {update} }} INSERT {{ {update.replace('?n', '2')} }} WHERE {{ {update} "
            f"FILTER(isNumeric(?n)) }}"
        )
        with pytest.raises(AtlasError) as caught:
            store.inspect(thorough=False)
        assert caught.value.code == "graph-broken"
    with EmbeddedGraph(tmp_path, fixed=[VOCABULARY]) as store:
        assert store.checkpoint() == 0, "begun anew"
        assert default_graph_is_the_set_of_all(store)


@pytest.mark.services
def test_a_server_from_before_is_noticed_and_filled_anew(oxigraph_url: str) -> None:
    store = RemoteGraph(oxigraph_url, fixed=[VOCABULARY])
    records = [made(str(n), Random(n)) for n in range(6)]
    store.write(records, [], 3)
    store._update("CLEAR DEFAULT")
    service = RemoteSparql(oxigraph_url, LIMITS)
    with pytest.raises(AtlasError) as caught:
        service.query(EVERYTHING)
    assert caught.value.code == "graph-broken"
    with pytest.raises(AtlasError) as caught:
        store.inspect(thorough=True)
    assert caught.value.code == "graph-broken"
    store.rebuild(records, lambda: 3)
    assert store.inspect(thorough=True)
    check(asked_of(service), facts_of(store, records))
    service.close()
    store.close()


@pytest.mark.services
def test_a_server_that_makes_a_union_itself_is_not_asked(tmp_path: Path) -> None:
    """It would count a statement once for each graph: no parameter of a request hinders it."""
    with serving(tmp_path / "server", "--union-default-graph") as url:
        store, service = RemoteGraph(url, fixed=[]), RemoteSparql(url, LIMITS)
        store.write([one("1", literal("a")), one("2", literal("a"))], [], 1)
        with pytest.raises(AtlasError) as caught:
            service.query(EVERYTHING)
        assert caught.value.code == "graph-union"
        assert "--union-default-graph" in caught.value.message("en")
        service.close()
        store.close()


@pytest.mark.services
def test_looking_at_a_server_takes_nothing_from_it(tmp_path: Path, oxigraph_url: str) -> None:
    """Whoever only reads has no vocabularies of its own, and must not remove the server's."""
    house = House(tmp_path / "home", graph_url=oxigraph_url)
    with house.atlas as atlas:
        house.submit("city", [portal("A", "线路")])
        house.project()
        before = atlas.sparql.query(EVERYTHING).body
        assert all(condition.well for condition in atlas.projection_health())
        assert compare(atlas.journal, atlas.published("graph"), deep=True).equal
        assert atlas.sparql.query(EVERYTHING).body == before


def test_the_arithmetic_would_see_the_union() -> None:
    """The engine's own union counts a statement once for each graph: the tests above can fail."""
    store = ox.Store()
    records = [made(str(n), Random(n)) for n in range(30)]
    for record in records:
        store.load(record.nquads, format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(record.iri))
    facts = Facts(line for record in records for line in record.nquads.split("\n")[:-1])
    assert len(facts.triples) == len({of_one_value(" ".join(t)) for t in facts.triples})

    def ask(query: str) -> Rows:
        found = store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
        assert isinstance(found, ox.QuerySolutions)
        return rows_of(found)

    with pytest.raises(AssertionError):
        check(ask, facts)
    assert len(DIFFERENCES) == 2
