"""Values that were not understood: a property for each, and the reason asked anew."""

from __future__ import annotations

import pytest

from ontology.ontology import load_ontology
from ontology.terms import DCAT, DCT, RDFS, SHD
from ontology.unmapped_values import GIVEN_FOR, UNMAPPED, reason
from ontology.vocabulary import load_vocabulary
from shapes.rules import Rules


def test_each_property_is_defined_and_refers_to_the_one_it_stands_for() -> None:
    ontology = load_ontology()
    below = {t.iri for t in ontology.terms.values() if SHD.unmappedValue in t.parents}
    assert below == set(GIVEN_FOR)
    about = {
        t.subject.value: t.object.value  # type: ignore[union-attr]
        for t in ontology.triples()
        if t.predicate.value == RDFS.seeAlso
    }
    assert {iri: about[iri] for iri in below} == GIVEN_FOR


def test_the_rule_reports_each_property() -> None:
    text = "\n".join(map(str, Rules.load().get("V-unknown").triples))
    assert [iri for iri in (*GIVEN_FOR, SHD.unmappedValue) if f"<{iri}>" not in text] == []


def test_names_follow_the_property() -> None:
    assert UNMAPPED[DCT.accessRights] == SHD.unmappedAccessRights
    assert UNMAPPED[DCAT.theme] == SHD.unmappedTheme
    assert UNMAPPED[SHD.rowCount] == SHD.unmappedRowCount


@pytest.mark.parametrize(
    ("prop", "text", "why"),
    [
        (DCT.accessRights, "无条件共享", "other-scheme"),
        (DCT.accessRights, "1", "bare-code"),
        (DCT.accrualPeriodicity, "牲畜饲养", "not-in-scheme"),
        (DCAT.theme, "从未见过的领域", "unexplained"),
        (DCAT.theme, "教育科技", None),
        (DCT.issued, "长期有效", "not-a-date"),
        (DCT.temporal, "很久", "not-a-period"),
        (SHD.rowCount, "很多", "not-a-number"),
        (SHD.highQuality, "也许", "not-a-truth-value"),
        (DCT.title, "名称", None),
    ],
)
def test_why_a_text_was_not_understood(prop: str, text: str, why: str | None) -> None:
    assert reason(load_vocabulary(), prop, text) == why
