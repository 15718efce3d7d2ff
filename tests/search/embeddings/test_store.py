"""Vectors on disk: written once for each text, read by others at once, gone with their records."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ontology.errors import AtlasError
from search.embeddings.matrix import MatrixVectors
from search.embeddings.store import MATRIX, ROWS, VectorStore, folder_of
from search.embeddings.texts import MAX_TEXT, key_of, text_of
from search.index.model import SearchDocument
from search.index.payload import payload_of, stored
from search.index.plan import Plan
from tests.conformance.plain_view import PlainView


def doc(number: int, **values: object) -> SearchDocument:
    return SearchDocument(
        iri=f"i:{number}",
        source="s",
        remote_id=str(number),
        hash="h",
        title=f"标题{number}",
        **values,  # type: ignore[arg-type]
    )


def unit(*numbers: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    vector = np.array(numbers, dtype=np.float32)
    return vector / np.float32(np.linalg.norm(vector))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[VectorStore]:
    opened = VectorStore(tmp_path, "m")
    yield opened
    opened.close()


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[MatrixVectors]:
    opened = MatrixVectors(tmp_path, "m")
    yield opened
    opened.close()


EAST, NORTH = unit(1, 0, 0), unit(0, 1, 0)
NEAR_VIEW = PlainView([doc(number) for number in range(6)])
VIEW = PlainView([doc(1, facets={"theme": ("x",)}), doc(2), doc(3, facets={"theme": ("x",)})])


def test_the_reader_sees_each_change_at_once(store: VectorStore, reader: MatrixVectors) -> None:
    assert (reader.size(), reader.dimension()) == (0, 0)
    assert reader.nearest(EAST, Plan(), 5, VIEW) == []
    store.put({"i:1": b"a"}, {b"a": EAST})
    assert (reader.size(), reader.dimension()) == (1, 3)
    store.put({"i:2": b"b", "i:3": b"a"}, {b"b": NORTH})
    assert reader.cosines(EAST, ["i:1", "i:2", "i:3", "i:4"]) == {"i:1": 1, "i:2": 0, "i:3": 1}
    store.remove(["i:1"])
    assert reader.cosines(EAST, ["i:1", "i:3"]) == {"i:3": 1}
    near = reader.nearest(unit(1, 0.5, 0), Plan(), 5, VIEW)
    assert [d.iri for d, _ in near] == ["i:3", "i:2"]


@given(
    st.lists(
        st.one_of(
            st.dictionaries(st.integers(0, 5), st.integers(0, 7), min_size=1, max_size=4),
            st.sets(st.integers(0, 5), min_size=1, max_size=3),
        ),
        max_size=12,
    )
)
@example([{0: 0, 1: 0, 5: 1}, {5: 0, 1: 1}, {1}])
@settings(max_examples=40, deadline=None)
def test_a_reader_that_follows_sees_what_one_that_begins_sees(
    changes: list[dict[int, int] | set[int]],
) -> None:
    """Datasets get texts, share them, change them and go: rows are used again."""
    with TemporaryDirectory() as folder:
        store, follower = VectorStore(Path(folder), "m"), MatrixVectors(Path(folder), "m")
        iris = [f"i:{number}" for number in range(6)]
        for change in changes:
            if isinstance(change, dict):
                keys = {number: bytes([number]) for number in change.values()}
                known = store.known(keys.values())
                store.put(
                    {iris[one]: keys[number] for one, number in change.items()},
                    {
                        key: unit(1, number, number * number)
                        for number, key in keys.items()
                        if key not in known
                    },
                )
            else:
                store.remove(iris[one] for one in change)
            beginner = MatrixVectors(Path(folder), "m")
            assert follower.cosines(EAST, iris) == beginner.cosines(EAST, iris)
            if follower.size():
                near = [seen.nearest(EAST, Plan(), 6, NEAR_VIEW) for seen in (follower, beginner)]
                assert near[0] == near[1]
            beginner.close()
        store.close()
        follower.close()


def test_filters_hold_and_what_is_gone_from_the_view_is_not_found(
    store: VectorStore, reader: MatrixVectors
) -> None:
    store.put({f"i:{n}": b"a" for n in (1, 2, 3, 4)}, {b"a": EAST})
    found = reader.nearest(EAST, Plan(filters={"theme": ("x",)}), 5, VIEW)
    assert [d.iri for d, _ in found] == ["i:1", "i:3"]
    assert [d.iri for d, _ in reader.nearest(EAST, Plan(), 5, VIEW)] == ["i:1", "i:2", "i:3"]


@pytest.mark.parametrize("few", [0, 2_000])
def test_a_narrow_filter_finds_what_is_far_from_the_nearest(
    store: VectorStore,
    reader: MatrixVectors,
    monkeypatch: pytest.MonkeyPatch,
    few: int,
) -> None:
    monkeypatch.setattr("search.embeddings.matrix._FEW", few)
    documents = [doc(n) for n in range(600)] + [doc(1000, facets={"theme": ("x",)})]
    random = np.random.default_rng(7)
    fresh = {str(n).encode(): unit(1, *random.random(2) / 10) for n in range(600)}
    names = {f"i:{n}": str(n).encode() for n in range(600)}
    store.put({**names, "i:1000": b"far"}, {**fresh, b"far": unit(-1, 0, 0)})
    found = reader.nearest(EAST, Plan(filters={"theme": ("x",)}), 3, PlainView(documents))
    assert [(d.iri, cosine) for d, cosine in found] == [("i:1000", -1)]


def test_the_vector_of_a_text_that_nobody_has_any_more_is_wiped(
    store: VectorStore, tmp_path: Path
) -> None:
    store.put({"i:1": b"a", "i:2": b"a"}, {b"a": EAST})
    path = folder_of(tmp_path, "m") / MATRIX
    store.remove(["i:1"])
    assert any(path.read_bytes())
    assert store.known([b"a"]) == {b"a"}
    store.put({"i:2": b"b"}, {b"b": NORTH})
    assert store.known([b"a", b"b"]) == {b"b"}
    store.remove(["i:2", "i:9"])
    assert not any(path.read_bytes())
    assert store.datasets() == {}
    size = path.stat().st_size
    store.put({"i:1": b"c"}, {b"c": EAST})
    assert path.stat().st_size == size, "freed rows are used again"
    assert np.allclose(store.vectors([b"c"]), [EAST])


def test_what_is_kept_outlives_the_process_and_other_models_go(tmp_path: Path) -> None:
    first = VectorStore(tmp_path, "old")
    first.put({"i:1": b"a"}, {b"a": EAST})
    first.close()
    again = VectorStore(tmp_path, "old")
    assert again.datasets() == {"i:1": b"a"}
    again.close()
    (tmp_path / "unrelated").mkdir()
    other = VectorStore(tmp_path, "new")
    assert other.datasets() == {}
    other.close()
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(
        ["unrelated", folder_of(tmp_path, "new").name]
    )


def test_a_reader_follows_a_folder_that_was_removed_and_made_anew(
    tmp_path: Path, reader: MatrixVectors
) -> None:
    for vector in (EAST, unit(0, 1, 0, 0)):
        store = VectorStore(tmp_path, "m")
        store.put({"i:1": b"a"}, {b"a": vector})
        assert reader.cosines(vector, ["i:1"]) == {"i:1": 1}
        store.close()
        assert reader.size() == 1, "readers need no writer"
        VectorStore(tmp_path, "another").close()
        assert reader.size() == 0


def test_another_dimension_is_an_error_that_says_what_to_do(store: VectorStore) -> None:
    store.check(3)
    store.put({"i:1": b"a"}, {b"a": EAST})
    store.check(3)
    with pytest.raises(AtlasError) as caught:
        store.check(4)
    assert caught.value.code == "embedding-changed"
    assert str(store.folder) in caught.value.message()


def test_a_query_of_another_dimension_finds_nothing(
    store: VectorStore, reader: MatrixVectors
) -> None:
    store.put({"i:1": b"a"}, {b"a": EAST})
    assert reader.cosines(unit(1, 0), ["i:1"]) == {}
    assert reader.nearest(unit(1, 0), Plan(), 5, VIEW) == []


def test_damage_is_an_error(store: VectorStore, tmp_path: Path, reader: MatrixVectors) -> None:
    (folder_of(tmp_path, "x")).mkdir()
    (folder_of(tmp_path, "x") / "rows.sqlite").write_bytes(b"no database at all" * 100)
    with closing(MatrixVectors(tmp_path, "x")) as damaged, pytest.raises(AtlasError) as caught:
        damaged.size()
    assert caught.value.code == "vectors-unreadable"


def test_the_text_is_of_the_public_record_and_bounded() -> None:
    document = doc(
        1, title_en="Title", description="说明", fields=("名称", "地址"), keywords=("词",)
    )
    text = text_of(stored(payload_of(document)))
    assert text == "标题1\nTitle\n说明\n词\n名称 地址"
    assert text_of(stored(payload_of(doc(1, description="标题1")))) == "标题1"
    # One name is clipped where it is stored; many of them still make a long text.
    assert len(text_of(stored(payload_of(doc(1, fields=("长" * 300,) * 20))))) == MAX_TEXT
    assert key_of("a") != key_of("b")


def test_a_matrix_that_was_cut_off_is_an_error_of_ours(
    store: VectorStore, tmp_path: Path, reader: MatrixVectors
) -> None:
    store.put({"i:1": b"a"}, {b"a": unit(1, 0)})
    (folder_of(tmp_path, "m") / MATRIX).write_bytes(b"")
    with pytest.raises(AtlasError) as caught:
        reader.nearest(unit(1, 0), Plan(), 5, VIEW)
    assert caught.value.code == "vectors-unreadable"


@pytest.mark.parametrize(
    "damage",
    ["DELETE FROM about WHERE name = 'change'", "UPDATE dataset SET row = 7, change = 99"],
)
def test_rows_that_cannot_be_are_an_error_of_ours(
    store: VectorStore, tmp_path: Path, reader: MatrixVectors, damage: str
) -> None:
    store.put({"i:1": b"a"}, {b"a": unit(1, 0)})
    with closing(sqlite3.connect(folder_of(tmp_path, "m") / ROWS)) as rows:
        rows.execute(damage)
        rows.commit()
    with pytest.raises(AtlasError) as caught:
        reader.cosines(unit(1, 0), ["i:1"])
    assert caught.value.code == "vectors-unreadable"


def test_two_datasets_that_exchange_their_texts_keep_their_vectors(
    store: VectorStore, reader: MatrixVectors
) -> None:
    store.put({"i:1": b"a", "i:2": b"b"}, {b"a": EAST, b"b": NORTH})
    store.put({"i:1": b"b", "i:2": b"a"}, {})
    assert reader.cosines(EAST, ["i:1", "i:2"]) == {"i:1": 0, "i:2": 1}
    store.remove(["i:1", "i:2"])
    assert reader.size() == 0
