"""Searching by words and meaning together, over both engines and a real service on loopback."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from search.embeddings.factory import Embedding
from search.index.embedded import EmbeddedIndex
from search.index.model import SearchDocument
from search.index.protocol import SearchIndex
from search.index.suppression import Hidden, nothing_hidden
from search.model import Query
from search.ranking.hybrid import NEARNESS
from tests.fixtures.elasticsearch import drop_indices, index_name
from tests.fixtures.embeddings import EmbeddingStandIn
from tests.fixtures.searchable import Searchable

DOCUMENTS = [
    *(
        SearchDocument(
            iri=f"i:{n:03}",
            source="s",
            remote_id=str(n),
            hash=str(n),
            title=title,
            description=description,
            places=(place,),
            facets={"theme": (f"t:{n % 2}",)},
            modified="2024-01-01",
        )
        for n, (title, description, place) in enumerate(
            [
                ("养老机构名录", "全市养老机构的名称和地址", "静安区"),
                ("养老机构床位", "养老机构床位数", "静安区"),
                ("动物诊疗许可", "动物诊疗机构", "徐汇区"),
                ("动物诊疗机构名录", "取得动物诊疗许可的机构", "徐汇区"),
                ("公共停车场", "停车场的泊位", "静安区"),
                ("道路停车泊位", "路边停车", "徐汇区"),
                ("停车场收费标准", "停车费", "静安区"),
                ("空气质量日报", "PM2.5", "徐汇区"),
            ]
        )
    )
]

Opened = tuple[Searchable, Embedding]
Open = Callable[..., Opened]


@pytest.fixture(params=["embedded", pytest.param("elasticsearch", marks=pytest.mark.services)])
def opened(
    request: pytest.FixtureRequest, tmp_path: Path, embeddings: EmbeddingStandIn
) -> Iterator[Open]:
    with ExitStack() as stack:
        url = ""
        if request.param == "elasticsearch":
            url = request.getfixturevalue("elasticsearch_url")
            name = index_name()
            stack.callback(drop_indices, url, name)

        def make(
            *,
            fill: bool = True,
            seconds: float = 60.0,
            least: float = 0.3,
            meaning: bool = True,
            hidden: Hidden = nothing_hidden,
        ) -> Opened:
            embedding = Embedding(
                embeddings.url,
                "m",
                tmp_path / "vectors",
                elastic=(url, name) if url else None,
                seconds=seconds,
                least=least,
            )
            ask = stack.enter_context(closing(embedding.query_embedder())).ask if meaning else None
            index: SearchIndex
            if url:
                from search.index.elastic import ElasticIndex

                index = ElasticIndex(url, name, hidden=hidden, read_seconds=60)
            else:
                index = EmbeddedIndex(tmp_path / "index", hidden=hidden)
            engine = Searchable(index, vectors=ask)
            stack.callback(engine.close)
            if engine.size() == 0:
                engine.write(DOCUMENTS, (), 1)
            if fill:
                with embedding.indexer(engine.view) as indexer:
                    indexer.fill()
            return engine, embedding

        yield make


def titles(engine: Searchable, text: str, **values: object) -> list[str]:
    return [hit.title for hit in engine.search(Query(text, **values)).hits]  # type: ignore[arg-type]


def test_where_words_find_nothing_meaning_does(opened: Open) -> None:
    engine, _ = opened()
    result = engine.search(Query("毛孩子"))
    assert (result.total, result.hits, result.rows) == (0, (), 0)
    assert {hit.title for hit in result.similar[:2]} == {"动物诊疗许可", "动物诊疗机构名录"}
    assert "空气质量日报" not in {hit.title for hit in result.similar}
    scores = [hit.score for hit in result.similar]
    assert scores == sorted(scores, reverse=True)
    assert min(scores) >= 0.3


def test_what_meaning_brings_keeps_to_the_filters_and_says_so(opened: Open) -> None:
    engine, _ = opened(least=-1.0)
    plain, _ = opened(fill=False, meaning=False)
    for filters in ({}, {"theme": ("t:0",)}, {"area": ("徐汇区",)}, {"theme": ("none",)}):
        for text in ("停车场", "毛孩子"):
            result = engine.search(Query(text, filters=filters))
            words = {hit.iri for hit in plain.search(Query(text, filters=filters)).hits}
            both = [hit.iri for hit in (*result.hits, *result.similar)]
            assert len(both) == len(set(both))
            allowed = engine.search(Query(filters=filters, limit=100))
            assert set(both) == {hit.iri for hit in allowed.hits}
            brought = {h.iri for h in result.hits if h.matched_by == "meaning"}
            assert {hit.iri for hit in result.hits} - brought == words
            assert not brought & words
            assert result.by_meaning == len(brought)
            assert (result.total, result.rows) == (len(words), len(result.hits))
            assert all(hit.matched_by == "meaning" for hit in result.similar)
            assert not (result.hits and result.similar)


def test_only_what_is_near_enough_is_brought(opened: Open) -> None:
    engine, _ = opened(least=1.1)
    plain, _ = opened(fill=False, meaning=False)
    for text in ("停车场", "毛孩子", "养老机构"):
        result = engine.search(Query(text))
        assert {h.iri for h in result.hits} == {h.iri for h in plain.search(Query(text)).hits}
        assert (result.by_meaning, result.similar) == (0, ())


def test_until_nearly_all_have_their_vector_searches_go_by_words(opened: Open) -> None:
    engine, embedding = opened(least=-1.0)
    more = [
        SearchDocument(iri=f"m:{n}", source="s", remote_id=f"m{n}", hash="h", title=f"停车{n}")
        for n in range(4)
    ]
    engine.write(more, (), 2)
    fresh, _ = opened(fill=False)
    assert fresh.search(Query("停车场")).by_meaning == 0
    assert fresh.search(Query("毛孩子")).similar == ()
    with embedding.indexer(engine.view) as indexer:
        indexer.fill()
    filled, _ = opened(fill=False, least=-1.0)
    assert filled.search(Query("停车场")).by_meaning > 0


def test_totals_and_facets_are_those_of_the_words(opened: Open) -> None:
    engine, _ = opened()
    plain, _ = opened(fill=False, meaning=False)
    for text in ("养老机构", "停车", "动物诊疗机构", "静安区停车场", "毛孩子", ""):
        one, other = plain.search(Query(text)), engine.search(Query(text))
        assert (one.total, one.facets) == (other.total, other.facets)
        assert other.rows == one.rows + other.by_meaning
        assert {hit.iri for hit in one.hits} <= {hit.iri for hit in other.hits}
        assert one.understanding == other.understanding
        assert one.similar == ()


def test_meaning_orders_what_words_cannot_tell_apart(opened: Open) -> None:
    engine, _ = opened()
    plain, _ = opened(fill=False, meaning=False)
    text = "徐汇区或静安区停车的路边泊位"
    scores = [{h.iri: h.score for h in e.search(Query(text)).hits} for e in (plain, engine)]
    assert set(scores[0]) <= set(scores[1])
    assert all(0 < scores[1][iri] - scores[0][iri] <= NEARNESS + 1e-6 for iri in scores[0])
    # All words are met in none: the larger share.
    raised = [scores[1][iri] - scores[0][iri] for iri in scores[0]]
    assert len(set(raised)) == len(raised), "each by its own nearness"


def test_a_title_that_was_typed_is_first(opened: Open) -> None:
    engine, _ = opened()
    for document in DOCUMENTS:
        assert titles(engine, document.title)[0] == document.title


def test_pages_by_cursor_hold_each_hit_once(opened: Open, embeddings: EmbeddingStandIn) -> None:
    engine, _ = opened()
    whole = titles(engine, "停车")
    seen: list[str] = []
    cursor: str | None = None
    while True:
        result = engine.search(Query("停车", limit=1, cursor=cursor))
        seen += [hit.title for hit in result.hits]
        cursor = result.cursor
        if cursor is None:
            break
    assert seen == whole
    assert len(set(whole)) == len(whole) >= 3
    # One text, one request.
    assert embeddings.texts.count("停车") == 1


def test_a_search_that_began_by_words_goes_on_by_words(
    opened: Open, embeddings: EmbeddingStandIn
) -> None:
    embeddings.status = 503
    engine, _ = opened(fill=False)
    first = engine.search(Query("停车", limit=1))
    assert first.cursor == "o1"
    embeddings.status = 200
    count = len(embeddings.requests)
    engine.search(Query("停车", limit=1, cursor=first.cursor))
    assert len(embeddings.requests) == count


@pytest.mark.parametrize("broken", ["status", "body", "dimension", "away"])
def test_whatever_is_wrong_with_the_server_searches_go_by_words(
    opened: Open, embeddings: EmbeddingStandIn, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    plain = titles(*opened(fill=False)[:1], "动物诊疗 停车")
    engine, _ = opened()
    if broken == "status":
        embeddings.status = 429
    elif broken == "body":
        embeddings.body = b"{}"
    elif broken == "dimension":
        embeddings.dimension = 16
    else:
        embeddings.key = "another"
    with caplog.at_level(logging.DEBUG):
        result = engine.search(Query("动物诊疗许可证 停车"))
    assert result.similar == ()
    assert len(titles(engine, "动物诊疗 停车")) == len(plain)
    # The client of Elasticsearch tells its requests to whoever asks for debugging.
    said = [r.getMessage() for r in caplog.records if not r.name.startswith("elastic")]
    assert said
    assert not [line for line in said if "动物诊疗" in line]


def test_an_answer_in_a_while_is_not_waited_for_and_serves_the_next(
    opened: Open, embeddings: EmbeddingStandIn
) -> None:
    engine, _ = opened(seconds=0.01)
    embeddings.held = threading.Event()
    before = len(embeddings.requests)
    assert engine.search(Query("毛孩子")).similar == ()
    embeddings.held.set()
    pause = threading.Event()
    for _ in range(600):
        if engine.search(Query("毛孩子")).similar:
            break
        pause.wait(0.1)
    assert engine.search(Query("毛孩子")).similar
    assert len(embeddings.requests) - before == 1


def test_only_a_search_by_relevance_sends_its_text(
    opened: Open, embeddings: EmbeddingStandIn
) -> None:
    engine, _ = opened()
    before = len(embeddings.requests)
    for query in (
        Query(),
        Query("  "),
        Query("停车", sort="modified"),
        Query("停车", sort="title"),
        Query("停车", literal=("meaning",)),
    ):
        engine.search(query)
    engine.suggest("停车")
    engine.more_like("i:004")
    assert len(embeddings.requests) == before


def test_what_was_withdrawn_is_not_similar_though_its_vector_is_there_still(
    opened: Open,
) -> None:
    engine, embedding = opened()
    engine.withdraw(["i:002"])
    found = {hit.iri for hit in engine.search(Query("毛孩子")).similar}
    assert "i:003" in found
    assert "i:002" not in found
    with embedding.indexer(engine.view) as indexer:
        indexer.fill()
    vectors = embedding.vectors()
    assert vectors.size() == len(DOCUMENTS) - 1
    vectors.close()


def test_what_was_closed_is_not_similar_however_far_behind_the_index_is(opened: Open) -> None:
    opened()
    engine, _ = opened(fill=False, hidden=lambda _checkpoint: frozenset({"i:003"}))
    found = {hit.iri for hit in engine.search(Query("毛孩子")).similar}
    assert "i:002" in found
    assert "i:003" not in found


@pytest.mark.services
def test_both_engines_order_alike(
    tmp_path: Path, embeddings: EmbeddingStandIn, elasticsearch_url: str
) -> None:
    from search.index.elastic import ElasticIndex

    name = index_name()
    with ExitStack() as stack:
        stack.callback(drop_indices, elasticsearch_url, name)
        engines: list[Searchable] = []
        for place, elastic in (("a", None), ("b", (elasticsearch_url, name))):
            embedding = Embedding(
                embeddings.url, "m", tmp_path / place, elastic=elastic, seconds=60, least=0.2
            )
            query_embedder = stack.enter_context(closing(embedding.query_embedder()))
            index: SearchIndex = (
                ElasticIndex(*elastic, read_seconds=60)
                if elastic
                else EmbeddedIndex(tmp_path / "index")
            )
            engine = Searchable(index, vectors=query_embedder.ask)
            stack.callback(engine.close)
            engine.write(DOCUMENTS, (), 1)
            with embedding.indexer(engine.view) as indexer:
                indexer.fill()
            engines.append(engine)
        for text in ("停车", "机构名录", "毛孩子", "老年人照护", "静安区的停车场", "日报"):
            one, other = (engine.search(Query(text)) for engine in engines)
            assert [h.iri for h in one.hits] == [h.iri for h in other.hits], text
            assert [h.iri for h in one.similar] == [h.iri for h in other.similar], text
