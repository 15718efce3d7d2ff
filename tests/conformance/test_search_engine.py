"""One suite for every `SearchIndex`: another index joins by a `Storage` in `STORAGES`."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ontology.errors import AtlasError
from search.analysis.ngrams import term_tokens
from search.facets import FACETS, INDEXED, NOT_STATED
from search.index.elastic import ElasticIndex
from search.index.embedded import EmbeddedIndex
from search.index.model import SearchDocument
from search.index.plan import Clause, Group, Plan
from search.index.suppression import SuppressingView
from search.limits import MAX_LIMIT, MAX_QUERY, MAX_WINDOW
from search.model import Query
from search.service import SearchService
from search.thesaurus import builtin
from tests.conformance.plain_view import PlainIndex, PlainView
from tests.fixtures.elasticsearch import drop_indices, index_name
from tests.fixtures.searchable import Searchable

TODAY = date(2023, 6, 30)
"""The day of all searches here."""

ROOT = Path(__file__).resolve().parent.parent.parent


class Storage(Protocol):
    """A place for one index, which can be opened more than once; `source` opens it elsewhere."""

    source: str
    today: date

    def open(self) -> Searchable: ...

    def close(self) -> None: ...

    def remove(self) -> None: ...


class EmbeddedStorage:
    today = TODAY

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.opened: list[EmbeddedIndex] = []
        self.source = (
            "from pathlib import Path; from search.index.embedded import EmbeddedIndex; "
            f"engine = EmbeddedIndex(Path({str(folder)!r}))"
        )

    def open(self) -> Searchable:
        self.opened.append(EmbeddedIndex(self.folder))
        return Searchable(self.opened[-1], today=lambda: self.today)

    def close(self) -> None:
        for engine in self.opened:
            engine.close()
        self.opened.clear()

    def remove(self) -> None:
        self.close()


class ElasticStorage:
    today = TODAY

    def __init__(self, url: str) -> None:
        self.url = url
        self.name = index_name()
        self.opened: list[ElasticIndex] = []
        self.source = (
            f"from search.index.elastic import ElasticIndex; engine = ElasticIndex({url!r}, "
            f"{self.name!r}, read_seconds=60)"
        )

    def open(self) -> Searchable:
        self.opened.append(ElasticIndex(self.url, self.name, read_seconds=60))
        return Searchable(self.opened[-1], today=lambda: self.today)

    def close(self) -> None:
        for engine in self.opened:
            engine.close()
        self.opened.clear()

    def remove(self) -> None:
        self.close()
        drop_indices(self.url, self.name)


STORAGES: dict[str, Callable[[pytest.FixtureRequest], Storage]] = {
    "embedded": lambda request: EmbeddedStorage(
        request.getfixturevalue("tmp_path_factory").mktemp("index")
    ),
    "elasticsearch": lambda request: ElasticStorage(request.getfixturevalue("elasticsearch_url")),
}
NEEDS_SERVICE = ("elasticsearch",)


@pytest.fixture(
    params=[
        pytest.param(name, marks=[pytest.mark.services] if name in NEEDS_SERVICE else [])
        for name in STORAGES
    ]
)
def new_storage(
    request: pytest.FixtureRequest,
) -> Iterator[Callable[[], Storage]]:
    made: list[Storage] = []

    def make() -> Storage:
        made.append(STORAGES[request.param](request))
        return made[-1]

    yield make
    for storage in made:
        storage.remove()


@pytest.fixture
def storage(new_storage: Callable[[], Storage]) -> Storage:
    return new_storage()


@pytest.fixture
def engine(storage: Storage) -> Searchable:
    return storage.open()


def doc(number: int, title: str = "", **values: object) -> SearchDocument:
    plain = SearchDocument(
        iri=f"https://data.example/id/dataset/s/{number}",
        source="s",
        remote_id=str(number),
        hash=f"{number:064x}",
        title=title or f"数据集{number}",
    )
    return replace(plain, **values)  # type: ignore[arg-type]


def found(engine: Searchable, query: Query) -> list[str]:
    return [hit.remote_id for hit in engine.search(query).hits]


# -- writing -----------------------------------------------------------------------------------


def test_an_empty_index_answers(engine: Searchable) -> None:
    result = engine.search(Query("停车场"))
    assert (result.total, result.hits, result.checkpoint) == (0, (), 0)
    assert set(result.facets) == set(FACETS)
    assert (engine.checkpoint(), engine.mark()) == (0, "")
    assert list(engine.hashes()) == []


def test_the_mark_moves_with_the_checkpoint(storage: Storage) -> None:
    engine = storage.open()
    engine.write([doc(1)], [], 4, mark="one:a")
    assert (engine.checkpoint(), engine.mark()) == (4, "one:a")
    engine.rebuild([doc(2)], lambda: 7, mark=lambda reached: f"two:{reached}")
    assert (engine.checkpoint(), engine.mark()) == (7, "two:7")
    engine.write([], [], 8)
    assert (storage.open().checkpoint(), storage.open().mark()) == (8, "")


def test_create_update_remove(engine: Searchable) -> None:
    engine.write([doc(1, "停车场"), doc(2, "公交站")], [], 2)
    assert found(engine, Query("停车场")) == ["1"]
    engine.write([doc(1, "养老院", hash="f" * 64)], [], 3)
    assert found(engine, Query("停车场")) == []
    assert found(engine, Query("养老院")) == ["1"]
    assert engine.size() == 2
    engine.write([], [doc(1).iri], 4)
    assert engine.size() == 1
    assert found(engine, Query()) == ["2"]
    assert list(engine.hashes()) == [(doc(2).iri, doc(2).hash)]
    assert engine.checkpoint() == engine.search(Query()).checkpoint == 4


def test_a_record_stands_once_though_it_is_written_twice_in_one_commit(
    engine: Searchable,
) -> None:
    engine.write([doc(1, "停车场"), doc(1, "公交站")], [], 1)
    assert engine.search(Query()).total == 1
    assert found(engine, Query("停车场")) == []
    assert found(engine, Query("公交站")) == ["1"]


def test_removing_what_is_not_there_moves_the_checkpoint(engine: Searchable) -> None:
    engine.write([], ["https://data.example/id/dataset/s/none"], 7)
    assert engine.checkpoint() == 7
    assert engine.search(Query()).total == 0


def test_what_is_withdrawn_is_gone_while_the_index_is_built_anew(storage: Storage) -> None:
    engine, other = storage.open(), storage.open()
    engine.withdraw([doc(1).iri])
    assert engine.checkpoint() == 0
    engine.write([doc(n, "停车场") for n in (1, 2, 3)], [], 3, mark="one:3")
    assert sorted(found(other, Query("停车场"))) == ["1", "2", "3"]

    def documents() -> Iterator[SearchDocument]:
        yield doc(1, "停车场")
        thread = Thread(target=engine.withdraw, args=([doc(1).iri, doc(9).iri],))
        thread.start()
        thread.join(60)
        assert sorted(found(other, Query("停车场"))) == ["2", "3"]
        assert (other.checkpoint(), other.mark(), other.size()) == (3, "one:3", 2)
        yield doc(2, "停车场")

    engine.rebuild(documents(), lambda: 4)
    # What is being built is not touched.
    assert sorted(found(other, Query("停车场"))) == ["1", "2"]
    engine.withdraw([doc(2).iri])
    assert sorted(found(other, Query("停车场"))) == ["1"]
    engine.write([doc(4, "停车场")], [], 5)
    assert sorted(found(other, Query("停车场"))) == ["1", "4"]


def test_what_is_hidden_is_neither_found_nor_counted(engine: Searchable) -> None:
    engine.write([doc(n, "停车场", facets={"year": ("2023",)}) for n in range(4)], [], 4)
    view = engine.view()
    assert view is not None
    hiding = SuppressingView(view, frozenset({doc(0).iri, doc(2).iri}))
    groups = (Group((Clause(term_tokens("停车场"), (("title", 1.0),)),)),)
    for plan in (
        Plan(),
        Plan(groups),
        Plan(groups, order="title"),
        Plan(groups, order="relevance"),
    ):
        found = hiding.find(plan, 10)
        assert found.total == 2
        assert {c.document.remote_id for c in found.candidates} == {"1", "3"}
        assert hiding.count(plan, ["year"])["year"] == {"2023": 2}
        # The same view goes on to show everything to whoever asks it for everything.
        assert view.find(plan, 10).total == 4
        assert view.count(plan, ["year"])["year"] == {"2023": 4}
    # Several numbers at once, one of them twice: each in its place, and nobody's of the other's.
    several = (Plan(groups), Plan(()), Plan(), Plan(groups))
    assert list(hiding.totals(several)) == [2, 0, 2, 2]
    assert list(view.totals(several)) == [4, 0, 4, 4]
    assert list(hiding.totals(several)) == [2, 0, 2, 2]
    assert list(view.totals([])) == []
    assert hiding.get(doc(0).iri) is None
    assert hiding.get(doc(1).iri) is not None
    assert {document.remote_id for document in hiding.each()} == {"1", "3"}
    assert hiding.state != view.state


def test_repeating_a_batch_changes_nothing(engine: Searchable) -> None:
    batch = [doc(n, f"停车场 {n}", facets={"year": ("2023",)}) for n in range(5)]
    engine.write(batch, [doc(9).iri], 5)
    before = engine.search(Query("停车场"))
    engine.write(batch, [doc(9).iri], 5)
    after = engine.search(Query("停车场"))
    assert replace(after, milliseconds=0, hits=()) == replace(before, milliseconds=0, hits=())
    assert {h.iri for h in after.hits} == {h.iri for h in before.hits}


def test_what_was_written_survives_reopening(storage: Storage) -> None:
    storage.open().write([doc(1, "停车场")], [], 41)
    storage.close()
    again = storage.open()
    assert again.checkpoint() == 41
    assert found(again, Query("停车场")) == ["1"]
    again.write([doc(2)], [], 42)
    assert again.checkpoint() == 42


def test_a_second_reader_sees_each_commit(storage: Storage) -> None:
    writer, reader = storage.open(), storage.open()
    assert reader.search(Query()).total == 0
    for n in range(1, 4):
        writer.write([doc(n)], [], n)
        assert reader.search(Query()).total == reader.checkpoint() == n
    writer.rebuild([doc(8)], lambda: 9)
    assert found(reader, Query()) == ["8"]
    assert reader.checkpoint() == 9


def test_a_failing_batch_leaves_nothing(engine: Searchable) -> None:
    engine.write([doc(1)], [], 1)

    def broken() -> Iterator[SearchDocument]:
        yield doc(2)
        raise RuntimeError("the journal is gone")

    with pytest.raises(RuntimeError) as writing:
        engine.write(broken(), [doc(1).iri], 2)
    with pytest.raises(RuntimeError) as rebuilding:
        engine.rebuild(broken(), lambda: 2)
    assert found(engine, Query()) == ["1"]
    assert engine.checkpoint() == 1
    # While both exceptions are still held, with all that their frames refer to.
    engine.write([doc(3)], [], 3)
    assert sorted(found(engine, Query())) == ["1", "3"]
    assert engine.checkpoint() == 3
    assert writing.value is not rebuilding.value


def test_rebuilding_replaces_everything_and_readers_go_on(engine: Searchable) -> None:
    engine.write([doc(n, "旧") for n in range(10)], [], 10)
    seen: list[int] = []

    def documents() -> Iterator[SearchDocument]:
        for n in range(20, 24):
            seen.append(engine.search(Query("旧")).total)
            yield doc(n, "新")

    engine.rebuild(documents(), lambda: 30)
    assert seen == [10] * 4
    assert engine.search(Query("旧")).total == 0
    assert engine.search(Query("新")).total == 4
    assert engine.checkpoint() == 30
    engine.write([doc(99, "新")], [doc(20).iri], 31)
    assert sorted(found(engine, Query())) == ["21", "22", "23", "99"]


# -- what is found -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "query"),
    [
        ("养老机构名录", "養老機構名錄"),
        ("養老機構名錄", "养老机构名录"),
        ("ＰＭ２．５监测", "pm2.5"),
        ("PM2.5监测", "ｐｍ２．５"),
        ("Bus Stops", "BUS"),
        ("二〇二三年度决算", "2023"),
        ("停\u200b车场", "停车场"),
    ],
)
def test_spellings_that_mean_the_same(engine: Searchable, title: str, query: str) -> None:
    engine.write([doc(1, title), doc(2, "无关")], [], 1)
    assert found(engine, Query(query)) == ["1"]


@pytest.mark.parametrize(
    "values",
    [
        {"title_en": "zebra"},
        {"description": "zebra"},
        {"publishers": ("zebra",)},
        {"keywords": ("a", "zebra")},
        {"fields": ("zebra",)},
        {"places": ("zebra",)},
        {"alternatives": ("zebra",)},
    ],
)
def test_every_field_is_searched_and_the_title_comes_first(
    engine: Searchable, values: dict[str, object]
) -> None:
    engine.write([doc(1, "马", **values), doc(2, "zebra"), doc(3)], [], 1)
    assert found(engine, Query("zebra")) == ["2", "1"]


def test_the_label_of_a_theme_satisfies_no_word_by_itself(engine: Searchable) -> None:
    engine.write([doc(1, "马", themes=("zebra",)), doc(2, "zebra"), doc(3)], [], 1)
    assert found(engine, Query("zebra")) == ["2"]


def test_a_hit_shows_the_document(engine: Searchable) -> None:
    original = doc(
        1,
        "停车场",
        description='说明 <b>"1"</b>\n二',
        publishers=("市交通委", "静安区"),
        modified="2023-02-03",
        facets={"open_type": ("o:1",), "format": ("f:csv", "f:xls"), "publisher": ("p:1", "p:2")},
    )
    engine.write([original], [], 1)
    result = engine.search(Query("停车场"))
    (hit,) = result.hits
    assert hit.score > 0
    assert (hit.iri, hit.source, hit.remote_id) == (original.iri, "s", "1")
    assert (hit.title, hit.description) == (original.title, original.description)
    assert (hit.publishers, hit.publisher_iris) == (("市交通委", "静安区"), ("p:1", "p:2"))
    assert (hit.open_type, hit.formats, hit.modified) == ("o:1", ("f:csv", "f:xls"), "2023-02-03")
    assert [(v.value, v.label) for v in result.facets["publisher"]] == [
        ("p:1", "市交通委"),
        ("p:2", "静安区"),
    ]


# -- against an oracle -------------------------------------------------------------------------

WORDS = ("停车场", "养老机构", "公交", "bus", "2023", "信息", "静安区")
VALUES = {
    "theme": ("t:1", "t:2", "t:3"),
    "format": ("f:csv", "f:xls"),
    "year": ("2022", "2023"),
    "publisher": ("p:1", "p:2", "p:3", "p:4"),
    "place": ("上海市", "上海市/浦东新区", "泸州市", "泸州市/泸县", "泸州市/合江县"),
}
DAYS = (
    "2021-01-02",
    "2022-09-09",
    "2023-05-06T07:08:09Z",
    "2023-05-06",
    "2023-06-01",
    "2023-07-01",
)
CONDITIONS = ("不要公交", "-信息", "去年", "2023年以来", "csv", "无条件开放", "除静安区以外")
FILTERS = {**VALUES, "freshness": ("month", "quarter", "year", "longer", "future", "unknown")}
documents = st.lists(
    st.builds(
        lambda words, description, modified, facets: (words, description, modified, facets),
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=3),
        st.lists(st.sampled_from(WORDS), max_size=2),
        st.one_of(st.none(), st.sampled_from(DAYS)),
        st.fixed_dictionaries(
            {
                name: st.lists(st.sampled_from(values), unique=True, max_size=2).map(tuple)
                for name, values in VALUES.items()
            }
        ),
    ),
    max_size=25,
).map(
    lambda rows: [
        doc(
            n,
            " ".join(words),
            description=" ".join(text),
            modified=modified,
            facets=facets,
            publishers=tuple(v.replace("p:", "zz") for v in facets["publisher"]),
        )
        for n, (words, text, modified, facets) in enumerate(rows)
    ]
)
queries = st.builds(
    Query,
    text=st.lists(st.sampled_from([*WORDS, "没有这个词", *CONDITIONS]), max_size=3).map(" ".join),
    filters=st.fixed_dictionaries(
        {},
        optional={
            name: st.lists(st.sampled_from([*values, "none", NOT_STATED]), max_size=3).map(tuple)
            for name, values in FILTERS.items()
        },
    ),
    excluded=st.fixed_dictionaries(
        {},
        optional={
            name: st.sampled_from([(), ("none",), *((v,) for v in (*values, NOT_STATED))])
            for name, values in FILTERS.items()
            if name in INDEXED
        },
    ),
    sort=st.sampled_from(["relevance", "modified", "title"]),
    limit=st.integers(0, 30),
    offset=st.integers(0, 30),
    facet_size=st.integers(1, 4),
    unstated=st.booleans(),
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(documents=documents, asked=st.lists(queries, min_size=1, max_size=6), split=st.data())
def test_results_are_those_of_a_plain_loop(
    engine: Searchable,
    documents: list[SearchDocument],
    asked: list[Query],
    split: st.DataObject,
) -> None:
    # A new index for each example would take most of the time.
    engine.write([], [iri for iri, _ in engine.hashes()], 0)
    # Two commits, some documents rewritten and some removed by the second.
    half = split.draw(st.integers(0, len(documents)))
    engine.write([replace(d, title="停车场 公交") for d in documents[: half + 3]], [], 1)
    kept = [d for d in documents if split.draw(st.integers(0, 4)) > 0]
    engine.write(kept, [d.iri for d in documents if d not in kept], 2)
    oracle = SearchService(PlainIndex(lambda: PlainView(kept)), builtin, today=lambda: TODAY)
    for query in asked:
        result, right = engine.search(query), oracle.search(query)
        assert result.total == right.total
        assert result.facets == right.facets
        assert [hit.iri for hit in result.hits] == [hit.iri for hit in right.hits]
        assert result.understanding == right.understanding
        assert result.cursor == right.cursor
    assert dict(engine.hashes()) == {d.iri: d.hash for d in kept}


def test_freshness_is_told_by_the_day_on_which_one_asks(storage: Storage) -> None:
    engine = storage.open()
    days = [
        "2023-06-29",
        "2023-05-31",
        "2023-05-29",
        "2022-09-30",
        "2020-01-01",
        None,
        "2024-01-01",
    ]
    engine.write([doc(n, "停车场", modified=day) for n, day in enumerate(days)], [], 1)

    def counted(query: Query) -> dict[str, int]:
        return {v.value: v.count for v in engine.search(query).facets["freshness"]}

    whole = {"month": 2, "quarter": 1, "year": 1, "longer": 1, "future": 1, "unknown": 1}
    for text in ("", "停车场"):
        assert counted(Query(text)) == whole
        for chosen, numbers in {
            ("month",): {"0", "1"},
            ("future",): {"6"},
            ("quarter", "longer"): {"2", "4"},
            ("unknown",): {"5"},
            ("unknown", "year"): {"3", "5"},
            ("none",): set(),
        }.items():
            query = Query(text, filters={"freshness": chosen})
            assert set(found(engine, query)) == numbers
            # Its counts leave its own filter out.
            assert counted(query) == whole | dict.fromkeys(set(chosen) - set(whole), 0)
            # In their natural order, not by number.
            assert list(counted(query)) == [*whole, *(set(chosen) - set(whole))]
    # The next year comes, and nothing is written.
    storage.today = date(2024, 6, 30)
    assert counted(Query("停车场")) == {"year": 1, "longer": 5, "unknown": 1}
    assert found(engine, Query("停车场", filters={"freshness": ("month",)})) == []


@pytest.mark.parametrize("sort", ["relevance", "modified", "title"])
@pytest.mark.parametrize("text", ["", "停车场"])
def test_pages_neither_repeat_nor_leave_out(engine: Searchable, sort: str, text: str) -> None:
    shuffled = random.Random(4)
    for commit in range(4):
        engine.write(
            [
                doc(n, shuffled.choice(["停车场", "停车场 信息"]), modified=f"2023-01-0{n % 3 + 1}")
                for n in range(commit * 25, commit * 25 + 25)
            ],
            [],
            commit + 1,
        )
    pages = [
        found(engine, Query(text, sort=sort, limit=7, offset=offset)) for offset in range(0, 105, 7)
    ]
    assert sorted(int(number) for page in pages for number in page) == list(range(100))


def test_titles_sort_by_pinyin(engine: Searchable) -> None:
    titles = ["重庆", "北京", "上海", "安徽", "Zoo", "１２", "天津", "臺灣", "养老"]
    engine.write([doc(n, title) for n, title in enumerate(titles)], [], 1)
    hits = engine.search(Query(sort="title")).hits
    assert [hit.title for hit in hits] == [
        "１２",
        "Zoo",
        "安徽",
        "北京",
        "上海",
        "臺灣",
        "天津",
        "养老",
        "重庆",
    ]


# -- bounds and hostile input ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (Query("停" * (MAX_QUERY + 1)), "query-too-long"),
        (Query("a" * 10_000), "query-too-long"),
        (Query(limit=-1), "page-out-of-range"),
        (Query(limit=MAX_LIMIT + 1), "page-out-of-range"),
        (Query(offset=-1), "page-out-of-range"),
        (Query(offset=10**9), "page-out-of-range"),
        (Query(offset=MAX_WINDOW - 19), "page-out-of-range"),
        (Query(facet_size=0), "page-out-of-range"),
        (Query(filters={"colour": ("red",)}), "unknown-facet"),
        (Query(filters={"_all": ()}), "unknown-facet"),
        (Query(excluded={"freshness": ("year",)}), "unknown-facet"),
        (Query(sort="random"), "unknown-sort"),
        (Query(filters={"year": tuple(map(str, range(501)))}), "too-many-filters"),
    ],
)
def test_out_of_bounds_is_refused_with_a_reason(
    engine: Searchable, query: Query, code: str
) -> None:
    engine.write([doc(1)], [], 1)
    with pytest.raises(AtlasError) as caught:
        engine.search(query)
    assert caught.value.code == code
    assert caught.value.message("zh") != caught.value.message("en")


HOSTILE = [
    "AND OR NOT + - : ^ ~ * ?",
    "title:停车场",
    "*",
    "?",
    "*:*",
    "停车*",
    '"停车场"',
    '"',
    "(((((",
    "[* TO *]",
    "/.*/",
    "停车场^1000",
    "\\",
    "\x00\x01\x1f\x7f停车场",
    "\ud800",
    "停车场\udfff",
    "😀👨‍👩‍👧‍👦",
    "的",
    "a" * MAX_QUERY,
    "\u202e停车场",
    "'; DROP TABLE records; --",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "\u0301" * 100,
    "ﷺ" * 25,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_plain_text(engine: Searchable, text: str) -> None:
    engine.write([doc(1, "停车场"), doc(2, "公交站"), doc(3, "数据")], [], 1)
    result = engine.search(Query(text))
    assert {h.remote_id for h in result.hits} <= {"1"}
    if "停车场" in text:
        assert [h.remote_id for h in result.hits] == ["1"]


def test_hostile_filters_are_plain_values(engine: Searchable) -> None:
    engine.write([doc(1, facets={"year": ("2023",)})], [], 1)
    hostile = ("*", "2023 OR 2022", "\ud800", "", "\x00", "x" * 70_000, "[2020 TO 2030]")
    assert engine.search(Query(filters={"year": hostile})).total == 0
    assert engine.search(Query(filters={"year": (*hostile, "2023")})).total == 1
    assert engine.search(Query(excluded={"year": hostile})).total == 1
    assert engine.search(Query(excluded={"year": (*hostile, "2023")})).total == 0


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(st.characters(exclude_categories=()), max_size=60))
def test_any_text_gets_an_answer(hostile_engine: Searchable, text: str) -> None:
    result = hostile_engine.search(Query(text))
    assert result.total == (2 if not text.strip() else len(result.hits))


@pytest.fixture
def hostile_engine(engine: Searchable) -> Searchable:
    engine.write([doc(1, "停车场"), doc(2, "公交站")], [], 1)
    return engine


# -- a crash -----------------------------------------------------------------------------------

WRITER = """
import sys
from search.index.model import SearchDocument
{source}
def doc(number, title):
    return SearchDocument(iri=f"i:{{number}}", source="s", remote_id=str(number),
                          hash=f"{{number:064x}}", title=title)
