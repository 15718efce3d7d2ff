"""A record: its identity, its canonical text, its hash."""

from __future__ import annotations

import dataclasses
import hashlib
import pickle
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology.errors import AtlasError
from ontology.ntriples import iri, literal, triple
from ontology.record import SOURCE_ID, Record, mint_iri
from ontology.terms import DCT

BASE = "https://atlas.example"
IRI = mint_iri(BASE, "shanghai", "AG9102015009")


def build(lines: list[str]) -> Record:
    return Record.from_lines(lines, iri=IRI, source="shanghai", remote_id="AG9102015009")


LINES = st.lists(
    st.builds(
        lambda p, text: triple(iri(IRI), iri(f"urn:{p}"), literal(text, lang="zh")),
        st.sampled_from(["a", "a1", "b", "例"]),
        st.text(st.characters(exclude_categories=("Cs",)), max_size=6),
    ),
    min_size=1,
)


@given(LINES, st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(lines: list[str], chance: object) -> None:
    shuffled = [*lines, lines[0]]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert build(shuffled) == build(lines)
    assert build(shuffled).hash == build(lines).hash


@given(LINES)
def test_the_text_is_what_rdfc_1_0_gives(lines: list[str]) -> None:
    record = build(lines)
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in record.triples())
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    expected = sorted(f"{q.subject} {q.predicate} {q.object} .\n" for q in dataset)
    assert record.nquads == "".join(expected)
    assert record.hash == hashlib.sha256("".join(expected).encode()).hexdigest()


@given(LINES)
def test_lines_and_triples_agree(lines: list[str]) -> None:
    record = build(lines)
    assert sorted(set(lines)) == sorted(record.lines)
    assert build(record.lines) == record
    assert [triple(str(t.subject), str(t.predicate), str(t.object)) for t in record.triples()] == (
        record.lines
    )


def test_a_line_that_begins_another_sorts_by_its_end() -> None:
    record = build(["<urn:a> <urn:p> <urn:b> .", "<urn:a> <urn:p> <urn:b>", "<urn:a> <urn:p> !"])
    assert record.lines == ["<urn:a> <urn:p> !", "<urn:a> <urn:p> <urn:b>", "<urn:a> <urn:p> <urn:b> ."]  # fmt: skip  # noqa: E501


def test_a_record_cannot_be_changed_and_travels_between_processes() -> None:
    record = build([triple(iri(IRI), iri(DCT.title), literal("公共厕所", lang="zh"))])
    with pytest.raises(dataclasses.FrozenInstanceError):
        record.nquads = ""  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(record)) == record
    assert record.focus == IRI


def test_no_lines_make_no_record() -> None:
    with pytest.raises(AtlasError) as caught:
        build([])
    assert caught.value.code == "empty-record"


@pytest.mark.parametrize("lines", [[""], ["<urn:a> <urn:p> <urn:b> .", ""]])
def test_an_empty_line_is_a_mistake_of_the_program(lines: list[str]) -> None:
    with pytest.raises(ValueError, match="empty line"):
        build(lines)


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1))
def test_any_remote_id_gives_one_legal_iri(remote_id: str) -> None:
    if remote_id in (".", ".."):
        return
    minted = mint_iri(BASE, "shanghai", remote_id)
    assert iri(minted)
    assert minted.count("/") == 6
    assert unquote(minted.rsplit("/", 1)[1]) == remote_id


@pytest.mark.parametrize("remote_id", ["", ".", "..", "a\ud800"])
def test_what_cannot_stand_in_a_path_is_no_remote_id(remote_id: str) -> None:
    with pytest.raises(AtlasError) as caught:
        mint_iri(BASE, "shanghai", remote_id)
    assert caught.value.code == "illegal-iri"
    caught.value.message("zh").encode()


def test_reserved_characters_of_a_remote_id_are_encoded() -> None:
    assert mint_iri(BASE, "sh", "a/b?c#d 例") == f"{BASE}/id/dataset/sh/a%2Fb%3Fc%23d%20%E4%BE%8B"


@pytest.mark.parametrize(
    ("source", "legal"),
    [
        ("shanghai", True),
        ("pudong-2", True),
        ("", False),
        ("-a", False),
        ("A", False),
        ("a/b", False),
    ],
)
def test_what_a_source_may_be_called(source: str, legal: bool) -> None:
    assert (SOURCE_ID.fullmatch(source) is not None) == legal


def test_terms_that_python_strings_would_shadow() -> None:
    assert DCT.title == DCT.term("title") == "http://purl.org/dc/terms/title"
    assert DCT.format == DCT.term("format") == "http://purl.org/dc/terms/format"
