"""Catalogues in RDF: pages by both Hydra vocabularies and links, datasets on two pages, defects."""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox
import pytest

from ontology.errors import AtlasError
from ontology.terms import DCAT, DCT
from tests.harvesters.platforms.memory import ROOT, Answer, Asked, platform, walk

HEAD = f"""@prefix dcat: <{DCAT}> . @prefix dct: <{DCT}> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> .
"""
TURTLE = {"content-type": "text/turtle; charset=utf-8"}


def dataset(number: int, more: str = "") -> str:
    return (
        f'<{ROOT}/d/{number}> a dcat:Dataset ; dct:title "数据集{number}"@zh ; '
        f'dct:publisher [ dct:title "教委" ] {more} .\n'
    )


def pages(*texts: str, kind: str = "view", total: int | None = None) -> dict[str, str]:
    """Return the documents of a catalogue by path."""
    found = {}
    for number, text in enumerate(texts, 1):
        url, after = (f"<{ROOT}/catalog/{n}>" for n in (number, number + 1))
        control = {
            "view": f"{url} a hydra:PartialCollectionView ; hydra:next {after} .\n",
            "paged": f"{url} a hydra:PagedCollection ; hydra:nextPage {after} .\n",
            "text": f'{url} a hydra:PagedCollection ; hydra:nextPage "{after[1:-1]}" .\n',
        }[kind]
        size = "" if total is None else f"<{ROOT}/catalog> hydra:totalItems {total} .\n"
        found[f"/catalog/{number}"] = HEAD + text + control * (number < len(texts)) + size
    return found


def serve(documents: dict[str, str]) -> Callable[[Asked], Answer]:
    return lambda asked: (documents[asked.path], TURTLE)


@pytest.mark.parametrize("kind", ["view", "paged", "text"])
def test_pages_are_walked_each_once(kind: str) -> None:
    documents = pages(dataset(1) + dataset(2), dataset(3), dataset(4), kind=kind, total=4)
    harvested, client = platform("dcat", serve(documents), f"{ROOT}/catalog/1")
    walked = walk(harvested)
    assert walked.names == ["1", "2", "3", "4"]
    assert (walked.pages, walked.total, walked.incomplete) == (3, 4, None)
    assert [asked.path for asked in client.asked] == [f"/catalog/{n}" for n in (1, 2, 3)]
    assert "turtle" in client.asked[0].headers["Accept"]
    assert '"数据集3"@zh' in walked.records["3"]
    # Blank nodes are the same in every walk, and so are the marks.
    assert walk(harvested, known=walked.marks).records == {}


def test_links_in_headers_and_other_syntaxes() -> None:
    def answer(asked: Asked) -> Answer:
        number = asked.path[-1]
        link = {"link": f'<{ROOT}/catalog/9>; rel="prev", </catalog/2>; rel=next'}
        text = HEAD + dataset(int(number))
        if number == "2":
            store = ox.Store()
            store.load(text.encode(), format=ox.RdfFormat.TURTLE)
            text = store.dump(format=ox.RdfFormat.RDF_XML, from_graph=ox.DefaultGraph()).decode()
        return text, {"content-type": "text/plain"} | (link if number == "1" else {})

    walked = walk(platform("dcat", answer, f"{ROOT}/catalog/1")[0])
    assert (walked.names, walked.unreadable) == (["1", "2"], [])


def test_a_dataset_that_goes_over_two_pages_is_read_whole_and_once() -> None:
    documents = pages(
        dataset(1) + dataset(2, f"; dcat:distribution <{ROOT}/f/1>"),
        f'<{ROOT}/f/1> a dcat:Distribution ; dct:title "文件" .\n'
        + dataset(3, f"; dcat:distribution <{ROOT}/f/3>"),
        f"<{ROOT}/f/3> a dcat:Distribution ; dcat:accessURL <{ROOT}/x> .\n"
        f'<{ROOT}/d/3> dct:description "说明" .\n' + dataset(4),
    )
    harvested, _ = platform("dcat", serve(documents), f"{ROOT}/catalog/1")
    walked = walk(harvested)
    assert walked.names == ["1", "2", "3", "4"]
    assert '"文件"' in walked.records["2"]
    assert '"说明"' in walked.records["3"] and f"<{ROOT}/x>" in walked.records["3"]
    # The same after a restart at each page.
    cursor, names = None, []
    while True:
        page = platform("dcat", serve(documents), f"{ROOT}/catalog/1")[0].page(cursor, None)
        names += [entry.remote_id for entry in page.entries]  # type: ignore[union-attr]
        cursor = page.next
        if cursor is None:
            break
    assert names == walked.names


def test_pages_that_go_in_a_circle() -> None:
    documents = pages(dataset(1), dataset(2))
    documents["/catalog/2"] += f"<{ROOT}/catalog/2> hydra:next <{ROOT}/catalog/1> .\n"
    with pytest.raises(AtlasError, match="page-loop"):
        walk(platform("dcat", serve(documents), f"{ROOT}/catalog/1")[0])
    own = {"/catalog/1": HEAD + dataset(1) + f"<> hydra:next <{ROOT}/catalog/1#> .\n"}
    assert walk(platform("dcat", serve(own), f"{ROOT}/catalog/1")[0]).names == ["1"]


def test_fewer_than_are_declared() -> None:
    walked = walk(platform("dcat", serve(pages(dataset(1), total=9)), f"{ROOT}/catalog/1")[0])
    assert walked.incomplete is not None


@pytest.mark.parametrize(
    "answer", [("<!DOCTYPE html><html/>", TURTLE), ("", TURTLE), ("<html>", {"content-type": "x"})]
)
def test_what_is_no_rdf_stops_the_walk(answer: Answer) -> None:
    with pytest.raises(AtlasError, match="not-the-platform"):
        walk(platform("dcat", lambda _: answer)[0])


def test_a_fault_costs_its_own_dataset() -> None:
    text = dataset(1) + f'<{ROOT}/d/2> a dcat:Dataset ; dct:title "x ;\n.\n' + dataset(3)
    walked = walk(platform("dcat", serve(pages(text)), f"{ROOT}/catalog/1")[0])
    assert walked.unreadable and "1" in walked.names
