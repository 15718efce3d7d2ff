"""RDF files made to break a reader: over-long tokens, deep nesting, control characters."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harvesters.limits import MIB
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
    assert result.codes == ["token-too-long"]
    assert len(result.mapped) == 1
