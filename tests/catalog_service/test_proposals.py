"""Proposals: what must hold is checked in the transaction that writes, and lists are paged."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from catalog_service.accounts.service import OPERATOR, organization_named
from catalog_service.atlas import Atlas
from catalog_service.settings import Settings
from catalog_service.vocabulary_work import concept_work, hierarchy, released
from catalog_service.vocabulary_work.proposed_concepts import NameFields, change_of
from ontology.concepts import Known
from ontology.errors import AtlasError


def test_two_releases_at_once_make_no_circle(tmp_path: Path) -> None:
    with Atlas(Settings(home=tmp_path)) as one, Atlas(Settings(home=tmp_path)) as other:
        links = one.accounts.links
        health, audit = (organization_named(one.vocabulary, name) for name in ("health", "audit"))
        # Proposed by somebody else than the operator, who releases both.
        for pair in ((health, audit), (audit, health)):
            links.propose(
                "below", *pair, None, reason="x", actor="account:x", check=lambda *_: None
            )

        def release(atlas: Atlas, number: int) -> str:
            try:
                return hierarchy.release(atlas, OPERATOR, number, "y").state
            except AtlasError as error:
                return error.code

        with ThreadPoolExecutor(2) as threads:
            told = list(threads.map(release, (one, other), (1, 2)))
        assert sorted(told) == ["organization-circle", "released"]


def test_links_are_paged_and_steps_stay_with_theirs(tmp_path: Path) -> None:
    with Atlas(Settings(home=tmp_path)) as atlas:
        links = atlas.accounts.links
        for number in range(5):
            links.propose(
                "below",
                f"urn:{number}",
                "urn:x",
                None,
                reason="r",
                actor="a",
                check=lambda *_: None,
            )
        links.move(2, "refused", actor="b", reason="no")
        assert links.count() == 5 and links.count("refused") == 1
        assert [one.number for one in links.all(offset=1, limit=2)] == [4, 3]
        (refused,) = links.all("refused")
        assert (refused.number, refused.proposed_by, refused.settled_by) == (2, "a", "b")
        with pytest.raises(AtlasError) as wrong:
            links.move(2, "released", actor="b", reason="y")
        assert wrong.value.code == "organization-link-not-in-state"
        with pytest.raises(AtlasError) as unknown:
            links.move(9, "refused", actor="b", reason="y")
        assert unknown.value.code == "unknown-organization-link"


def test_what_one_process_releases_another_uses_with_either_database(
    journal_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(released, "LOOK_EVERY", 0.0)
    given = Settings(home=tmp_path, database_url=journal_url)
    with Atlas(given) as one, Atlas(given) as other:
        names = NameFields("上海市天书研究院", "Tome Institute", "", "", "", "", None, "", None)
        change = change_of(one, "new", "organization", "tome", names)
        made = concept_work.concepts_of(one).propose(
            change, actor="account:x", reason="x", check=lambda *_: None
        )
        assert other.vocabulary.concept(change.concept) is None
        concept_work.release(one, OPERATOR, made.number, "y")
        assert other.vocabulary.concept(change.concept) is not None
        known = other.vocabulary_for("any").organization("市天书研究院")
        assert isinstance(known, Known) and known.concept.iri == change.concept
        concept_work.undo(other, OPERATOR, made.number, "z", uses=())
        assert one.vocabulary.concept(change.concept) is None
        assert [step.step for step in one.released_vocabulary.history("organization")] == [
            "released",
            "undone",
        ]
