"""No term of a record is over the limit of a text: not a predicate, nor a datatype."""

from __future__ import annotations

import pytest

from catalog_service.catalog.admission import check_record
from ontology.errors import TEXT_TOO_LONG, AtlasError
from ontology.limits import MAX_TEXT
from ontology.record import Record, mint_iri
from ontology.terms import DCT

BASE = "http://atlas.test"
IRI = mint_iri(BASE, "s", "1")
LONG = "http://e.example/" + "a" * MAX_TEXT


@pytest.mark.parametrize(
    "line",
    [
        f'<{IRI}> <{LONG}> "桥" .',
        f'<{IRI}> <{DCT.title}> "桥"^^<{LONG}> .',
        f"<{IRI}> <{DCT.relation}> <{LONG}> .",
        f'<{IRI}#{"a" * MAX_TEXT}> <{DCT.title}> "桥" .',
        f'<{IRI}> <{DCT.title}> "{"桥" * MAX_TEXT}"@zh .',
    ],
)
def test_a_term_over_the_limit_is_refused_in_few_words(line: str) -> None:
    record = Record.from_lines([line], iri=IRI, source="s", remote_id="1")
    with pytest.raises(AtlasError) as caught:
        check_record(record, base_iri=BASE, source="s", remote_id="1")
    assert caught.value.kind is TEXT_TOO_LONG
    assert len(str(caught.value)) < 2_000


def test_a_text_of_just_the_limit_is_taken() -> None:
    lines = [f'<{IRI}> <{DCT.title}> "{"a" * MAX_TEXT}"@zh .']
    record = Record.from_lines(lines, iri=IRI, source="s", remote_id="1")
    assert check_record(record, base_iri=BASE, source="s", remote_id="1") > MAX_TEXT
