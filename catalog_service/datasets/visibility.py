"""Which version of a record who may see: the one place where this is decided.

The public sees what is public now, or was public when it was taken down. Everything else (held,
非开放, never public) does not exist for it: the same answer as for an identifier that nobody ever
used, from the same look-up, which reads no content. Only what was taken down costs one look-up
more, which tells a withdrawn record that was never public from none at all by a fraction of a
millisecond. History and time travel obey the same rule: a closed record takes its past with it,
for good: opened again it has a new past, which begins after its last closing.
So does one that another catalogue ended: whether it was closed there is not told.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from catalog_service.accounts.service import Action, Principal, may_read, require_over
from catalog_service.catalog.openness_review import closes
from catalog_service.clock import SHANGHAI
from catalog_service.context import Service
from catalog_service.datasets.errors import (
    DATASET_NOT_FOUND,
    DATASET_WITHDRAWN,
    NO_HELD_VERSION,
    NOT_YET,
    TIMES_AHEAD,
)
from catalog_service.journal.model import Change, State, StoredRecord
from harvesters.platforms.registry import PLATFORM_TYPES
from ontology.errors import AtlasError
from ontology.record import SOURCE_ID, mint_iri

_GONE = ("missing", "withdrawn")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a record, allowed to be shown to whoever asked."""

    iri: str
    focus: str
    source: str
    remote_id: str
    state: State
    public: bool
    hash: str
    nquads: str
    seq: int
    changed: datetime
    waiting: bool = False
    """Whether a newer version is held; False for the public."""
    times_ahead: datetime | None = None
    """Of an earlier version: up to when changes of the record are dated that cannot be: the clock
    was ahead when they were written, so that it may have stood otherwise at the time asked for."""

    @property
    def name(self) -> str:
        """``source/remote id``."""
        return f"{self.source}/{self.remote_id}"


class GoneError(AtlasError):
    """A record that was public and is not any more; carries its last public version."""

    def __init__(self, version: Version) -> None:
        day = version.changed.astimezone(SHANGHAI).date().isoformat()
        super().__init__(DATASET_WITHDRAWN, name=version.name, day=day)
        self.version = version


def find(
    atlas: Service,
    source: str,
    remote_id: str,
    principal: Principal | None,
    at: datetime | None = None,
) -> Version:
    """Return the version to show.

    Raises ``dataset-not-found``, ``no-version-then`` or `GoneError`.
    """
    iri = mint_iri(atlas.settings.base_iri, source, remote_id)
    name = f"{source}/{remote_id}"
    steward = may_read(principal, source)
    known = SOURCE_ID.fullmatch(source) is not None
    # Without the content first: what is hidden costs as much time as what does not exist.
    state = atlas.journal.states(source, [remote_id]).get(remote_id) if known else None
    # A withdrawn record for which a version waits is held, and for the public still withdrawn.
    ended = state is not None and (state.state in _GONE or state.state == "held")
    if state is None or not (steward or state.public or ended):
        raise AtlasError(DATASET_NOT_FOUND, name=name)
    if ended and not steward and _keeps_reasons(atlas, source):
        raise AtlasError(DATASET_NOT_FOUND, name=name)
    gone: Change | None = None
    if ended and not (steward and state.state == "held"):
        gone = _end(atlas.journal.history(iri))
        if gone is None and not steward:
            raise AtlasError(DATASET_NOT_FOUND, name=name)
    if at is not None:
        return _then(atlas, iri, name, at, steward=steward)
    stored = atlas.journal.get(iri)
    if stored is None:
        raise AtlasError(DATASET_NOT_FOUND, name=name)
    waits = steward and stored.held_seq is not None
    if waits and stored.nquads is None and (held := _waiting(atlas, stored)) is not None:
        stored = replace(stored, hash=held.hash, nquads=held.nquads)
    version = _version(stored)
    if version is None:
        raise AtlasError(DATASET_NOT_FOUND, name=name)
    version = replace(version, waiting=waits)
    if gone is not None:
        raise GoneError(replace(version, seq=gone.seq, changed=gone.time, state=_state(gone)))
    if stored.state in _GONE:
        raise GoneError(version)
    return version


def _keeps_reasons(atlas: Service, source: str) -> bool:
    """Tell whether a source's records may have ended because they were closed (非开放)."""
    stored = atlas.journal.source(source)
    kind = None if stored is None else PLATFORM_TYPES.get(stored.type)
    return kind is not None and kind.keeps_reasons


