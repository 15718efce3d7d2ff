"""Event streams as other servers publish them, made by hand after LDES 1.0 and server manuals."""

from __future__ import annotations

import pytest

from ontology.terms import DCAT, DCT
from tests.harvesters.platforms.memory import ROOT, Answer, Asked, platform, walk

PREFIXES = f"""@prefix dcat: <{DCAT}> . @prefix dct: <{DCT}> .
@prefix tree: <https://w3id.org/tree#> .
@prefix ldes: <https://w3id.org/ldes#> . @prefix as: <https://www.w3.org/ns/activitystreams#> .
@prefix prov: <http://www.w3.org/ns/prov#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <{ROOT}/> . @prefix d: <{ROOT}/d/> .
"""


def served(media: str = "text/turtle", **pages: str) -> Pages:
    return Pages(media, {f"/{name}": text for name, text in pages.items()})


class Pages:
    """Documents by path and query; counts what was asked."""

    def __init__(self, media: str, pages: dict[str, str]) -> None:
        self.media, self.pages = media, pages
        self.asked: list[str] = []

    def __call__(self, asked: Asked) -> Answer:
        name = asked.url.removeprefix(ROOT)
        self.asked.append(name)
        return PREFIXES + self.pages[name], {"content-type": self.media}


def at(day: int) -> str:
    return f'"2026-11-{day:02d}T00:00:00Z"^^xsd:dateTime'


def version(name: str, day: int, title: str) -> str:
    return (
        f"ex:parks tree:member d:{name}-{day} . "
        f"d:{name}-{day} a dcat:Dataset ; dct:isVersionOf d:{name} ; dct:created {at(day)} ; "
        f'dct:title "{title}"@zh .\n'
    )


STREAM = "ex:parks a ldes:EventStream ; ldes:timestampPath dct:created ; "
STREAM += "ldes:versionOfPath dct:isVersionOf .\n"


def test_a_stream_with_views_whose_pages_are_numbered() -> None:
    """As the LDES server of VSDS: an overview, views with descriptions, versions without graphs."""
    page = "<by-page?pageNumber={here}> a tree:Node ; dct:isPartOf ex:by-page ."
    more = "<by-page?pageNumber={here}> tree:relation [ a tree:Relation ; "
    more += "tree:node <by-page?pageNumber={after}> ] ."
    pages = served(
        parks=STREAM
        + "ex:parks tree:view ex:by-page, ex:by-time . "
        + "ex:by-page tree:viewDescription ex:page-description . "
        + "ex:by-time tree:viewDescription ex:time-description . "
        + "ex:time-description ldes:retentionPolicy [ a ldes:DurationAgoPolicy ; "
        + 'tree:value "PT2M"^^xsd:duration ] .',
        **{
            "by-page": STREAM
            + "ex:parks tree:view ex:by-page . ex:by-page a tree:Node ; "
            + "tree:viewDescription ex:page-description . ex:page-description ldes:retentionPolicy "
            + "[ a ldes:LatestVersionSubset ; ldes:amount 2 ] . "
            + "ex:by-page tree:relation [ a tree:Relation ; tree:node <by-page?pageNumber=1> ] .",
            "by-page?pageNumber=1": page.format(here=1)
            + more.format(here=1, after=2)
            + version("a", 1, "甲")
            + version("b", 2, "乙"),
            "by-page?pageNumber=2": page.format(here=2) + version("a", 3, "甲二"),
        },
    )
    walked = walk(platform("ldes", pages, f"{ROOT}/parks")[0])
    assert pages.asked == ["/parks", "/by-page", "/by-page?pageNumber=1", "/by-page?pageNumber=2"]
    assert walked.names == ["a", "b", "a"] and walked.incomplete is None
    assert f'<{ROOT}/d/a> <{DCT.title}> "甲二"@zh' in walked.records["a"]


