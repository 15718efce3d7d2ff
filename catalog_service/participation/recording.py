"""What a step leaves behind: its row, its entry in the audit, and its notices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from catalog_service.acting import ASKER
from catalog_service.audit.service import Entry
from catalog_service.context import Service
from catalog_service.notices.service import tell_all
from catalog_service.participation.announcing import notices_of
from catalog_service.participation.errors import TEXT_NEEDED, UNKNOWN_CASE
from catalog_service.participation.machine import StepKind, named_step
from catalog_service.participation.model import Case, CaseStep
from catalog_service.participation.sealed_texts import demand_length
from catalog_service.participation.stored_cases import find_case, followers_of
from ontology.errors import AtlasError


def made_step(
    atlas: Service,
    number: int,
    case: int,
    step: str,
    state: str,
    actor: str,
    organization: str | None,
    details: Mapping[str, Any],
) -> CaseStep:
    """Return a step that is taken now."""
    return CaseStep(
        number,
        case,
        step,
        state,
        actor,
        atlas.clock.now(),
        atlas.clock.today(),
        organization,
        details,
    )


def text_of(kind: StepKind, text: str) -> str:
    """Return the text of a step; raises ``case-text-needed`` and ``case-text-too-long``."""
    found = demand_length(text)
    if kind.needs_text and not found:
        raise AtlasError(TEXT_NEEDED, step=named_step(kind))
    return found


def case_there(connection: sa.Connection, number: int) -> Case:
    """Return a case within a transaction; raises ``unknown-case``."""
    found = find_case(connection, number)
    if found is None:
        raise AtlasError(UNKNOWN_CASE, name=str(number))
    return found


def note_step(atlas: Service, connection: sa.Connection, case: Case, kind: StepKind) -> None:
    """Note a step; who brought a case up is named nowhere but in the case, where it is erased."""
    details = {"step": kind.name, **case.steps[-1].details}
    details.pop("title", None)
    entry = Entry("case.step", case.name, organization=case.organization, details=details)
    if kind.by == "asker":
        entry = replace(entry, actor=ASKER, network=None)
    atlas.audit.append(connection, entry)


def tell_of(
    atlas: Service,
    connection: sa.Connection,
    case: Case,
    own: str,
    may_follow: Sequence[str],
) -> None:
    """Tell of the last step of a case whom it concerns; ``own``: who took it."""
    followers = followers_of(connection, case.number)
    for told in notices_of(case, own, may_follow, followers):
        tell_all(atlas, connection, told.notice, told.persons)
