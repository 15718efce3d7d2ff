"""Decisions about held versions: looked at before they are made, and taken back where that works.

Every decision goes through `catalog_service.catalog`, which decides again inside its transaction:
what changed after the look is skipped, and said to be.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from catalog_service.accounts.errors import RIGHT_MISSING, SECOND_FACTOR_NEEDED
from catalog_service.accounts.service import Action, Principal
from catalog_service.context import Service
from catalog_service.errors import NOT_ALLOWED, NOT_AUTHENTICATED, NOTHING_WAITS
from catalog_service.journal.model import Change, version_of
from catalog_service.sources.service import require_release, still_may
from catalog_service.workbench.errors import CANNOT_UNDO
from catalog_service.workbench.held import HeldVersion, held_named
from harvesters.protocols import Incoming, MappedRecord, Outcome, Precondition, Submission
from ontology.errors import AtlasError, FilePosition
from ontology.languages import Texts
from ontology.record import Record

Verdict = Literal["release", "recheck"]
VERDICTS: Final[tuple[Verdict, ...]] = ("release", "recheck")

MOST: Final = 500
"""Versions in one decision."""

_REVOKED: Final = (NOT_ALLOWED, NOT_AUTHENTICATED, RIGHT_MISSING, SECOND_FACTOR_NEEDED)
"""What says that a right ended while a decision was being made."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A held version as somebody saw it: ``hash`` tells whether it is still the one."""

    source: str
    remote_id: str
    hash: str

    @property
    def key(self) -> tuple[str, str]:
        """What identifies its record."""
        return self.source, self.remote_id


@dataclass(frozen=True, slots=True)
class Effect:
    """What a decision does to one version, or did."""

    choice: Choice
    title: Texts
    public: bool
    """Whether the record is public afterwards."""
    freed: bool
    """Whether the version waits no more."""
    seq: int | None = None
    """The number of the change; None before it is made, and where nothing changed."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A version that a decision leaves as it is, and why."""

    choice: Choice
    title: Texts
    why: AtlasError


@dataclass(frozen=True, slots=True)
class Effects:
    """What a decision does to all versions that were chosen, or did."""

    verdict: Verdict
    done: tuple[Effect, ...]
    skipped: tuple[Skipped, ...]


def look_ahead(
    atlas: Service, principal: Principal, verdict: Verdict, choices: Sequence[Choice]
) -> Effects:
    """Return what a decision would do; nothing is written."""
    return _effects(atlas, principal, verdict, choices, reason=None)


def decide(
    atlas: Service, principal: Principal, verdict: Verdict, choices: Sequence[Choice], reason: str
) -> Effects:
    """Make a decision about versions; the reason stands in the history of each."""
    return _effects(atlas, principal, verdict, choices, reason=reason)


def _effects(
    atlas: Service,
    principal: Principal,
    verdict: Verdict,
    choices: Sequence[Choice],
    *,
    reason: str | None,
) -> Effects:
    choices = list({choice.key: choice for choice in choices}.values())[:MOST]
    held = held_named(atlas, [choice.key for choice in choices])
    done: list[Effect] = []
    skipped: list[Skipped] = []
    allowed: dict[str, list[Choice]] = {}
    rights: dict[str, set[Action]] = {}
    for choice in choices:
        version = held.get(choice.key)
        try:
            needed = _rights(atlas, principal, verdict, choice, version)
            allowed.setdefault(choice.source, []).append(choice)
            rights.setdefault(choice.source, set()).update(needed)
        except AtlasError as why:
            # Of what somebody may not see not even the title is told.
            seen = principal.may_over(Action.DATASET_READ_HELD, choice.source)
            title = version.title if version is not None and seen else {}
            skipped.append(Skipped(choice, title, why))
    for source, own in allowed.items():
        submission = Submission(
            source,
            principal.actor,
            reason=reason,
            dry_run=reason is None,
            expected={one.remote_id: Precondition.current(one.hash) for one in own},
            demand=still_may(principal, source, rights[source]),
        )
        by_id = {one.remote_id: one for one in own}
        try:
            for outcome in _outcomes(atlas, verdict, submission, list(by_id)):
                taken = by_id.pop(outcome.remote_id or "", None)
                if taken is None:
                    continue
                title = held[taken.key].title
                if outcome.error is not None:
                    skipped.append(Skipped(taken, title, outcome.error))
                else:
                    freed = outcome.kind == "released"
                    done.append(Effect(taken, title, bool(outcome.public), freed, outcome.seq))
        except AtlasError as error:
            if error.kind not in _REVOKED:
                raise
            skipped += [Skipped(one, {}, error) for one in by_id.values()]
    return Effects(verdict, tuple(done), tuple(skipped))


