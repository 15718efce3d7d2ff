"""Tells of a step: who may take the next one, who wrote the list, and the organization."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from catalog_service.accounts.service import Principal
from catalog_service.context import Service
from catalog_service.notices.service import Notice
from catalog_service.open_list.lifecycle import BY_NAME
from catalog_service.open_list.model import WRITING, OpenList
from catalog_service.open_list.naming import list_path
from translations import LANGUAGES, NP_, translator

RETURN: Final = "return"
NEXT: Final[Mapping[str, tuple[str, str]]] = {
    "check": ("review", NP_("open list action", "to be reviewed")),
    "review": ("file", NP_("open list action", "to be filed")),
    "file": ("accept", NP_("open list action", "to be accepted or returned")),
    RETURN: ("edit", NP_("open list action", "to be mended and filed again")),
    "accept": ("publish", NP_("open list action", "to be published")),
    "propose": ("amend", NP_("open list action", "an amendment to be released")),
}
"""What somebody is to do after a step, and its words; after the others nobody must."""
TOLD: Final[Mapping[str, str]] = {
    "review": NP_("open list step", "reviewed"),
    "file": NP_("open list step", "filed"),
    "return": NP_("open list step", "returned"),
    "accept": NP_("open list step", "accepted"),
    "publish": NP_("open list step", "published"),
    "amend": NP_("open list step", "amended"),
    "refuse": NP_("open list step", "amendment refused"),
    "evaluate": NP_("open list step", "evaluation ended"),
    "close": NP_("open list step", "closed"),
    "abandon": NP_("open list step", "given up"),
}
"""Steps of which those are told who wrote or filed the list: each changes where it stands."""

_PERSON: Final = "person:"
_WRITE: Final = (*WRITING, "file")


@dataclass(frozen=True, slots=True)
class Told:
    """A notice and the identifiers of whom it goes to."""

    notice: Notice
    persons: tuple[str, ...]


def may_be_told(atlas: Service, organization: str, step: str) -> list[str]:
    """Return who may do what comes after a step: looked up before the transaction that writes."""
    follows = NEXT.get(step)
    if follows is None:
        return []
    return atlas.accounts.who_may.over(BY_NAME[follows[0]].by, organization)


def notices_of(
    atlas: Service,
    principal: Principal,
    there: OpenList,
    step: str,
    may_follow: list[str],
    reason: str,
) -> Iterator[Told]:
    """Yield what is told of a step; ``there`` is the list after it, ``may_follow`` of before."""
    who = [one.actor for one in there.steps if one.step in _WRITE]
    wrote = {one.removeprefix(_PERSON) for one in who if one.startswith(_PERSON)}
    writers = {one.removeprefix(_PERSON) for one in there.writers}
    own = principal.actor.removeprefix(_PERSON)
    # Nobody reviews, or files, what violations keep from it.
    follows = None if there.steps[-1].details.get("violations") else NEXT.get(step)
    waiting: list[str] = []
    if follows is not None:
        name, label = follows
        apart = writers if BY_NAME[name].other_than == "writers" else set()
        waiting = [one for one in may_follow if one != own and one not in apart]
        data = _data(atlas, there, "open list action", label)
        if step == RETURN:
            data["reason"] = reason.strip()
        kind = "open-list.returned" if step == RETURN else "open-list.waiting"
        yield Told(_notice(atlas, there, kind, data), tuple(waiting))
    if step in TOLD:
        data = {
            **_data(atlas, there, "open list step", TOLD[step]),
            "reason": reason.strip() or "–",
        }
        others = sorted(wrote - {own} - set(waiting))
        yield Told(_notice(atlas, there, "open-list.step", data), tuple(others))


def _notice(atlas: Service, there: OpenList, kind: str, data: Mapping[str, Any]) -> Notice:
    path = list_path(atlas.vocabulary, there.organization, there.year)
    return Notice(kind, data, path=path, organization=there.organization)


def _data(atlas: Service, there: OpenList, context: str, label: str) -> dict[str, Any]:
    return {
        "organization": atlas.accounts.hierarchy.names(there.organization),
        "year": str(there.year),
        "step": {one: translator(one).pgettext(context, label) for one in LANGUAGES},
    }
