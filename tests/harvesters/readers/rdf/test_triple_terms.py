"""What RDF 1.2 lets a file say about statements: no form of it carries a value past the rules."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.harvesters.conftest import Result

Read = Callable[..., Result]
MOBILE = "13800138000"
PREFIXES = (
    "@prefix dcat: <http://www.w3.org/ns/dcat#> .\n@prefix dct: <http://purl.org/dc/terms/> .\n"
)
DATASET = '<http://p/d> a dcat:Dataset ; dct:title "t" .\n'
LINES = (
    "<http://p/d> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
    "<http://www.w3.org/ns/dcat#Dataset> .\n"
    f'<http://p/d> <http://purl.org/dc/terms/relation> <<( <http://p/a> <http://p/b> "{MOBILE}" )>>'
)
TERM = f'<<( <http://p/a> dct:title "{MOBILE}" )>>'
NESTED = f"<<( <http://p/a> dct:title {TERM} )>>"
FORMS = {
    "term.ttl": f"{PREFIXES}{DATASET}<http://p/d> dct:relation {TERM} .",
    "nested.ttl": f"{PREFIXES}{DATASET}<http://p/d> dct:relation {NESTED} .",
    "reified.ttl": f'{PREFIXES}{DATASET}<< <http://p/d> dct:title "{MOBILE}" >> dct:source "x" .',
    "object.ttl": f'{PREFIXES}{DATASET}<http://p/d> dct:source << <http://p/d> a "{MOBILE}" >> .',
    "noted.ttl": f'{PREFIXES}{DATASET}<http://p/d> dct:type "x" ~ <http://p/d> '
    f'{{| dct:source "{MOBILE}" |}} .',
    "term.trig": f"{PREFIXES}{{ {DATASET}<http://p/d> dct:relation {TERM} . }}",
    "term.nt": f"{LINES} .\n",
    "term.nq": f"{LINES} <http://p/g> .\n",
    "term.rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:dct="http://purl.org/dc/terms/" xmlns:dcat="http://www.w3.org/ns/dcat#" '
    'rdf:version="1.2"><dcat:Dataset rdf:about="http://p/d"><dct:relation rdf:parseType="Triple">'
    f'<rdf:Description rdf:about="http://p/a"><dct:title>{MOBILE}</dct:title></rdf:Description>'
    "</dct:relation></dcat:Dataset></rdf:RDF>",
}


@pytest.mark.parametrize("name", FORMS)
def test_no_triple_term_gets_into_a_record(read: Read, name: str) -> None:
    result = read(FORMS[name], name)
    (mapped,) = result.mapped
    assert "<<" not in mapped.record.nquads
    assert MOBILE not in mapped.record.nquads
    # What stands in the dataset's own statements is told of.
    told = [warning.code for warning in mapped.warnings]
    silent = name in {"reified.ttl", "object.ttl"}
    assert told == ([] if silent else ["triple-term-dropped"])
