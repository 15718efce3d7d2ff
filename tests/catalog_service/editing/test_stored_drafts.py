"""What is kept of a draft's versions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog_service.accounts.service import OPERATOR
from catalog_service.editing import service, stored_drafts
from catalog_service.editing.stored_drafts import StoredDrafts
from tests.catalog_service.editing.conftest import TRANSPORT
from tests.fixtures.web import House


def test_who_wrote_long_ago_still_counts_as_a_writer(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_drafts, "VERSIONS_KEPT", 3)
    draft = service.begin(house.atlas, OPERATOR, TRANSPORT)
    with house.atlas.journal.writing_tables() as connection:
        store = StoredDrafts(connection, house.settings.base_iri)
        for version in range(2, 11):
            # As somebody else saves once or twice, and the author then types on.
            actor = "person:other" if version < 4 else draft.author
            draft = replace(draft, version=version, changed_by=actor)
            store.write(draft)
        assert store.writers(draft.id) == {OPERATOR.actor, "person:other"}
        kept = [v for v in range(1, 11) if store.version(draft, v) is not None]
    assert kept == [3, 8, 9, 10]
