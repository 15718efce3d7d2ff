"""What steps of results do beside leading on: what everybody reads comes, and goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa

from catalog_service.accounts.service import Principal
from catalog_service.context import Service
from catalog_service.participation.model import Case
from catalog_service.participation.service import Prepare, Transition, paper_as_json
from catalog_service.results.errors import NO_FORM, NO_PUBLIC_DATASET
from catalog_service.results.model import submitted_from
from catalog_service.results.stored import add_result, remove_result
from ontology.errors import AtlasError


def _show(
    atlas: Service, _principal: Principal, case: Case, details: Mapping[str, str]
) -> Transition:
    """Show it; raises ``result-without-form`` and ``result-without-dataset``."""
    kept = paper_as_json(atlas, case.number, "form")
    if kept is None:
        raise AtlasError(NO_FORM, name=case.name)
    form = submitted_from(kept)
    if not atlas.journal.public_among(form.datasets):
        raise AtlasError(NO_PUBLIC_DATASET, name=case.name)
    topic, day = details.get("topic", case.topic), atlas.clock.today()

    def write(connection: sa.Connection, before: Case) -> None:
        add_result(connection, before.number, before.name, form, topic, day)

    return Transition(details, changed={"title": form.title, "topic": topic}, write=write)


def _hide(
    _atlas: Service, _principal: Principal, _case: Case, details: Mapping[str, str]
) -> Transition:
    """Show it no longer: its title, which its maker wrote, goes with it."""

    def write(connection: sa.Connection, before: Case) -> None:
        remove_result(connection, before.number)

    return Transition(details, changed={"title": None}, write=write)


RESULT_STEPS: Final[Mapping[str, Prepare]] = {
    "show": _show,
    "take_down": _hide,
    "withdraw": _hide,
}
"""By the names of steps of `catalog_service.participation.kinds.result`."""
