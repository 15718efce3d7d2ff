"""Finds what a step of a case does, by its kind and its name."""

from __future__ import annotations

from collections.abc import Mapping

from catalog_service.accounts.service import Principal
from catalog_service.context import Service
from catalog_service.participation.application_steps import PREPARED
from catalog_service.participation.machine import StepKind
from catalog_service.participation.model import Case
from catalog_service.participation.transitions import Prepare, Transition, transition


def prepared(
    atlas: Service, principal: Principal, case: Case, kind: StepKind, details: Mapping[str, str]
) -> Transition:
    """Return what a step does; raises what stands in its way."""
    own: Mapping[str, Prepare] = (
        PREPARED if case.kind == "application" else atlas.case_steps.get(case.kind, {})
    )
    prepare = own.get(kind.name)
    if prepare is not None:
        return prepare(atlas, principal, case, details)
    return transition(atlas, principal, case, kind, details)
