"""A record that cannot be mapped and says 非开放 is told apart from one that merely cannot."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from harvesters.errors import NO_TITLE
from harvesters.protocols import ClosedItemError, Incoming
from harvesters.readers.formats import read_bytes
from ontology.errors import RECORD_TOO_LARGE, AtlasError
from ontology.vocabulary import load_vocabulary
from tests.harvesters.conftest import BASE


def _refusal(content: bytes, name: str) -> AtlasError:
    reader = read_bytes(
        content, name=name, source="city", base_iri=BASE, vocabulary=load_vocabulary()
    )
    (item,) = [i for i in reader if isinstance(i, Incoming)]
    with pytest.raises(AtlasError) as caught:
        item.make()
    return caught.value


@pytest.mark.parametrize(
    ("said", "closes"),
    [
        ({"开放属性": "非开放"}, True),
        ({"raw": {"开放类型": "不予开放"}}, True),
        ({"开放属性": "非开放（涉密）"}, True),
        ({"开放属性": "无条件开放"}, False),
        ({"摘要": "非开放数据的说明"}, False),
    ],
)
def test_a_portal_record_without_title(said: Mapping[str, object], closes: bool) -> None:
    error = _refusal(json.dumps({"id": "1", **said}).encode(), "one.jsonl")
    assert error.kind is NO_TITLE
    assert isinstance(error, ClosedItemError) is closes


@pytest.mark.parametrize(("right", "closes"), [("NON_PUBLIC", True), ("PUBLIC", False)])
def test_a_dataset_that_is_too_large(
    monkeypatch: pytest.MonkeyPatch, right: str, closes: bool
) -> None:
    monkeypatch.setattr("ontology.canonical.MAX_TRIPLES", 2)
    turtle = f"""@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
<http://e.example/1> a dcat:Dataset ; dct:title "t" ; dct:identifier "1" ;
  dct:accessRights <http://publications.europa.eu/resource/authority/access-right/{right}> ."""
    error = _refusal(turtle.encode(), "one.ttl")
    assert error.kind is RECORD_TOO_LARGE
    assert isinstance(error, ClosedItemError) is closes