def test_versions_whose_graph_speaks_of_the_dataset_itself() -> None:
    """LDES 1.0: the version is described outside of its graph, the dataset inside of it."""
    pages = served(
        "application/trig",
        parks="ex:parks a ldes:EventStream ; tree:view ex:parks ; "
        "ldes:timestampPath as:published ; ldes:versionOfPath as:object ; "
        "ldes:versionDeletePath as:type ; ldes:versionDeleteObject ex:Removed ; "
        "tree:member ex:e1, ex:e2, ex:e3 . "
        f"ex:e1 a as:Create ; as:object d:a ; as:published {at(1)} . "
        f"ex:e2 a as:Update ; as:object d:a ; as:published {at(2)} . "
        f"ex:e3 as:type ex:Removed ; as:object d:b ; as:published {at(3)} . "
        'ex:e1 { d:a a dcat:Dataset ; dct:title "甲"@zh } '
        'ex:e2 { d:a a dcat:Dataset ; dct:title "甲二"@zh ; dct:publisher d:o . '
        'd:o dct:title "教委"@zh }',
    )
    walked = walk(platform("ldes", pages, f"{ROOT}/parks")[0])
    assert (walked.names, walked.removed, walked.unreadable) == (["a"], ["b"], [])
    text = walked.records["a"]
    assert '"甲二"@zh' in text and '"甲"@zh' not in text and "/e2" not in text


@pytest.mark.parametrize(
    ("policy", "is_whole"),
    [
        ("ldes:versionAmount 1", True),
        ('ldes:versionAmount 1 ; ldes:fullLogDuration "P1Y"^^xsd:duration', True),
        ('ldes:versionAmount 1 ; ldes:versionDeleteDuration "P1Y"^^xsd:duration', True),
        ('ldes:versionAmount 1 ; ldes:versionDuration "P1Y"^^xsd:duration', False),
        ('ldes:fullLogDuration "P1Y"^^xsd:duration', False),
        (f"ldes:startingFrom {at(1)} ; ldes:versionAmount 1", False),
        ("a ldes:LatestVersionSubset ; ldes:amount 1", True),
        ('a ldes:DurationAgoPolicy ; tree:value "P1D"^^xsd:duration', False),
        (f"a ldes:PointInTimePolicy ; ldes:pointInTime {at(1)}", False),
        ("", False),
    ],
)
def test_retention_tells_whether_a_walk_is_whole(policy: str, is_whole: bool) -> None:
    text = f"{STREAM} ex:parks tree:view ex:parks ; ldes:retentionPolicy [ {policy} ] . "
    pages = served(parks=text + version("a", 1, "甲"))
    walked = walk(platform("ldes", pages, f"{ROOT}/parks")[0])
    assert walked.names == ["a"] and (walked.incomplete is None) == is_whole


def bounded(there: str, least: int, most: int, path: str = "dct:created") -> str:
    ways = (("GreaterThanOrEqualTo", least), ("LessThan", most))
    return "".join(
        f"ex:parks tree:relation [ a tree:{kind}Relation ; tree:node ex:{there} ; "
        f"tree:path {path} ; tree:value {at(day)} ] .\n"
        for kind, day in ways
    )


def test_fragments_by_time_are_visited_in_order_and_left_out_when_they_have_ended() -> None:
    head = f"{STREAM} ex:parks tree:view ex:parks .\n"
    pages = served(
        parks=head + bounded("late", 10, 20) + bounded("early", 1, 10),
        early=version("a", 1, "甲"),
        late="ex:late ldes:immutable true . " + version("a", 11, "甲二"),
    )
    harvested, _ = platform("ldes", pages, f"{ROOT}/parks")
    walked = walk(harvested)
    assert pages.asked == ["/parks", "/early", "/late"]
    # Both bounds of a way hold together; what is immutable is never asked for again.
    pages.pages["/parks"] += bounded("later", 20, 30) + bounded("past", 2, 5)
    pages.pages["/parks"] += bounded("by-date-of-issue", 1, 2, path="dct:issued")
    pages.pages |= {"/later": version("b", 21, "乙"), "/by-date-of-issue": version("c", 22, "丙")}
    pages.asked.clear()
    again = walk(platform("ldes", pages, f"{ROOT}/parks")[0], walked.bookmark)
    assert sorted(pages.asked) == ["/by-date-of-issue", "/early", "/later", "/parks"]
    assert sorted(again.names) == ["b", "c"]
