"""What states and changes are called, on pages and in errors, each in its context."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from ontology.errors import Named, NamedSeveral
from translations import NP_

OPEN_LIST: Final[Mapping[str, str]] = {
    "draft": NP_("open list", "draft"),
    "checked": NP_("open list", "checked"),
    "reviewed": NP_("open list", "reviewed"),
    "filed": NP_("open list", "filed"),
    "returned": NP_("open list", "returned"),
    "accepted": NP_("open list", "accepted"),
    "published": NP_("open list", "published"),
    "amended": NP_("open list", "amended"),
    "evaluated": NP_("open list", "evaluated"),
    "closed": NP_("open list", "closed"),
    "abandoned": NP_("open list", "given up"),
}
OPEN_LIST_CHANGE: Final[Mapping[str, str]] = {
    "added": NP_("open list change", "added"),
    "changed": NP_("open list change", "changed"),
    "widened": NP_("open list change", "opened further"),
    "restricted": NP_("open list change", "restricted"),
    "withdrawn": NP_("open list change", "withdrawn"),
}
DRAFT: Final[Mapping[str, str]] = {
    "editing": NP_("draft state", "Draft"),
    "submitted": NP_("draft state", "Waits for release"),
    "returned": NP_("draft state", "Sent back"),
    "released": NP_("draft state", "Released"),
    "discarded": NP_("draft state", "Discarded"),
}


def named_list_state(state: str) -> Named:
    """Return what a state of an open list is called."""
    return Named(state, OPEN_LIST[state], "open list")


def named_list_changes(kinds: Iterable[str]) -> NamedSeveral:
    """Return what kinds of changes of an open list are called."""
    return NamedSeveral(
        tuple(Named(one, OPEN_LIST_CHANGE[one], "open list change") for one in kinds)
    )


def named_draft_state(state: str) -> Named:
    """Return what a state of a draft is called."""
    return Named(state, DRAFT[state], "draft state")
