"""RDF files made to break a reader: over-long tokens, deep nesting, control characters."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ontology.errors import AtlasError
from ontology.limits import MIB
from tests.harvesters.conftest import Result

Read = Callable[..., Result]
PREFIXES = (
    "@prefix dcat: <http://www.w3.org/ns/dcat#> .\n@prefix dct: <http://purl.org/dc/terms/> .\n"
)
DATASET = '<http://p/d> a dcat:Dataset ; dct:title "t" .\n'


@pytest.mark.parametrize(
    ("name", "head"), [("a.ttl", PREFIXES + DATASET), ("a.trig", PREFIXES + DATASET)]
)
def test_a_token_over_the_parsers_buffer_is_a_fault(read: Read, name: str, head: str) -> None:
    long = '<http://p/d> dct:description "' + "x" * (17 * MIB) + '" .\n'
    result = read(head + long, name)
    assert result.codes == ["record-too-long"]
    # Without its description the dataset would be half of itself.
    assert result.mapped == []
    other = DATASET.replace("http://p/d", "http://p/e")
    assert [m.record.remote_id for m in read(head + other + long, name).mapped] == ["e"]


def test_control_characters_are_taken_out(read: Read) -> None:
    turtle = '<http://p/d> dct:description "a\\u0001b\\u000Cc\\uFFFEd"@zh .'
    result = read(PREFIXES + DATASET + turtle, "a.ttl")
    assert '"abcd"@zh' in result.text
    assert [w.code for w in result.mapped[0].warnings] == ["control-characters"]
    made = read('{"id":"1","title":"a\\u0001b\\uffff","description":"x\\u0007y"}', "a.jsonl")
    assert '"ab"@zh' in made.text
    assert '"xy"@zh' in made.text


def test_a_triple_term_is_told_of(read: Read) -> None:
    turtle = "<http://p/d> dct:relation <<( <http://p/a> <http://p/b> <http://p/c> )>> ."
    result = read(PREFIXES + DATASET + turtle, "a.ttl")
    assert [w.code for w in result.mapped[0].warnings] == ["triple-term-dropped"]


def test_deep_nesting_is_refused_before_parsing(read: Read) -> None:
    deep = "<http://p/d> dct:relation " + "[ dct:relation\n" * 15_000 + "1" + "]" * 15_000 + " ."
    opened = "<r>" * 100_000 + "</r>" * 100_000
    for name, content in (("a.ttl", PREFIXES + DATASET + deep), ("a.rdf", opened)):
        with pytest.raises(AtlasError) as caught:
            read(content, name)
        assert caught.value.code == "nested-too-deep"
        assert caught.value.place is not None
        assert caught.value.place.line


@pytest.mark.parametrize("name", ["a.nt", "a.nq"])
def test_a_line_of_nested_triple_terms_is_left_out_before_parsing(read: Read, name: str) -> None:
    kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset> ."
    title = '<http://purl.org/dc/terms/title> "t" .'
    deep = "<http://p/d> <a:p> " + "<<( <a:s> <a:p> " * 20_000 + "<a:o>" + " )>>" * 20_000 + " ."
    lines = [f"<http://p/{node}> {rest}" for node in "de" for rest in (kind, title)]
    result = read("\n".join([*lines[:2], deep, *lines[2:], ""]), name)
    assert result.codes == ["nested-too-deep"]
    # What the line said of its dataset is unknown; the other one is read.
    assert [m.record.remote_id for m in result.mapped] == ["e"]


def test_brackets_in_texts_and_comments_do_not_nest(read: Read) -> None:
    many = "[(" * 300
    turtle = (
        f'# {many}\n<http://p/d> dct:description "{many}", """{many}\\"{many}""" ; '
        + ", ".join(["dct:relation [ dct:title 'x' ]"] * 1)
        + f" ; dct:source <http://p/{'(' * 300}> .\n"
    )
    assert len(read(PREFIXES + DATASET + turtle, "a.ttl").mapped) == 1
