"""Which engine a server is, and how decimals are written for it."""

from __future__ import annotations

import pytest

from catalog_service.graph.server import Engine, engine_of
from ontology.terms import XSD

FUSEKI = Engine("fuseki")


@pytest.mark.parametrize(
    ("headers", "kind", "name"),
    [
        ({"server": "Oxigraph/0.5.13"}, "oxigraph", "Oxigraph 0.5.13"),
        ({"fuseki-request-id": "7"}, "fuseki", "Apache Jena Fuseki"),
        ({"server": "nginx"}, "other", ""),
    ],
)
def test_the_header_fields_tell_the_engine(headers: dict[str, str], kind: str, name: str) -> None:
    engine = engine_of(headers)
    assert (engine.kind, engine.name) == (kind, name)


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("1", "1.0"),
        ("+01", "1.0"),
        ("5.", "5.0"),
        (".50", "0.5"),
        ("-0.0", "0.0"),
        ("-12.340", "-12.34"),
        ("100", "100.0"),
        (".", "."),
        ("", ""),
        ("1e3", "1e3"),
    ],
)
def test_decimals_are_written_in_their_canonical_form(given: str, written: str) -> None:
    line = f'<a:s> <a:p> "{given}"^^<{XSD.decimal}> .'
    assert FUSEKI.spelled(line) == line.replace(f'"{given}"', f'"{written}"')
    assert Engine("oxigraph", "0.5.13").spelled(line) == line


@pytest.mark.parametrize(
    "term",
    [f'"1"^^<{XSD.integer}>', f'"said \\"1"^^<{XSD.decimal}>', f'"\\"1\\"^^<{XSD.decimal}>"'],
)
def test_other_terms_stay_as_they_are(term: str) -> None:
    assert FUSEKI.spelled(f"<a:s> <a:p> {term} .") == f"<a:s> <a:p> {term} ."
