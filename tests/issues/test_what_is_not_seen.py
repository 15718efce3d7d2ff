"""Characters that nobody sees: each of them is treated as the others, wherever it stands."""

from __future__ import annotations

import json

import pytest

from catalog_service.csv_cells import quote_formulas
from harvesters.readers.portal_records import PortalMapper
from ontology.errors import FilePosition
from ontology.texts import BIDI, USELESS
from ontology.vocabulary import load_vocabulary


def mapped(**given: str) -> str:
    mapper = PortalMapper(load_vocabulary(), base_iri="http://atlas.test", source="s")
    payload = json.dumps({"id": "1", **given}, ensure_ascii=False).encode()
    return mapper.incoming(payload, FilePosition("portal.jsonl", 1)).make().record.nquads


@pytest.mark.parametrize("unseen", USELESS)
def test_each_useless_character_goes_from_titles_and_descriptions(unseen: str) -> None:
    found = mapped(title=f"停{unseen}车场", description=f"全市{unseen}停车场")
    assert '"停车场"@zh' in found
    assert '"全市停车场"@zh' in found


@pytest.mark.parametrize("unseen", ["\u200b", "\u2028", "\u00ad", "\U0001d173", "\U000e0001", "　"])
def test_no_unseen_character_hides_a_formula(unseen: str) -> None:
    assert quote_formulas(f"{unseen}=1+1").startswith("'")


def test_marks_of_direction_are_listed_one_by_one() -> None:
    """`USELESS` is a class of single characters, so that the parameters above are all of them."""
    assert "-" not in USELESS
    assert not set(USELESS) & set(BIDI)
