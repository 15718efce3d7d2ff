"""What of the vocabularies waits for somebody: decisions to release."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from catalog_service.accounts.service import Action, Principal, sources_of
from catalog_service.context import Service
from catalog_service.vocabulary_work.concept_work import concepts_of
from catalog_service.vocabulary_work.concept_work import may_release as may_release_concept
from catalog_service.vocabulary_work.hierarchy import may_release as may_release_link
from catalog_service.vocabulary_work.service import decisions_for, may_release
from catalog_service.waiting import WaitingItem, WaitingKind
from translations import N_


def _to_release(atlas: Service, principal: Principal) -> Iterator[WaitingItem]:
    sources = sources_of(atlas.journal, principal, Action.VALUE_MAP)
    if sources is not None and not sources:
        return
    for one in decisions_for(atlas, principal, waiting=True):
        if may_release(principal, one):
            path = f"/workbench/vocabulary/decisions/{one.number}"
            yield WaitingItem(one.text, path, since=one.proposed)


def _links_to_release(atlas: Service, principal: Principal) -> Iterator[WaitingItem]:
    if not may_release_link(principal):
        return
    names = atlas.accounts.hierarchy.names
    for one in atlas.accounts.links.all("proposed"):
        if may_release_link(principal, one):
            told = f"{names(one.organization)['zh']} → {names(one.other)['zh']}"
            path = "/workbench/vocabulary/organizations"
            yield WaitingItem(told, path, since=one.proposed)


def _concepts_to_release(atlas: Service, principal: Principal) -> Iterator[WaitingItem]:
    if not may_release_concept(principal):
        return
    for one in concepts_of(atlas).some("proposed"):
        if may_release_concept(principal, one):
            path = f"/workbench/vocabulary/concepts/{one.number}"
            yield WaitingItem(one.change.zh, path, since=one.proposed.time)


WAITING: Final = (
    WaitingKind(
        "value",
        N_("Meanings of values to release"),
        N_("Look at what it changes, and release or refuse it."),
        _to_release,
    ),
    WaitingKind(
        "organization-link",
        N_("Links between organizations to release"),
        N_("They give rights: look whether they are so, and release or refuse them."),
        _links_to_release,
    ),
    WaitingKind(
        "concept",
        N_("Concepts and names to release"),
        N_("Look whether they are so and not there under another name; release or refuse them."),
        _concepts_to_release,
    ),
)
