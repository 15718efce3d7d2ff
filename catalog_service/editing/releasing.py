"""The way of a draft into the catalogue: submitted, released or returned, through the one door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from catalog_service.accounts.service import Action as Right
from catalog_service.accounts.service import Principal, Why, still
from catalog_service.context import Service
from catalog_service.editing.checking import check, incoming
from catalog_service.editing.desks import open_desk
from catalog_service.editing.draft_locks import alone_with, demand_unchanged
from catalog_service.editing.errors import (
    DATASET_CHANGED,
    DRAFT_CHANGED,
    DRAFT_STATE,
    DRAFT_VIOLATES,
    OTHERS_RELEASE,
)
from catalog_service.editing.four_eyes import four_eyes, rights_to_release
from catalog_service.editing.merging import merge
from catalog_service.editing.model import Action, Draft, DraftEvent, Saved, State
from catalog_service.editing.service import newest, published, title_of, told, writers
from catalog_service.editing.stored_drafts import StoredDrafts
from catalog_service.errors import PRECONDITION_FAILED
from catalog_service.notices.service import Notice, tell_all
from catalog_service.state_names import named_draft_state
from harvesters.protocols import Outcome, Precondition, Submission
from ontology.errors import AtlasError

_TOLD: Final[Mapping[Action, str]] = {
    "submitted": "dataset.submit",
    "taken-back": "dataset.edit",
    "returned": "dataset.return",
    "released": "dataset.release",
    "discarded": "dataset.discard",
}
"""What the audit calls it."""

_NOTICES: Final[Mapping[Action, str]] = {
    "submitted": "draft.submitted",
    "returned": "draft.returned",
    "released": "draft.released",
}
"""What notices call what is told of."""

_PERSON: Final = "person:"


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of a draft that was submitted or released.

    ``outcome``: what the one door answered; None where it waits for somebody else to release it.
    """

    state: State
    outcome: Outcome | None = None
    why: Why | None = None


def submit(
    atlas: Service, principal: Principal, draft: Draft, *, version: int, reason: str = ""
) -> Submitted:
    """Submit a draft: into the catalogue, or to a reviewer where four eyes are demanded.

    Raises ``right-missing``, ``draft-state``, ``draft-changed``, ``draft-violates`` and what the
    one door refuses.
    """
    principal.require(Right.DATASET_SUBMIT, draft.organization)
    _demand(draft, ("editing", "returned"), version)
    _demand_conforming(atlas, draft)
    why = four_eyes(atlas, draft, published(atlas, draft))
    if why is not None:
        _step(atlas, draft, "submitted", "submitted", principal, reason)
        return Submitted("submitted", why=why)
    return Submitted(
        "released", _through_the_door(atlas, principal, draft, reason, (Right.DATASET_SUBMIT,))
    )


def release(
    atlas: Service, principal: Principal, draft: Draft, *, version: int, reason: str = ""
) -> Submitted:
    """Release a draft that waits; not by whoever wrote or submitted it.

    Raises ``right-missing``, ``draft-state``, ``draft-changed``, ``others-release``,
    ``draft-violates`` and what the one door refuses.
    """
    rights = rights_to_release(four_eyes(atlas, draft, published(atlas, draft)))
    for right in rights:
        principal.require(right, draft.organization)
    _demand(draft, ("submitted",), version)
    if principal.actor in writers(atlas, draft):
        raise AtlasError(OTHERS_RELEASE)
    _demand_conforming(atlas, draft)
    return Submitted("released", _through_the_door(atlas, principal, draft, reason, rights))


def send_back(
    atlas: Service, principal: Principal, draft: Draft, *, version: int, reason: str
) -> None:
    """Return a draft that waits to whoever wrote it, with a reason."""
    principal.require(Right.DATASET_RELEASE, draft.organization)
    _demand(draft, ("submitted",), version)
    _step(atlas, draft, "returned", "returned", principal, reason)


def take_back(atlas: Service, principal: Principal, draft: Draft) -> None:
    """Take a submitted draft back, to write on."""
    principal.require(Right.DATASET_SUBMIT, draft.organization)
    _demand(draft, ("submitted",), draft.version)
    _step(atlas, draft, "editing", "taken-back", principal, "")


def discard(atlas: Service, principal: Principal, draft: Draft, *, reason: str = "") -> None:
    """Discard a draft; what is in the catalogue stays as it is."""
    principal.require(Right.DATASET_EDIT, draft.organization)
    _demand(draft, ("editing", "returned"), draft.version)
    _step(atlas, draft, "discarded", "discarded", principal, reason)


def take_in(atlas: Service, principal: Principal, draft: Draft) -> Saved:
    """Put the dataset's present version together with a draft that began from an earlier one.

    Where both changed a property the catalogue's value is told as the other's; nothing is written
    then but what does not contradict. Raises ``right-missing``, ``draft-state`` and
    ``draft-changed``.
    """
    principal.require(Right.DATASET_EDIT, draft.organization)
    _demand(draft, ("editing", "returned"), draft.version)
    stored = atlas.journal.get(draft.record.iri)
    if stored is None:
        return Saved(draft, unchanged=True)
    present, content_hash = newest(atlas, stored)
    with alone_with(atlas, draft), atlas.journal.writing_tables() as connection:
        store = StoredDrafts(connection, atlas.settings.base_iri)
        demand_unchanged(store, draft)
        before = store.version(draft, 0)
        merged = merge(before if before is not None else present, draft.record, present)
        record = merged.record
        written = replace(
            draft,
            version=draft.version + 1,
            title=title_of(record),
            record=record,
            begun_from=content_hash,
            changed=atlas.clock.now(),
            changed_by=principal.actor,
        )
        store.begin_again(written, present)
        store.write(written)
    return Saved(written, merged)