def _rights(
    atlas: Service,
    principal: Principal,
    verdict: Verdict,
    choice: Choice,
    version: HeldVersion | None,
) -> tuple[Action, ...]:
    """Return the rights for a decision about one version; raises where it is not made."""
    principal.require_over(Action.HELD_DECIDE, choice.source)
    if version is None or version.hash != choice.hash:
        # Mended meanwhile, or decided by another.
        raise AtlasError(NOTHING_WAITS, remote_id=choice.remote_id)
    if verdict == "release":
        return require_release(atlas, principal, choice.source, choice.remote_id).rights
    return (Action.HELD_DECIDE,)


def _outcomes(
    atlas: Service, verdict: Verdict, submission: Submission, remote_ids: Sequence[str]
) -> Iterator[Outcome]:
    if verdict == "release":
        return atlas.catalog.release(remote_ids, submission)
    return atlas.catalog.recheck(submission, remote_ids)


@dataclass(frozen=True, slots=True)
class Release:
    """A release that may be taken back: the change by which it was made."""

    source: str
    remote_id: str
    seq: int


def undo(
    atlas: Service, principal: Principal, releases: Sequence[Release], reason: str
) -> tuple[list[Effect], list[Skipped]]:
    """Take releases back: what was public before is public again, and the version waits again.

    Only the last change of a record can be taken back. A version that waited for a steward's look
    alone cannot wait again: it was looked at. Its record is public no more then, until its source
    sends another one.
    """
    done: list[Effect] = []
    skipped: list[Skipped] = []
    for release in releases[:MOST]:
        choice = Choice(release.source, release.remote_id, "")
        try:
            principal.require_over(Action.HELD_DECIDE, release.source)
            done.append(_undone(atlas, principal, release, reason))
        except AtlasError as error:
            skipped.append(Skipped(choice, {}, error))
    return done, skipped


def _undone(atlas: Service, principal: Principal, release: Release, reason: str) -> Effect:
    state = atlas.journal.states(release.source, [release.remote_id]).get(release.remote_id)
    history = [] if state is None else atlas.journal.history(state.iri)
    last = history[-1] if history else None
    if state is None or last is None or last.seq != release.seq or last.kind != "released":
        raise AtlasError(CANNOT_UNDO, remote_id=release.remote_id)
    released = version_of(last)
    if released is None:
        raise AtlasError(CANNOT_UNDO, remote_id=release.remote_id)
    submission = Submission(
        release.source,
        principal.actor,
        reason=reason,
        expected={release.remote_id: Precondition.current(last.hash)},
        demand=still_may(principal, release.source, (Action.HELD_DECIDE,)),
    )
    good = _good_before(history[:-1])
    before = None if good is None else version_of(good)
    if before is not None:
        # What was public once passes again, whatever the rules say by now.
        given = replace(submission, gate="report")
        (outcome,) = atlas.catalog.submit([_item(before, release.seq)], given)
    else:
        (outcome,) = atlas.catalog.mark_missing([release.remote_id], submission)
    if outcome.error is not None:
        raise outcome.error
    waits = _wait_again(atlas, released, release.seq, replace(submission, expected={}))
    choice = Choice(release.source, release.remote_id, last.hash or "")
    return Effect(choice, {}, bool(outcome.public), not waits, outcome.seq)


def _good_before(history: Sequence[Change]) -> Change | None:
    """Return the change that brought what was public before a release; None where nothing was."""
    for change in reversed(history):
        if change.kind == "held":
            continue
        return change if change.public and change.nquads is not None else None
    return None


def _wait_again(atlas: Service, version: Record, seq: int, submission: Submission) -> bool:
    """Have a version wait at the gate again; False where nothing would hold it any more."""
    # Another fingerprint than before, or the version would count as known.
    item = _item(version, -seq)
    enforced = replace(submission, gate="enforce")
    (looked,) = atlas.catalog.submit([item], replace(enforced, dry_run=True))
    if looked.status != "held":
        return False
    (outcome,) = atlas.catalog.submit([item], enforced)
    return outcome.status == "held"


def _item(version: Record, number: int) -> Incoming:
    digest = hashlib.blake2b(f"{number} {version.nquads}".encode(), digest_size=16).digest()
    return Incoming(
        version.remote_id, FilePosition("journal"), digest, lambda: MappedRecord(version)
    )
