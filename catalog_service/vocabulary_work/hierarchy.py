"""Links between organizations: proposed by one person, released by another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

from catalog_service.accounts.errors import (
    LINK_IS_THERE,
    ORGANIZATION_CIRCLE,
    OWN_LINK,
)
from catalog_service.accounts.service import (
    Action,
    Gain,
    Link,
    LinkKind,
    LinksInForce,
    Principal,
    gains,
    organization_named,
    still,
)
from catalog_service.context import Service
from catalog_service.proposals import State, Within
from catalog_service.vocabulary_work.telling import outcome
from ontology.errors import AtlasError


def may_release(principal: Principal, link: Link | None = None) -> bool:
    """Tell whether somebody may release, refuse and undo links; their own they do not release."""
    own = link is not None and link.state == "proposed" and link.proposed_by == principal.actor
    return principal.may(Action.VOCABULARY_RELEASE, None) and not own


def gains_of(
    atlas: Service, principal: Principal, links: Sequence[Link]
) -> Mapping[int, Sequence[Gain]]:
    """Return whose roles would reach how far under links, those that somebody may release now."""
    waiting = [one for one in links if one.state == "proposed" and may_release(principal, one)]
    return gains(atlas.accounts, waiting)


def propose(
    atlas: Service,
    principal: Principal,
    kind: LinkKind,
    organization: str,
    other: str,
    day: date | None,
    reason: str,
) -> Link:
    """Propose that one organization lies below another, or that another took its place.

    Organizations by IRI, code or name. Raises ``unknown-organization``,
    ``organization-link-is-there``, ``organization-circle``.
    """
    one, two = (organization_named(atlas.vocabulary, name) for name in (organization, other))
    return atlas.accounts.links.propose(
        kind,
        one,
        two,
        day,
        reason=reason,
        actor=principal.actor,
        check=partial(_check, atlas, kind, one, two),
    )


def release(atlas: Service, principal: Principal, number: int, reason: str) -> Link:
    """Release a link: rights follow it at once; raises ``own-organization-link``."""
    again = still(principal, _demand)
    link = atlas.accounts.links.get(number)
    if link.proposed_by == principal.actor:
        raise AtlasError(OWN_LINK)

    def check(in_force: LinksInForce, same: bool) -> None:
        again()
        # Another one may have been released since it was proposed.
        _check(atlas, link.kind, link.organization, link.other, in_force, same)

    released = atlas.accounts.links.release(
        number,
        actor=principal.actor,
        reason=reason,
        check=check,
        then=_told(atlas, principal, link, "released", reason),
    )
    atlas.released_vocabulary.look_again()
    return released


def refuse(atlas: Service, principal: Principal, number: int, reason: str) -> Link:
    """Refuse a link that waits, or take one's own back."""
    link = atlas.accounts.links.get(number)
    check = None if link.proposed_by == principal.actor else still(principal, _demand)
    told = _told(atlas, principal, link, "refused", reason)
    return atlas.accounts.links.move(
        number, "refused", actor=principal.actor, reason=reason, check=check, then=told
    )


def undo(atlas: Service, principal: Principal, number: int, reason: str) -> Link:
    """End a link that is in force: rights do without it at once."""
    check = still(principal, _demand)
    told = _told(atlas, principal, atlas.accounts.links.get(number), "undone", reason)
    undone = atlas.accounts.links.move(
        number, "undone", actor=principal.actor, reason=reason, check=check, then=told
    )
    atlas.released_vocabulary.look_again()
    return undone


def _demand(principal: Principal) -> None:
    principal.require(Action.VOCABULARY_RELEASE, None)


def _told(atlas: Service, principal: Principal, link: Link, to: State, reason: str) -> Within:
    names = atlas.accounts.hierarchy.names
    title = f"{names(link.organization)['zh']} → {names(link.other)['zh']}"
    path = "/workbench/vocabulary/organizations"
    return outcome(atlas, principal, link.proposed_by, to, title=title, reason=reason, path=path)


def _check(
    atlas: Service, kind: LinkKind, one: str, other: str, in_force: LinksInForce, same: bool
) -> None:
    """Raise where a link is there already, or would make a circle."""
    vocabulary, hierarchy = atlas.released_vocabulary.fresh(), atlas.accounts.hierarchy
    names = [hierarchy.names(iri)["zh"] for iri in (one, other)]
    shipped = vocabulary.broader(one) if kind == "below" else vocabulary.successors(one)
    if same or other in [concept.iri for concept in shipped]:
        raise AtlasError(LINK_IS_THERE, one=names[0], other=names[1])
    if hierarchy.leads_to(other, one, in_force):
        raise AtlasError(ORGANIZATION_CIRCLE, one=names[0], other=names[1])
