"""The mappings as data: every name in them means something."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harvesters.mapping.mapping_files import (
    label_mapping,
    mapping_digest,
    mappings_digest,
    read_toml,
    targets,
)
from ontology.errors import AtlasError
from ontology.terms import DCT, PREFIXES
from ontology.unmapped_values import UNMAPPED
from ontology.vocabulary import Vocabulary

PROFILE = Path(__file__).resolve().parents[3] / "ontology" / "profile.md"


def test_every_property_stands_in_the_profile(vocabulary: Vocabulary) -> None:
    profile = PROFILE.read_text("utf-8")
    schemes = set(vocabulary.schemes())
    for target in targets().values():
        for iri in (target.property, *(prop for _, prop in target.schemes)):
            prefix = next((p for p, ns in PREFIXES.items() if iri and iri.startswith(ns)), None)
            if iri:
                assert prefix is not None
                assert f"`{prefix}:{iri.removeprefix(PREFIXES[prefix])}" in profile, iri
        assert {scheme for scheme, _ in target.schemes} <= schemes


def test_whatever_a_mapping_does_not_understand_has_a_property_that_keeps_it() -> None:
    judged = {"concept", "concepts", "frequency", "date", "count", "decimal", "boolean"}
    judged |= {"dataset", "datasets"}
    kept = {t.property for t in targets().values() if t.kind in judged}
    kept |= {prop for t in targets().values() for _, prop in t.schemes}
    # The makers of periods and distributions name these themselves.
    assert kept | {DCT.temporal, DCT.format} == set(UNMAPPED)


def test_open_list_labels_mean_known_targets() -> None:
    data = read_toml("open_list.toml")
    known = set(targets())
    assert set(data["synonyms"]) <= known
    for header in data["header"]:
        assert set(header["labels"]) <= known
        used = {label for labels in header["labels"].values() for label in labels}
        assert used | set(header["identity"]) <= set(header["columns"])


def test_no_label_means_two_targets_by_accident() -> None:
    labels = label_mapping("portal").labels
    seen: dict[str, list[str]] = {}
    for target, names in labels.items():
        for name in names:
            seen.setdefault(name, []).append(target)
    assert {name: found for name, found in seen.items() if len(found) > 1} == {}
    assert not set(seen) & set(label_mapping("portal").either)


def test_a_missing_mapping_is_a_typed_error() -> None:
    with pytest.raises(AtlasError) as caught:
        read_toml("nothing.toml")
    assert caught.value.code == "bad-mapping"


def test_the_digest_depends_on_every_part() -> None:
    assert len(mappings_digest()) == 32
    assert mapping_digest("a", "b") != mapping_digest("a", "c")
    assert re.fullmatch(rb".{32}", mapping_digest("a"), re.DOTALL)