def _demand(draft: Draft, states: tuple[State, ...], version: int) -> None:
    if draft.version != version:
        raise AtlasError(DRAFT_CHANGED, draft=draft.id, current=draft.version, expected=version)
    if draft.state not in states:
        raise AtlasError(DRAFT_STATE, draft=draft.id, state=named_draft_state(draft.state))


def _demand_conforming(atlas: Service, draft: Draft) -> None:
    found = check(atlas, draft.record, duplicates=False)
    if not found.conforms:
        rules = sorted(
            {
                m.finding.rule_id
                for m in found.messages
                if m.finding.severity == "Violation" and m.excepted is None
            }
        )
        raise AtlasError(DRAFT_VIOLATES, rules=", ".join(rules))


def _through_the_door(
    atlas: Service, principal: Principal, draft: Draft, reason: str, rights: Sequence[Right]
) -> Outcome:
    """Submit a draft's record as everything is submitted; the draft is closed once it is taken.

    ``rights`` are demanded once more as it is written.
    """
    with alone_with(atlas, draft):
        with atlas.journal.reading_tables() as connection:
            demand_unchanged(StoredDrafts(connection, atlas.settings.base_iri), draft)
        outcome = _taken_in(atlas, principal, draft, reason, rights)
        _move(atlas, draft, "released", "released", principal, reason)
    return outcome


def _taken_in(
    atlas: Service, principal: Principal, draft: Draft, reason: str, rights: Sequence[Right]
) -> Outcome:
    def demand(who: Principal) -> None:
        for right in rights:
            who.require(right, draft.organization)

    source = open_desk(atlas, draft.organization)
    submission = Submission(
        source=source,
        actor=principal.actor,
        reason=reason or "workbench",
        expected={draft.remote_id: Precondition.current(draft.begun_from)},
        demand=still(principal, demand),
    )
    (outcome,) = atlas.catalog.submit([incoming(atlas, draft.record)], submission)
    if outcome.error is not None and outcome.error.kind is PRECONDITION_FAILED:
        # Whoever was interrupted between the door and `_move` has the record in the catalogue and
        # the draft where it was: it is closed now. Else somebody else changed the dataset.
        again = replace(submission, expected={}, dry_run=True)
        (outcome,) = atlas.catalog.submit([incoming(atlas, draft.record)], again)
        if outcome.status != "unchanged":
            raise AtlasError(DATASET_CHANGED, remote_id=draft.remote_id)
    if outcome.error is not None:
        raise outcome.error
    return outcome


def _step(
    atlas: Service, draft: Draft, state: State, action: Action, principal: Principal, reason: str
) -> None:
    with alone_with(atlas, draft):
        _move(atlas, draft, state, action, principal, reason)


def _move(
    atlas: Service, draft: Draft, state: State, action: Action, principal: Principal, reason: str
) -> None:
    event = DraftEvent(action, draft.version, principal.actor, reason, atlas.clock.now())
    notice, persons = _notice(atlas, draft, action, principal, reason)
    with atlas.journal.writing_tables() as connection:
        store = StoredDrafts(connection, atlas.settings.base_iri)
        demand_unchanged(store, draft)
        store.move(draft, state, event)
        atlas.audit.append(connection, told(_TOLD[action], draft, reason))
        if notice is not None:
            tell_all(atlas, connection, notice, persons)


def _notice(
    atlas: Service, draft: Draft, action: Action, principal: Principal, reason: str
) -> tuple[Notice | None, list[str]]:
    """Return what is told of a step, and whom: who may release it, or who wrote it.

    Whoever takes the step knows of it.
    """
    kind = _NOTICES.get(action)
    if kind is None:
        return None, []
    wrote = {one.removeprefix(_PERSON) for one in writers(atlas, draft) if _is_person(one)}
    if action == "submitted":
        persons = who_else_releases(atlas, draft, four_eyes(atlas, draft, published(atlas, draft)))
    else:
        persons = sorted(wrote)
    notice = Notice(
        kind,
        {"title": draft.title or draft.remote_id, "reason": reason or "–"},
        subject=draft.record.iri,
        path=f"/workbench/datasets/{draft.id}",
        organization=draft.organization,
    )
    return notice, [one for one in persons if f"{_PERSON}{one}" != principal.actor]


def who_else_releases(atlas: Service, draft: Draft, why: Why | None) -> list[str]:
    """Return the persons who may release a draft and did not write it, those nearest first.

    Of its organization and of those above it, up to the city's office.
    """
    wrote = {one.removeprefix(_PERSON) for one in writers(atlas, draft)}
    first, *others = (
        atlas.accounts.who_may.over(right, draft.organization) for right in rights_to_release(why)
    )
    return [one for one in first if one not in wrote and all(one in may for may in others)]


def _is_person(actor: str) -> bool:
    return actor.startswith(_PERSON)