def find_held(atlas: Service, source: str, remote_id: str, principal: Principal | None) -> Version:
    """Return the version that waits, for a steward of the source.

    Raises ``not-authenticated`` or ``not-allowed`` before anything is looked up, then
    ``no-held-version``.
    """
    require_over(principal, Action.DATASET_READ_HELD, source)
    iri = mint_iri(atlas.settings.base_iri, source, remote_id)
    known = SOURCE_ID.fullmatch(source) is not None
    stored = atlas.journal.get(iri) if known else None
    held = None if stored is None else _waiting(atlas, stored)
    version = (
        _version(replace(stored, hash=held.hash, nquads=held.nquads))
        if stored is not None and held is not None
        else None
    )
    if held is None or version is None:
        raise AtlasError(NO_HELD_VERSION, name=f"{source}/{remote_id}")
    return replace(
        version,
        focus=held.focus,
        public=False,
        seq=held.seq,
        changed=held.time,
        waiting=True,
    )


def history(
    atlas: Service, source: str, remote_id: str, principal: Principal | None
) -> list[Change]:
    """Return the changes that whoever asks may know of, oldest first; raises as `find` does.

    The public is told of the versions that were public since the last closing and of the ends of
    these, not of what was held.
    """
    with suppress(GoneError):
        find(atlas, source, remote_id, principal)
    iri = mint_iri(atlas.settings.base_iri, source, remote_id)
    changes = atlas.journal.history(iri)
    if may_read(principal, source):
        return changes
    told: list[Change] = []
    closing = _closing(atlas, source, changes)
    for change in changes:
        if change.kind == "held" or change.seq <= closing:
            continue
        ends = bool(told) and told[-1].public and change.kind in _GONE
        again = bool(told) and told[-1].kind in _GONE and change.kind in _GONE
        if change.public or ends or again:
            told.append(change)
    return told


def _version(stored: StoredRecord) -> Version | None:
    """Return what is stored as a version; None where there is no content to show."""
    if stored.hash is None or stored.nquads is None:
        return None
    return Version(
        iri=stored.iri,
        focus=stored.focus,
        source=stored.source,
        remote_id=stored.remote_id,
        state=stored.state,
        public=stored.public,
        hash=stored.hash,
        nquads=stored.nquads,
        seq=stored.seq,
        changed=stored.changed,
    )


def _waiting(atlas: Service, stored: StoredRecord) -> Change | None:
    """Return the change that brought the version that waits; None where none does."""
    return None if stored.held_seq is None else atlas.journal.change(stored.held_seq)


def _end(changes: list[Change]) -> Change | None:
    """Return the change that took a public record down; None where it was not public then.

    Nor where it ended because a version that was not stored says, or may mean, 非开放.

    What was held meanwhile changed nothing of what the public saw.
    """
    end: Change | None = None
    for change in reversed(changes):
        if change.kind == "held":
            continue
        if closes(change):
            return None
        if change.kind not in _GONE:
            return end if change.public else None
        end = change
    return None


def _closing(atlas: Service, source: str, changes: list[Change]) -> int:
    """Return the number of the last change that closed a record, or may have; 0 for none.

    What it said until then was closed with it, also after it was opened again. What its source no
    longer listed, and lists again, was not closed.
    """
    ends_close = _keeps_reasons(atlas, source)
    for change in reversed(changes):
        if change.kind == "held":
            continue
        ended = change.kind in _GONE
        if closes(change) or (ends_close if ended else not change.public):
            return change.seq
    return 0


def _state(end: Change) -> State:
    return "missing" if end.kind == "missing" else "withdrawn"


def _then(atlas: Service, iri: str, name: str, at: datetime, *, steward: bool) -> Version:
    then = atlas.journal.at(iri, at)
    shown = at.astimezone(SHANGHAI).isoformat(timespec="seconds")
    ahead = times_ahead(atlas, iri)
    version = None if then is None else _version(then)
    shut = then is None or not (steward or (then.public and _is_after_closing(atlas, then)))
    if then is None or version is None or shut:
        if ahead is not None:
            until = ahead.astimezone(SHANGHAI).isoformat(timespec="seconds")
            raise AtlasError(TIMES_AHEAD, name=name, time=shown, until=until)
        raise AtlasError(NOT_YET, name=name, time=shown)
    return replace(version, seq=then.version_seq or then.seq, times_ahead=ahead)


def _is_after_closing(atlas: Service, then: StoredRecord) -> bool:
    return then.seq > _closing(atlas, then.source, atlas.journal.history(then.iri))


def times_ahead(atlas: Service, iri: str) -> datetime | None:
    """Return the latest time of a record's changes that is later than now; None where none is."""
    now = atlas.clock.now()
    if atlas.journal.ahead(now) is None:
        return None
    last = atlas.journal.history(iri)[-1].time
    return last if last > now else None
