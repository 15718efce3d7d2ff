"""Event streams: versions, fragments in order, increments, tombstones, what streams forget."""

from __future__ import annotations

import json

import pytest

from harvesters.platforms import ldes
from ontology.errors import AtlasError
from ontology.terms import DCAT, DCT
from tests.harvesters.platforms.memory import ROOT, Answer, Asked, platform, walk

HEAD = f"""@prefix dcat: <{DCAT}> . @prefix dct: <{DCT}> . @prefix tree: <https://w3id.org/tree#> .
@prefix ldes: <https://w3id.org/ldes#> . @prefix as: <https://www.w3.org/ns/activitystreams#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<{ROOT}/ldes> a ldes:EventStream ; tree:view <{ROOT}/ldes> ;
  ldes:timestampPath dct:modified ; ldes:versionOfPath dct:isVersionOf .
"""


def member(name: str, hour: int, title: str | None = None) -> str:
    iri = f"<{ROOT}/d/{name}/v{hour}>"
    said = f"{iri} dct:isVersionOf <{ROOT}/d/{name}> ; dct:modified {time(hour)} ; "
    said += "a as:Delete" if title is None else f'a dcat:Dataset ; dct:title "{title}"@zh'
    return f"<{ROOT}/ldes> tree:member {iri} . {said} .\n"


def time(hour: int) -> str:
    return f'"2026-11-01T{hour:02d}:00:00Z"^^xsd:dateTime'


def relation(here: str, there: str, hour: int, kind: str = "GreaterThanOrEqualTo") -> str:
    return (
        f"<{ROOT}/{here}> tree:relation [ a tree:{kind}Relation ; tree:node <{ROOT}/{there}> ; "
        f"tree:path dct:modified ; tree:value {time(hour)} ] .\n"
    )


class Stream:
    def __init__(self, **pages: str) -> None:
        self.pages = pages
        self.immutable: set[str] = set()

    def __call__(self, asked: Asked) -> Answer:
        name = asked.path.lstrip("/")
        if name not in self.pages:
            return 404
        headers = {"content-type": "text/turtle"}
        if name in self.immutable:
            headers["cache-control"] = "public, max-age=604800, immutable"
        return HEAD + self.pages[name], headers


def stream() -> Stream:
    made = Stream(
        ldes=member("a", 1, "甲") + member("b", 2, "乙") + relation("ldes", "p2", 3),
        p2=member("a", 3, "甲二") + member("a", 4, "甲三") + relation("p2", "p3", 5),
        p3=member("b", 5) + member("c", 6, "丙"),
    )
    made.immutable = {"ldes", "p2"}
    return made


def test_the_newest_version_counts_and_deletions_come_at_the_end() -> None:
    harvested, client = platform("ldes", stream(), f"{ROOT}/ldes")
    walked = walk(harvested)
    assert walked.names == ["a", "b", "a", "c"]
    assert '"甲三"@zh' in walked.records["a"]
    # The dataset's own IRI, not its version's.
    assert f"<{ROOT}/d/a> <{DCT.title}>" in walked.records["a"]
    assert "/v4>" not in walked.records["a"]
    assert (walked.removed, walked.incomplete) == (["b"], None)
    assert [asked.path for asked in client.asked] == ["/ldes", "/p2", "/p3"]


def test_an_increment_requests_what_may_have_changed_and_reads_what_is_new() -> None:
    served = stream()
    harvested, client = platform("ldes", served, f"{ROOT}/ldes")
    bookmark = walk(harvested).bookmark
    served.pages["p3"] += relation("p3", "p4", 7)
    served.immutable.add("p3")
    served.pages["p4"] = member("b", 7, "乙回") + relation("p4", "ldes", 1, "LessThan")
    before = len(client.asked)
    again = walk(platform("ldes", served, f"{ROOT}/ldes")[0], bookmark)
    assert (again.names, again.removed) == (["c", "b"], [])
    harvested, client = platform("ldes", served, f"{ROOT}/ldes")
    last = walk(harvested, again.bookmark)
    assert [asked.path for asked in client.asked] == ["/p4"]
    assert last.names == ["b"] and before == 3


def test_a_version_of_the_future_hides_no_later_one() -> None:
    served = Stream(ldes=member("a", 1, "将来").replace("2026-11-01", "2027-01-01"))
    bookmark = walk(platform("ldes", served, f"{ROOT}/ldes")[0]).bookmark
    served.pages["ldes"] += member("b", 13, "乙").replace("2026-11-01", "2026-12-01")
    assert "b" in walk(platform("ldes", served, f"{ROOT}/ldes")[0], bookmark).names


def test_fragments_out_of_order_and_in_a_circle() -> None:
    served = Stream(
        ldes=relation("ldes", "new", 5) + relation("ldes", "old", 1),
        new=member("a", 5, "新") + relation("new", "old", 1),
        old=member("a", 1, "旧") + relation("old", "ldes", 9),
    )
    harvested, client = platform("ldes", served, f"{ROOT}/ldes")
    walked = walk(harvested)
    assert [asked.path for asked in client.asked] == ["/ldes", "/old", "/new"]
    assert '"新"@zh' in walked.records["a"]


def test_a_fragment_that_is_gone_and_a_stream_that_forgets() -> None:
    served = Stream(
        ldes=member("a", 1, "甲") + relation("ldes", "gone", 2) + "<x:p> a ldes:DurationAgoPolicy ."
    )
    walked = walk(platform("ldes", served, f"{ROOT}/ldes")[0])
    assert walked.names == ["a"]
    assert walked.incomplete is not None and walked.incomplete.code == "stream-forgets"
    with pytest.raises(AtlasError, match="platform-refused"):
        walk(platform("ldes", served, f"{ROOT}/none")[0])


def test_a_walk_follows_so_many_fragments_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(asked: Asked) -> Answer:
        here = asked.path.lstrip("/")
        number = int(here.removeprefix("p") or 0) if here != "ldes" else 0
        ways = "".join(relation(here, f"p{number * 2 + n}", n) for n in (1, 2))
        return HEAD + ways, {"content-type": "text/turtle"}

    monkeypatch.setattr(ldes, "_MAX_FRAGMENTS", 30)
    harvested, client = platform("ldes", endless, f"{ROOT}/ldes")
    with pytest.raises(AtlasError, match="stream-too-wide"):
        walk(harvested)
    assert len(client.asked) < 30
    monkeypatch.setattr(ldes, "_MAX_FRAGMENTS", 1_000_000)
    monkeypatch.setattr(ldes, "_MAX_CURSOR", 2_000)
    with pytest.raises(AtlasError, match="stream-too-wide"):
        walk(harvested)


def test_a_cursor_holds_no_datasets_and_one_of_an_earlier_version_is_read() -> None:
    harvested, _ = platform("ldes", stream(), f"{ROOT}/ldes")
    first = harvested.page(None, None)
    cursor = json.loads(first.next or "")
    cursor["gone"] = {"x": "2026-11-01T01:00:00.000000+00:00"}
    second = harvested.page(json.dumps(cursor), None)
    assert (second.removed, dict(second.removed_versions)) == (("x",), cursor["gone"])
    assert second.next is not None and json.loads(second.next)["gone"] == {}
