"""Searching with the real model over a few records: what it brings, and what stays hidden."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from search.embeddings.factory import Embedding
from search.embeddings.installed import LEAST
from search.embeddings.local_model import LocalModel
from search.index.embedded import EmbeddedIndex
from search.index.model import SearchDocument
from search.model import Query
from tests.fixtures.searchable import Searchable

TITLES = [
    ("机动车维修经营者名录", "静安区", "open"),
    ("公共厕所分布", "静安区", "open"),
    ("动物诊疗机构名录", "徐汇区", "open"),
    ("养老机构床位数", "徐汇区", "open"),
    ("空气质量日报", "静安区", "limited"),
    ("地铁站点客流量", "徐汇区", "open"),
    ("博物馆名录", "静安区", "limited"),
    ("小学招生简章", "徐汇区", "open"),
]
DOCUMENTS = [
    SearchDocument(
        iri=f"i:{n}",
        source="s",
        remote_id=str(n),
        hash=str(n),
        title=title,
        places=(place,),
        facets={"open_type": (kind,)},
    )
    for n, (title, place, kind) in enumerate(TITLES)
]


@pytest.fixture(scope="module")
def home(
    tmp_path_factory: pytest.TempPathFactory, model_name: str
) -> Iterator[tuple[Path, Embedding]]:
    """An index whose documents all have their vector, made once."""
    path = tmp_path_factory.mktemp("real-model")
    embedding = Embedding("", model_name, path / "vectors", seconds=120, least=LEAST)
    with closing(EmbeddedIndex(path / "index")) as index:
        index.write(DOCUMENTS, (), 1)
        with embedding.indexer(index.view) as indexer:
            assert indexer.fill() == len(DOCUMENTS)
            assert indexer.fill() == 0
    yield path, embedding


@pytest.fixture
def engine(home: tuple[Path, Embedding]) -> Iterator[Searchable]:
    path, embedding = home
    with ExitStack() as stack:
        embedder = stack.enter_context(closing(embedding.query_embedder()))
        engine = Searchable(EmbeddedIndex(path / "index"), vectors=embedder.ask)
        stack.callback(engine.close)
        yield engine


def test_what_no_word_and_no_thesaurus_connects_is_found(engine: Searchable) -> None:
    for text, title in (("汪星人看病", "动物诊疗机构名录"), ("上厕所", "公共厕所分布")):
        result = engine.search(Query(text))
        shown = result.hits or result.similar
        assert shown[0].title == title, [hit.title for hit in shown]
        assert shown[0].matched_by in ("meaning", "both")
        assert result.total == sum(hit.matched_by != "meaning" for hit in result.hits)


def test_hits_of_words_say_so_and_come_first(engine: Searchable) -> None:
    result = engine.search(Query("养老机构"))
    assert (result.hits[0].title, result.hits[0].matched_by) == ("养老机构床位数", "both")
    assert result.total == 1
    assert result.rows == 1 + result.by_meaning
    alone = engine.search(Query("养老机构", literal=("meaning",)))
    assert [hit.matched_by for hit in alone.hits] == ["words"]
    assert alone.facets == result.facets


def test_filters_hold_for_what_meaning_brings(engine: Searchable) -> None:
    for kind in ("open", "limited"):
        result = engine.search(Query("宠物看病", filters={"open_type": (kind,)}))
        assert {h.open_type for h in (*result.hits, *result.similar)} <= {kind}


def test_pages_by_cursor_are_the_whole_list(engine: Searchable) -> None:
    whole = [hit.iri for hit in engine.search(Query("机构名录")).hits]
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = engine.search(Query("机构名录", limit=2, cursor=cursor))
        seen += [hit.iri for hit in page.hits]
        cursor = page.cursor
        if cursor is None:
            break
    assert seen == whole
    assert len(set(seen)) == len(seen)


def test_a_closed_record_is_not_brought(home: tuple[Path, Embedding]) -> None:
    path, embedding = home
    with closing(embedding.query_embedder()) as embedder:
        index = EmbeddedIndex(path / "index", hidden=lambda _checkpoint: frozenset({"i:1"}))
        engine = Searchable(index, vectors=embedder.ask)
        for text in ("上厕所", "公共厕所", "卫生间"):
            result = engine.search(Query(text))
            assert "i:1" not in {hit.iri for hit in (*result.hits, *result.similar)}
        engine.close()


def test_a_model_that_dies_costs_a_search_its_meaning_and_nothing_else(
    home: tuple[Path, Embedding],
) -> None:
    path, embedding = home
    with closing(embedding.query_embedder()) as embedder:
        engine = Searchable(EmbeddedIndex(path / "index"), vectors=embedder.ask)
        assert engine.search(Query("养老机构")).hits[0].matched_by == "both"
        model = embedder._server
        assert isinstance(model, LocalModel)
        assert model._process is not None
        model._process.kill()
        result = engine.search(Query("博物馆"))
        assert [(h.title, h.matched_by) for h in result.hits] == [("博物馆名录", "words")]
        assert result.by_meaning == 0
        engine.close()
