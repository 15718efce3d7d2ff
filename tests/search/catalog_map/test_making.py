"""The map of a catalogue: near is what is about the same, and it stays where it was."""

from __future__ import annotations

import numpy as np
import pytest

from search.catalog_map.features import Sparse, word_vectors
from search.catalog_map.layout import edges_of, nearest, square
from search.catalog_map.making import make_map
from search.catalog_map.model import SIZE, CatalogMap
from search.index.payload import StoredDocument

SUBJECTS = {
    "停车场": ("停车场名称", "泊位数", "收费标准"),
    "养老机构": ("机构名称", "床位数", "入住人数"),
    "空气质量": ("监测站点", "细颗粒物", "臭氧浓度"),
    "图书馆藏书": ("书名", "作者", "馆藏地点"),
}


def catalogue(each: int = 40) -> list[StoredDocument]:
    return [
        StoredDocument(
            iri=f"https://data.example/id/dataset/city/{subject}-{n}",
            source="city",
            remote_id=f"{subject}-{n}",
            hash=str(n),
            title=f"{subject}{('情况', '统计', '分布', '名单')[n % 4]}",
            fields=fields[: 2 + n % 2],
            facets={"theme": (f"urn:theme:{subject}",)},
        )
        for subject, fields in SUBJECTS.items()
        for n in range(each)
    ]


@pytest.fixture(scope="module")
def made() -> CatalogMap:
    return make_map(catalogue(), 7)


def test_what_is_about_the_same_lies_together(made: CatalogMap) -> None:
    places = np.array([(p.x, p.y) for p in made.points], np.float64)
    themes = np.array([p.theme for p in made.points])
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    beside = themes[np.argsort(apart, axis=1)[:, :5]]
    assert (beside == themes[:, None]).mean() > 0.95
    assert made.checkpoint == 7
    assert made.total == len(made.points) == 160
    assert not made.by_meaning


def test_every_place_is_on_the_map_and_in_order(made: CatalogMap) -> None:
    assert all(0 <= p.x <= SIZE and 0 <= p.y <= SIZE for p in made.points)
    assert [p.iri for p in made.points] == sorted(p.iri for p in made.points)
    # Outliers do not press the others together.
    assert np.ptp([p.x for p in made.points]) > SIZE / 2


def test_the_same_documents_make_the_same_map(made: CatalogMap) -> None:
    assert make_map(list(reversed(catalogue())), 7) == made


def test_topics_are_named_by_what_their_datasets_are_about(made: CatalogMap) -> None:
    words = {word for topic in made.topics for word in topic.words}
    assert any(word in "".join(words) for word in ("停车", "养老", "空气", "图书"))
    for topic in made.topics:
        assert len(topic.members) >= 5
        assert all(0 <= number < len(made.points) for number in topic.members)
    assert [t.level for t in made.topics] == sorted(t.level for t in made.topics)


def test_what_was_on_an_earlier_map_stays_near(made: CatalogMap) -> None:
    documents = [*catalogue()[:-3], *catalogue(41)[40:41]]
    later = make_map(documents, 8, before=made)
    were = {p.iri: (p.x, p.y) for p in made.points}
    moved = [
        np.hypot(p.x - were[p.iri][0], p.y - were[p.iri][1]) for p in later.points if p.iri in were
    ]
    assert np.median(moved) < SIZE / 8


def test_vectors_of_meaning_take_part_where_nearly_all_have_one() -> None:
    documents = catalogue(10)
    random = np.random.default_rng(1)
    known = {d.iri: random.standard_normal(8).astype(np.float32) for d in documents}
    assert make_map(documents, 1, vectors=lambda iris: {i: known[i] for i in iris}).by_meaning
    few = dict(list(known.items())[:20])
    assert not make_map(documents, 1, vectors=lambda _: few).by_meaning


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5])
def test_a_catalogue_of_hardly_anything_has_a_map_too(count: int) -> None:
    found = make_map(catalogue()[:count], 1)
    assert len(found.points) == count
    strange = StoredDocument(iri="urn:x", source="s", remote_id="x", hash="x", title="、")
    assert len(make_map([*catalogue()[:count], strange], 1).points) == count + 1


def test_sparse_products_are_those_of_dense_matrices() -> None:
    dense = np.array([[0, 2, 0], [0, 0, 0], [1, 0, 3], [0, 0, 4]], np.float32)
    sparse = Sparse(
        np.array([0, 1, 1, 3, 4]),
        np.array([1, 0, 2, 2], np.int32),
        np.array([2, 1, 3, 4], np.float32),
        3,
    )
    other = np.arange(6, dtype=np.float32).reshape(3, 2)
    assert np.array_equal(sparse.times(other), dense @ other)
    wide = np.arange(8, dtype=np.float32).reshape(4, 2)
    assert np.array_equal(sparse.turned().times(wide), dense.T @ wide)


def test_neighbours_are_the_nearest_by_cosine() -> None:
    random = np.random.default_rng(3)
    rows = random.standard_normal((700, 6)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    neighbors, distances = nearest(rows, 4)
    cosines = rows @ rows.T
    np.fill_diagonal(cosines, -np.inf)
    for i in (0, 511, 512, 699):
        assert set(neighbors[i]) == set(np.argsort(-cosines[i])[:4])
    edges = edges_of(neighbors, distances)
    assert ((edges.weights >= 0) & (edges.weights <= 1)).all()
    assert (edges.first < edges.second).all()


def test_a_vector_says_nothing_where_nothing_is_known() -> None:
    strange = [
        StoredDocument(iri=f"urn:{n}", source="s", remote_id=str(n), hash="x", title="、")
        for n in range(4)
    ]
    assert not word_vectors(strange).any()
    assert square(np.zeros((3, 2)), SIZE).tolist() == [[32768, 32768]] * 3
