"""Another atlas: its stream or its catalogue, and own records that come back."""

from __future__ import annotations

from ontology.terms import DCAT, DCT
from tests.harvesters.platforms.memory import ROOT, Answer, Asked, platform, walk

HOME = "http://atlas.example"
HEAD = f"""@prefix dcat: <{DCAT}> . @prefix dct: <{DCT}> . @prefix tree: <https://w3id.org/tree#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
"""
THEIRS = f"{ROOT}/id/dataset/edu/AG%2F1"
OTHERS = "https://third.example/id/dataset/edu/AG%2F1"
ADOPTED = "https://publisher.example/d/7"
TURTLE = {"content-type": "text/turtle"}


def described(iri: str) -> str:
    return f'<{iri}> a dcat:Dataset ; dct:title "公园"@zh .\n'


CATALOG = (
    HEAD
    + described(THEIRS)
    + described(OTHERS)
    + described(f"{HOME}/id/dataset/edu/1")
    + described("HTTP://Atlas.Example:80/id/dataset/edu/2")
    + described("http://atlas.example:/id/%64ataset/edu/3")
    + described(ADOPTED)
    + f"<{ROOT}/id/dataset/x/7> foaf:primaryTopic <{ADOPTED}> ; "
    + f"dct:source <{HOME}/id/dataset/y/7> .\n"
)
"""Of those that have their home here, two are named in other spellings."""


def test_a_peer_without_a_stream_is_read_by_its_catalogue() -> None:
    def answer(asked: Asked) -> Answer:
        return (CATALOG, TURTLE) if asked.path == "/catalog.ttl" else 404

    harvested, client = platform("atlas", answer, f"{ROOT}/")
    walked = walk(harvested)
    # What has its home here is passed over, also under a publisher's own IRI.
    assert walked.names == ["edu/AG/1", OTHERS]
    assert f"<{THEIRS}> <{DCT.title}>" in walked.records["edu/AG/1"]
    assert [asked.path for asked in client.asked] == ["/ldes", "/catalog.ttl"]


def test_a_peer_with_a_stream() -> None:
    pages = {
        "/ldes": "".join(
            f"<{ROOT}/ldes> tree:member <{iri}#v1> . <{iri}#v1> dct:isVersionOf <{iri}> ; "
            f'a dcat:Dataset ; dct:title "公园"@zh ; dct:modified "2026-11-01T00:00:00Z" .\n'
            for iri in (THEIRS, f"{HOME}/id/dataset/edu/1")
        )
        + f"<{ROOT}/ldes> tree:relation [ tree:node <{ROOT}/ldes?page=2> ] .\n"
    }

    def answer(asked: Asked) -> Answer:
        second = "page=2" in asked.url
        return HEAD + ("" if second else pages[asked.path]), TURTLE

    harvested, client = platform("atlas", answer)
    walked = walk(harvested)
    assert (walked.names, walked.pages) == (["edu/AG/1"], 2)
    again = walk(harvested, walked.bookmark, known=walked.marks)
    assert again.records == {} and client.asked[-1].url == f"{ROOT}/ldes?page=2"
