"""docs/json.md is what the mapping says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from catalog_service.sources.names_page import page
from harvesters.mapping.mapping_files import label_mapping
from harvesters.protocols import Unreadable
from harvesters.readers.formats import read_bytes
from harvesters.readers.unknown_fields import known_names, names_like
from ontology.terms import DCAT, DCT, SHD
from ontology.vocabulary import load_vocabulary

PAGE = Path(__file__).resolve().parents[2] / "docs" / "json.md"


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text("utf-8") == page()


def test_every_name_is_on_it() -> None:
    text = PAGE.read_text("utf-8")
    assert [name for name in known_names() if f"`{name}`" not in text] == []


EXAMPLES = re.findall(r"^```json\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_says_what_it_seems_to_say(example: str) -> None:
    own = json.loads(example)
    identified = any(label in own for label in label_mapping("portal").identity)
    given = own if identified else {"id": "1", **own}
    assert given.keys() - set(known_names()) == set()
    (item,) = read_bytes(
        json.dumps(given, ensure_ascii=False).encode(),
        name="example.jsonl",
        source="docs",
        base_iri="http://a.example",
        vocabulary=load_vocabulary(),
        format="portal-jsonl",
    )
    assert not isinstance(item, Unreadable)
    mapped = item.make()
    assert (mapped.warnings, mapped.removed) == ((), ())
    text = mapped.record.nquads
    assert SHD.unmapped not in text
    assert all(f"<{p}>" in text for p in (DCT.title, DCT.publisher, DCT.accessRights))
    for names, term in (
        (("columns", "数据项"), SHD.dataItem),
        (("files", "数据格式"), DCAT.distribution),
        (("api",), DCAT.endpointURL),
    ):
        assert (f"<{term}>" in text) == any(name in given for name in names)


def test_names_that_are_nearly_right_lead_to_the_right_one() -> None:
    for wrong, right in (
        ("titel", "title"),
        ("updateFrequency", "update_frequency"),
        ("open-type", "open_type"),
        ("数据集名", "数据集名称"),
        ("keyword", "keywords"),
    ):
        assert right in names_like(wrong), (wrong, names_like(wrong))
    assert names_like("zzzzzz")[0] == "title"
