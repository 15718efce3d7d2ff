"""`ontology.ntriples` writes exactly what the store's own serialiser writes."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology.errors import AtlasError
from ontology.ntriples import escape, iri, literal, triple
from ontology.terms import XSD

TEXT = st.text(st.characters(exclude_categories=("Cs",)))
TAGS = st.sampled_from(["zh", "zh-CN", "zh-Hant-TW", "EN", "en-GB", "x-shd"])
NEAR_IRIS = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["http://", "https://a.example/", "urn:", "mailto:", "", "HTTP://例.cn/"]),
        st.text(
            st.sampled_from("aZ0:/?#[]@!$&'()*+,;=%2f例é\u3000 <>\"{}|\\^`\x00\x7f\ue000\ufffe")
        ),
    ),
)


def parsed(line: str) -> ox.Triple:
    (quad,) = ox.parse(line, format=ox.RdfFormat.N_TRIPLES)
    return quad.triple


@given(TEXT)
def test_a_plain_literal_is_written_as_the_store_writes_it(text: str) -> None:
    assert literal(text) == str(ox.Literal(text))


@given(TEXT, TAGS)
def test_a_tagged_literal_is_written_as_the_store_writes_it(text: str, tag: str) -> None:
    assert literal(text, lang=tag) == str(ox.Literal(text, language=tag))


@given(TEXT, st.sampled_from([XSD.date, XSD.string, XSD.integer, "http://例.cn/型"]))
def test_a_typed_literal_is_written_as_the_store_writes_it(text: str, datatype: str) -> None:
    expected = str(ox.Literal(text, datatype=ox.NamedNode(datatype)))
    assert literal(text, datatype=datatype) == expected


@given(TEXT)
def test_a_literal_is_read_back_as_it_was(text: str) -> None:
    line = triple(iri("urn:s"), iri("urn:p"), literal(text, lang="zh"))
    assert "\n" not in line
    assert "\r" not in line
    assert parsed(line).object == ox.Literal(text, language="zh")


@given(st.text(st.characters(), min_size=1))
def test_lone_surrogates_become_the_replacement_character(text: str) -> None:
    escape(text).encode()  # raises where one is left


def test_a_lone_surrogate_keeps_its_neighbours() -> None:
    assert literal("前\ud800后") == '"前\ufffd后"'


@given(NEAR_IRIS)
def test_an_iri_passes_exactly_where_the_parser_takes_it(value: str) -> None:
    try:
        written = iri(value)
    except AtlasError as error:
        assert error.code == "illegal-iri"
        error.message("zh").encode()
        with pytest.raises(SyntaxError):
            list(ox.parse(f"<urn:s> <urn:p> <{value}> .", format=ox.RdfFormat.N_TRIPLES))
        return
    assert parsed(f"<urn:s> <urn:p> {written} .").object == ox.NamedNode(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "dataset/1",
        "//host/path",
        "http://example.org/trailing ",
        " http://example.org/",
        "http://example.org/a b",
        "http://example.org/<x>",
        "http://example.org/%zz",
        "http://[::1/",
        "http://example.org/\ud800",
        "http://example.org/a\nb",
    ],
)
def test_an_illegal_iri_is_a_typed_error(value: str) -> None:
    with pytest.raises(AtlasError) as caught:
        iri(value)
    assert caught.value.code == "illegal-iri"
    caught.value.message("en").encode()


@pytest.mark.parametrize(
    "value", ["http://例子.中国/数据集/一", "HTTP://EXAMPLE.org/%7Ea/../b", "urn:x:y"]
)
def test_a_legal_iri_is_not_normalised(value: str) -> None:
    assert iri(value) == f"<{value}>"


@pytest.mark.parametrize("tag", ["", "zh_CN", "中文", "zh-", "toolongtag1", "en us", "\ud800"])
def test_an_illegal_language_tag_is_a_typed_error(tag: str) -> None:
    with pytest.raises(AtlasError) as caught:
        literal("x", lang=tag)
    assert caught.value.code == "illegal-language-tag"
    caught.value.message("zh").encode()


def test_language_tags_differ_in_case_only_on_paper() -> None:
    assert literal("a", lang="zh-Hant") == literal("a", lang="ZH-hANT") == '"a"@zh-hant'


def test_an_illegal_datatype_is_a_typed_error() -> None:
    with pytest.raises(AtlasError):
        literal("1", datatype="not an iri")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('\t\b\n\r\f"\\', r'"\t\b\n\r\f\"\\"'),
        ("\x00\x07\x0b\x1f\x7f", r'"\u0000\u0007\u000B\u001F\u007F"'),
        ("\x80\x9f\u2028\U0001f600'/", '"\x80\x9f\u2028\U0001f600\'/"'),
        ("\ufffd\ufffe\uffff", '"\ufffd\\uFFFE\\uFFFF"'),
    ],
)
def test_escapes_of_the_canonical_form(text: str, expected: str) -> None:
    assert literal(text) == expected
