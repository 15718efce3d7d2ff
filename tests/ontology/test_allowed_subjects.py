"""The quick count and the slow look agree on what a record may speak of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology.allowed_subjects import foreign_subject, genid_prefix, may_describe
from ontology.terms import DCAT, DCT, RULE, SHD, VOCAB

BASE = "https://data.example"
OWN = f"{BASE}/id/dataset/city/a"
SUBJECTS = [
    OWN, f"{OWN}#x", f"{OWN}2", f"{OWN}/b", f"{BASE}/id/dataset/other/1", f"{BASE}/id/place/1",
    f"{BASE}/id/organization/city/1", f"{BASE}/id/organization/city2/1", "http://p/d",
    f"{genid_prefix(BASE, OWN)}ab", f"{genid_prefix(BASE, OWN + '2')}ab", f"{VOCAB}place/1",
    f"{SHD}openScope", f"{RULE}R01", "https://w3id.org/shdata-other/x",
    f"{DCAT}Dataset", f"{DCT}", "http://www.w3.org/ns/dcat", "http://purl.org/dc/other",
]  # fmt: skip


@given(st.lists(st.sampled_from(SUBJECTS), min_size=1, max_size=6))
def test_counting_and_reading_agree(subjects: list[str]) -> None:
    lines = sorted(f'<{s}> <http://p/p> "\\n<{BASE}/id/dataset/x> ." .\n' for s in set(subjects))
    found = foreign_subject("".join(lines), base=BASE, source="city", record_iri=OWN)
    foreign = {s for s in subjects if not may_describe(s, base=BASE, source="city", record_iri=OWN)}
    assert (found in foreign) if foreign else (found is None)


@pytest.mark.parametrize("subject", [OWN, f"{OWN}#x", "http://p/d", SUBJECTS[9]])
def test_its_own(subject: str) -> None:
    assert may_describe(subject, base=BASE, source="city", record_iri=OWN)


@pytest.mark.parametrize(
    "subject", [f"{DCAT}Dataset", str(DCT), f"{DCT}title", "http://www.w3.org/ns/dcat", f"{VOCAB}x"]
)
def test_what_terms_mean_is_not_for_records_to_say(subject: str) -> None:
    assert not may_describe(subject, base=BASE, source="city", record_iri=OWN)
    lines = f'<{OWN}> <http://p/p> "a" .\n<{subject}> <http://p/p> "b" .\n'
    assert foreign_subject(lines, base=BASE, source="city", record_iri=OWN) == subject
