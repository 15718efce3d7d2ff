"""The canonical form: equal bytes exactly for isomorphic graphs, stable names, bounded cost."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rdflib.compare import isomorphic

from ontology import blank_nodes
from ontology.allowed_subjects import GENID
from ontology.canonical import MAX_TRIPLES, canonical_record
from ontology.errors import AtlasError
from ontology.record import Record
from ontology.terms import DCAT

BASE = "https://atlas.example"
IRI = f"{BASE}/id/dataset/test/1"
Edge = tuple[int, str, int]
"""Nodes 0–5 are blank, higher ones IRIs."""


def node(number: int, names: dict[int, str] | None = None) -> ox.NamedNode | ox.BlankNode:
    if number > 5:
        return ox.NamedNode(f"urn:n{number}")
    return ox.BlankNode(names[number] if names else f"b{number}")


def graph(edges: Iterable[Edge], names: dict[int, str] | None = None) -> list[ox.Triple]:
    return [
        ox.Triple(node(s, names), ox.NamedNode(f"urn:{p}"), node(o, names)) for s, p, o in edges
    ]


def record(triples: Iterable[ox.Triple]) -> Record:
    return canonical_record(triples, iri=IRI, source="test", remote_id="1")


def turtle(text: str, *, shuffle: int | None = None) -> Record:
    prefixes = "@prefix : <urn:> . @base <urn:d> . "
    triples = [
        q.triple
        for q in ox.parse(prefixes + text, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    ]
    if shuffle is not None:
        random.Random(shuffle).shuffle(triples)
    return record(triples)


def skolems(canonical: Record) -> set[str]:
    terms = {t for line in canonical.lines for t in line.split(" ") if GENID in t}
    return {t for t in terms if t.startswith(f"<{BASE}{GENID}")}


EDGES = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from("pq"), st.integers(0, 7)), min_size=1, max_size=9
)
NAMES = st.lists(
    st.text(st.sampled_from("abcxyz019"), min_size=1, max_size=4),
    min_size=6,
    max_size=6,
    unique=True,
)


@given(EDGES, NAMES, st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_neither_order_nor_labels_matter(
    edges: list[Edge], names: list[str], chance: random.Random
) -> None:
    expected = record(graph(edges))
    shuffled = list(edges)
    chance.shuffle(shuffled)
    again = record(graph(shuffled, dict(enumerate(names))))
    assert again.nquads == expected.nquads
    assert again.hash == expected.hash


def as_rdflib(edges: Iterable[Edge]) -> rdflib.Graph:
    def term(number: int) -> rdflib.term.Node:
        return rdflib.URIRef(f"urn:n{number}") if number > 5 else rdflib.BNode(f"b{number}")

    out = rdflib.Graph()
    for s, p, o in edges:
        out.add((term(s), rdflib.URIRef(f"urn:{p}"), term(o)))
    return out


@st.composite
def neighbours(draw: st.DrawFn) -> tuple[list[Edge], list[Edge]]:
    """Two graphs that often, not always, are isomorphic: one edge moved, two nodes exchanged."""
    one = draw(EDGES)
    swap = draw(st.permutations(range(6)))
    other = [(swap[s] if s < 6 else s, p, swap[o] if o < 6 else o) for s, p, o in one]
    if draw(st.booleans()):
        at = draw(st.integers(0, len(other) - 1))
        s, p, _ = other[at]
        other[at] = (s, p, draw(st.integers(0, 7)))
    return one, other


TWO_TRIANGLES = [(0, "p", 1), (1, "p", 2), (2, "p", 0), (3, "p", 4), (4, "p", 5), (5, "p", 3)]
HEXAGON = [(n, "p", (n + 1) % 6) for n in range(6)]


@given(neighbours())
@settings(max_examples=300, deadline=None)
@example((TWO_TRIANGLES, HEXAGON))
def test_equal_hashes_mean_isomorphic_graphs(pair: tuple[list[Edge], list[Edge]]) -> None:
    one, other = pair
    same = record(graph(one)).hash == record(graph(other)).hash
    assert same == isomorphic(as_rdflib(one), as_rdflib(other))


@given(EDGES)
@settings(max_examples=150, deadline=None)
def test_skolemising_merges_no_nodes(edges: list[Edge]) -> None:
    blank = {n for s, _, o in edges for n in (s, o) if n < 6}
    canonical = record(graph(edges))
    assert len(canonical.lines) == len(set(edges))
    assert len(skolems(canonical)) == len(blank)
    assert not any("_:" in line for line in canonical.lines)


@given(EDGES)
@settings(max_examples=100, deadline=None)
def test_a_canonical_record_is_its_own_canonical_form(edges: list[Edge]) -> None:
    canonical = record(graph(edges))
    assert record(canonical.triples()).nquads == canonical.nquads
    assert Record.from_lines(
        reversed(canonical.lines), iri=IRI, source="test", remote_id="1"
    ) == canonical  # fmt: skip


LEAVES = st.dictionaries(
    st.integers(0, 7), st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=2
)


@given(LEAVES, st.sampled_from("abcz"))
@settings(max_examples=100, deadline=None)
def test_a_change_in_one_place_renames_no_other_blank_node(
    leaves: dict[int, tuple[str, str]], new: str
) -> None:
    """Distributions (each with a contact) that say something of their own keep their names."""

    def written(of: dict[int, tuple[str, str]]) -> set[str]:
        text = " ".join(
            f':d :dist [ :title "{n}" ; :format "{fmt}" ; :contact [ :n "{n}" ; :tel "{tel}" ] ] .'
            for n, (fmt, tel) in of.items()
        )
        return skolems(turtle(text))

    before = written(leaves)
    touched = min(leaves)
    after = written({**leaves, touched: (new, leaves[touched][1])})
    assert len(before - after) == len(after - before) <= 1


def test_like_nodes_in_different_places_keep_their_names_when_another_place_changes() -> None:
    def written(title: str) -> set[str]:
        return skolems(
            turtle(
                f':d :title "{title}" ; :dist :x, :y, :z . '
                ':x :contact [ :tel "1" ] . :y :contact [ :tel "1" ] . :z :contact [ :tel "1" ] .'
            )
        )

    assert written("a") == written("b")
    assert len(written("a")) == 3


# Cases in the manner of the W3C test suite of RDFC-1.0: what, graph, blank nodes in it.
CASES = [
    ("one node", ":a :p [] .", 1),
    ("a leaf twice under one parent", ":a :p [ :q 1 ], [ :q 1 ] .", 2),
    ("a node that points at itself", "_:a :p _:a .", 1),
    ("two nodes that point at themselves", "_:a :p _:a . _:b :p _:b .", 2),
    ("two nodes that point at each other", "_:a :p _:b . _:b :p _:a .", 2),
    ("a cycle with a mark", "_:a :p _:b . _:b :p _:c . _:c :p _:a ; :m 1 .", 3),
    ("two cycles that differ by a mark", "_:a :p _:b . _:b :p _:a . "
     "_:c :p _:d . _:d :p _:c ; :m 1 .", 4),
    ("two equal cycles", "_:a :p _:b . _:b :p _:a . _:c :p _:d . _:d :p _:c .", 4),
    ("a cycle in two directions", "_:a :p _:b . _:b :p _:c . _:c :p _:a . "
     "_:a :q _:c . _:c :q _:b . _:b :q _:a .", 3),
    ("a diamond", "_:a :p _:b, _:c . _:b :p _:d . _:c :p _:d . _:d :m 1 .", 4),
    ("a shared leaf and one of its own", "_:a :p _:x . _:b :p _:x . _:c :p _:y .", 5),
    ("lists", ":a :l ( 1 2 3 ), ( 1 2 3 ), ( 3 2 1 ) .", 9),
    ("a symmetric tree", "_:r :p [ :p [], [] ], [ :p [], [] ] .", 7),
    ("links in both directions", "_:d :has _:x, _:y, _:z . _:x :of _:d . _:y :of _:d . "
     "_:z :of _:d .", 4),
    ("twins that hang on a cycle", "_:a :p _:b . _:b :p _:a . _:a :t [], [] . _:b :t [], [] .", 6),
    ("predicates told apart", "_:a :p _:b . _:b :q _:a . _:c :q _:d . _:d :p _:c .", 4),
    ("a triangle beside a hexagon", "_:a :p _:b . _:b :p _:c . _:c :p _:a . _:1 :p _:2 . "
     "_:2 :p _:3 . _:3 :p _:4 . _:4 :p _:1 .", 7),
]  # fmt: skip


@pytest.mark.parametrize(("text", "blank"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_shapes_of_graphs(text: str, blank: int) -> None:
    expected = turtle(text)
    assert len(skolems(expected)) == blank
    for seed in range(12):
        assert turtle(text, shuffle=seed).nquads == expected.nquads


def test_every_case_has_a_hash_of_its_own() -> None:
    assert len({turtle(text).hash for _, text, _ in CASES}) == len(CASES)


def test_iris_and_literals_stay_as_they_are() -> None:
    text = turtle(
        '<http://例.cn/数据?x=一#碎片> :p "a"@ZH-Hans, "a", '
        '"\\t\\n\\"\\\\"^^:dt, "01"^^:int, [ :q "é" ] .'
    ).nquads
    assert '<http://例.cn/数据?x=一#碎片> <urn:p> "a"@zh-hans .\n' in text
    assert '"\\t\\n\\"\\\\"^^<urn:dt> .\n' in text
    assert '"01"^^<urn:int>' in text
    assert '<urn:q> "é" .\n' in text


def test_lines_are_sorted_by_code_point_and_each_ended() -> None:
    text = turtle(":b :p 1 . :a :p 1 . :a :p2 1 . <urn:例> :p 1 . <urn:\U0001f600> :p 1 .").nquads
    assert text.endswith(" .\n")
    assert text.splitlines() == sorted(text.splitlines())
    assert text.splitlines() == sorted(text.splitlines(), key=str.encode)


def test_a_skolem_iri_names_its_record() -> None:
    triples = graph([(0, "p", 7)])
    one = canonical_record(triples, iri=f"{BASE}/id/dataset/a/1", source="a", remote_id="1")
    two = canonical_record(triples, iri=f"{BASE}/id/dataset/b/1", source="b", remote_id="1")
    assert skolems(one).isdisjoint(skolems(two))


def test_a_base_with_a_path_keeps_it() -> None:
    made = canonical_record(
        graph([(0, "p", 7)]), iri="https://x.cn/id/y/id/dataset/a/1", source="a", remote_id="1"
    )
    assert made.lines[0].startswith(f"<https://x.cn/id/y{GENID}")


def test_labels_that_look_like_names_are_not_taken_for_them() -> None:
    first = record(graph([(0, "p", 7), (1, "p", 1)]))
    digest = next(t for line in first.lines for t in line.split() if GENID in t)
    taken = digest.rsplit("-", 1)[1].rstrip(">")
    assert record(graph([(0, "p", 7), (1, "p", 1)], {0: "x", 1: taken})) == first


def test_triple_terms_are_refused() -> None:
    inner = ox.Triple(ox.BlankNode("a"), ox.NamedNode("urn:p"), ox.Literal("x"))
    with pytest.raises(AtlasError) as caught:
        record([ox.Triple(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), inner)])
    assert caught.value.code == "triple-term"


def test_no_triples_make_no_record() -> None:
    with pytest.raises(AtlasError) as caught:
        record([])
    assert caught.value.code == "empty-record"


def test_a_record_over_the_limit_is_refused_before_it_is_held() -> None:
    predicate = ox.NamedNode("urn:p")
    subject = ox.NamedNode("urn:s")
    taken = 0

    def endless() -> Iterable[ox.Triple]:
        nonlocal taken
        while True:
            taken += 1
            yield ox.Triple(subject, predicate, ox.Literal(str(taken)))

    with pytest.raises(AtlasError) as caught:
        record(endless())
    assert caught.value.code == "record-too-large"
    assert taken == MAX_TRIPLES + 1


def complete(size: int) -> str:
    return " ".join(f"_:n{a} :p _:n{b} ." for a in range(size) for b in range(size) if a != b)


@dataclass
class Work:
    """What naming blank nodes took: digests made, and runs of RDFC-1.0, which alone may be dear."""

    digests: int = 0
    runs: int = 0


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    counted = Work()
    digest = blank_nodes._digest

    def counting_digest(parts: Iterable[str]) -> str:
        counted.digests += 1
        return digest(parts)

    def counting_dataset(quads: Iterable[ox.Quad]) -> ox.Dataset:
        counted.runs += 1
        return ox.Dataset(quads)

    monkeypatch.setattr(blank_nodes, "_digest", counting_digest)
    engine = SimpleNamespace(**{**vars(ox), "Dataset": counting_dataset})
    monkeypatch.setattr(blank_nodes, "ox", engine)
    return counted


@pytest.mark.parametrize("size", [8, 12, 40])
def test_a_poisoned_graph_is_refused_before_rdfc_runs(size: int, work: Work) -> None:
    with pytest.raises(AtlasError) as caught:
        turtle(complete(size))
    assert caught.value.code == "too-many-blank-nodes"
    assert work.runs == 0
    assert work.digests <= 4 * size


def test_many_entangled_graphs_are_refused_together(work: Work) -> None:
    with pytest.raises(AtlasError) as caught:
        turtle(" ".join(complete(7).replace("_:n", f"_:x{n}n") for n in range(400)))
    assert caught.value.code == "too-many-blank-nodes"
    assert work.runs == blank_nodes.MAX_EFFORT // blank_nodes.MAX_SYMMETRIES


def test_the_most_entangled_graph_that_is_taken_has_one_form(work: Work) -> None:
    assert turtle(complete(7)) == turtle(complete(7), shuffle=1)
    assert work.runs == 2


def parse(text: str) -> list[ox.Triple]:
    return [q.triple for q in ox.parse(f"@prefix : <urn:> . {text}", format=ox.RdfFormat.TURTLE)]


def distributions(inside: str) -> list[ox.Triple]:
    return parse(
        " ".join(
            f":d :dist [ a :Distribution ; :url <urn:x{n}> ; :title 't{n}' ; {inside} ] ."
            for n in range(10_000)
        )
    )


def chain(label: str) -> str:
    return " ".join(f"_:{label}{n} :next _:{label}{n + 1} ." for n in range(10_000))


LARGE: dict[str, Callable[[], list[ox.Triple]]] = {
    "each with a contact like the others'": lambda: distributions(":contact [ :tel '1' ]"),
    "each with contact and licence": lambda: distributions(
        ":contact [ :tel '1' ; :at [ :street 'x' ] ] ; :license [ a :L ] ; :format :csv"
    ),
    "all exactly alike": lambda: parse(" ".join(f":s :p _:t{n} ." for n in range(10_000))),
    "two long lists alike": lambda: parse(
        ":a :l _:a0 . :b :l _:b0 . " + chain("a") + " " + chain("b")
    ),
    "a long cycle with one mark": lambda: parse(chain("a") + " _:a10000 :next _:a0 . _:a0 :m 1 ."),
    "a star of twins linked both ways": lambda: parse(
        " ".join(f"_:d :has _:x{n} . _:x{n} :of _:d ." for n in range(10_000))
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_ten_thousand_nodes_do_not_stall_an_import(name: str, work: Work) -> None:
    """The work grows with the nodes, not with their square: a few digests for each."""
    triples = LARGE[name]()
    canonical = record(triples)
    assert work.digests <= 5 * len(triples)
    assert len(canonical.lines) == len(set(triples))
    assert record(reversed(triples)).hash == canonical.hash


def test_real_descriptions_of_datasets_have_one_form(shared_data: Path) -> None:
    """Datasets of data.gov.be with all that hangs below them, blank publishers and contacts."""
    text = gzip.decompress((shared_data / "dcat" / "datagovbe_1500.nt.gz").read_bytes())
    below: dict[object, list[ox.Triple]] = {}
    for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES, lenient=True):
        below.setdefault(quad.subject, []).append(quad.triple)
    datasets = [
        subject
        for subject, triples in below.items()
        if any(t.object == ox.NamedNode(DCAT.Dataset) for t in triples)
    ]
    chance = random.Random(0)
    for dataset in datasets[::10]:
        found, open_nodes = [], [dataset]
        seen = set(open_nodes)
        for subject in open_nodes:
            for triple in below[subject]:
                found.append(triple)
                if triple.object in below and triple.object not in seen:
                    seen.add(triple.object)
                    open_nodes.append(triple.object)
        expected = record(found)
        chance.shuffle(found)
        assert record(found) == expected
        assert len(expected.lines) == len(found)