commit = engine.checkpoint()
while True:
    commit += 1
    # Every commit rewrites all documents and adds two: a torn commit would show.
    documents = [doc(n, f"第{{commit}}次") for n in range(commit * 2)]
    if commit % 5:
        engine.write(documents, [], commit)
    else:
        engine.rebuild(documents, lambda: commit)
    print(commit, flush=True)
"""


@pytest.mark.slow
def test_killed_while_writing_the_last_commit_stands(storage: Storage) -> None:
    script = WRITER.format(source=storage.source)
    chance = random.Random(20)
    acknowledged = 0
    for _ in range(6):
        process = subprocess.Popen(
            [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        for _ in range(chance.randint(1, 7)):
            acknowledged = int(process.stdout.readline())
        # Somewhere in the next commit, which takes a few milliseconds.
        for _ in range(chance.randint(0, 200_000)):
            pass
        process.send_signal(signal.SIGKILL)
        # What it still said before the end counts as acknowledged too.
        for line in process.stdout.read().splitlines():
            acknowledged = int(line)
        process.stdout.close()
        process.wait()
        reader = storage.open()
        stands = reader.checkpoint()
        assert acknowledged <= stands <= acknowledged + 1
        assert reader.search(Query()).total == stands * 2
        assert reader.search(Query(f"第{stands}次")).total == stands * 2
        assert len(list(reader.hashes())) == stands * 2
        storage.close()
