"""Many lists at once: begun from the catalogue, filled from it, and taken a step further.

Each list is begun, filled or taken by itself, with its own audit entry: what one of them refuses
keeps none of the others back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from catalog_service.accounts.service import Action, Principal
from catalog_service.context import Service
from catalog_service.open_list.differences import Difference, ItemChange
from catalog_service.open_list.drafting import Items, items_of, public_records
from catalog_service.open_list.errors import LIST_NOTHING_TO_FILL
from catalog_service.open_list.evaluation import finish
from catalog_service.open_list.lifecycle import BY_NAME
from catalog_service.open_list.model import (
    CLOSED,
    CONDITIONAL,
    Content,
    ListItem,
    OpenList,
    StoredStep,
)
from catalog_service.open_list.seen import Seen
from catalog_service.open_list.service import draft, edit, get, listed, take
from ontology.errors import AtlasError

FILL: Final = "fill"
"""Takes into what a draft leaves empty what the catalogue says; written as an edit."""
TOGETHER: Final = ("check", "review", "file", "return", "accept", "publish", "evaluate", "close")
"""Steps that many lists may be taken by at once, in the order of the year."""
MOST_AT_ONCE: Final = 200
"""Lists of one form: the city has some hundred departments and districts."""
_FILLED: Final = tuple(
    name
    for name in ListItem.__dataclass_fields__
    if name not in ("key", "note", "source", "remote_id", "title")
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one list: how it stands now, or why nothing was done."""

    organization: str
    year: int
    there: OpenList | None
    error: AtlasError | None


def to_begin(atlas: Service, principal: Principal, year: int) -> dict[str, int]:
    """Return the organizations without a list of a year, with how many open items theirs has.

    Those that somebody may begin lists of, and that have datasets. Reads all public records once.
    """
    begun = {one.organization for one in listed(atlas, principal) if one.year == year}
    allowed = principal.organizations(Action.OPEN_LIST_EDIT)
    wanted = {
        one.iri
        for one in atlas.vocabulary.offered("organization")
        if one.iri not in begun and (allowed is None or one.iri in allowed)
    }
    found = items_of(atlas, wanted)
    counts = {iri: sum(one.open_type != CLOSED for one in items) for iri, items in found.items()}
    return {iri: count for iri, count in counts.items() if count}


def begin_all(
    atlas: Service,
    principal: Principal,
    organizations: Collection[str],
    year: int,
    last_year: bool = False,
) -> list[Outcome]:
    """Begin lists from last year's, or from the catalogue, which is read once for all of them."""
    items = {} if last_year else items_of(atlas, organizations)

    def begin(organization: str, of_year: int) -> OpenList:
        own = items.get(organization)
        return draft(atlas, principal, organization, of_year, last_year=last_year, own=own)

    return [_outcome(one, year, begin) for one in list(organizations)[:MOST_AT_ONCE]]


def steps_for(principal: Principal, lists: Iterable[StoredStep]) -> list[str]:
    """Return what leads on from one of some lists, and somebody may do there, by name.

    What a list itself says may still refuse it.
    """
    states = {(one.state, one.organization) for one in lists}
    kinds = {FILL: BY_NAME["edit"], **{name: BY_NAME[name] for name in TOGETHER}}
    return [
        name
        for name, kind in kinds.items()
        if any(
            state in kind.come_from and principal.may(kind.by, organization)
            for state, organization in states
        )
    ]


def take_all(
    atlas: Service,
    principal: Principal,
    lists: Collection[tuple[str, int]],
    step: str,
    reason: str = "",
    seen: Mapping[tuple[str, int], Seen] | None = None,
) -> list[Outcome]:
    """Take a step with each of some lists, or fill each; `TOGETHER` and `FILL` are the steps.

    ``seen``: what was shown of lists; the others are taken as they stand.
    """
    shown = seen or {}
    chosen = list(lists)[:MOST_AT_ONCE]
    reads = step in ("check", "review", "file", FILL)
    items = items_of(atlas, {organization for organization, _ in chosen}) if reads else {}

    def work(organization: str, year: int) -> OpenList:
        if step == FILL:
            return fill(atlas, principal, organization, year, reason, items[organization])
        known = shown.get((organization, year), Seen())
        if step == "evaluate":
            return finish(atlas, principal, organization, year, seen=known)
        own = items.get(organization)
        return take(atlas, principal, organization, year, step, reason, own=own, seen=known)

    return [_outcome(organization, year, work) for organization, year in chosen]


def fill(
    atlas: Service,
    principal: Principal,
    organization: str,
    year: int,
    reason: str,
    own: Sequence[ListItem] | None = None,
) -> OpenList:
    """Take into what a draft leaves empty what the catalogue says today; nothing is overwritten.

    Raises ``open-list-nothing-to-fill``, and as `edit` does.
    """
    principal.require(Action.OPEN_LIST_EDIT, organization)
    there = get(atlas, organization, year)
    found = filling(there.content, _own(atlas, there) if own is None else own)
    if not found:
        raise AtlasError(LIST_NOTHING_TO_FILL)
    return edit(atlas, principal, (organization, year), found, reason, "correction")


def filling(content: Content, own: Iterable[ListItem]) -> Difference:
    """Return what fills the empty cells of items from the catalogue's; pure.

    Conditions fill conditional items alone: what is opened to everybody has none.
    """
    changes = []
    for known in own:
        item = content.items.get(known.key)
        if item is None:
            continue
        texts = {name: getattr(known, name) for name in _FILLED if not getattr(item, name)}
        if (item.open_type or known.open_type) != CONDITIONAL:
            texts.pop("conditions", None)
        after = replace(item, **texts)
        if after != item:
            changes.append(ItemChange(item, after))
    return frozenset(changes)


def _own(atlas: Service, there: OpenList) -> list[ListItem]:
    make, keys = Items(atlas), there.content.items
    found = (one for one in public_records(atlas) if f"{one.source}/{one.remote_id}" in keys)
    return [make.of(one) for one in found]


def _outcome(organization: str, year: int, work: Callable[[str, int], OpenList]) -> Outcome:
    try:
        return Outcome(organization, year, work(organization, year), None)
    except AtlasError as error:
        return Outcome(organization, year, None, error)
