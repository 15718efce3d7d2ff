"""The steps of an open list, as data: who may take them, from where, to where, and how.

Pages, commands, the check of a step and the drawing in docs/open-lists.md all read `STEPS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from catalog_service.accounts.service import Action
from catalog_service.open_list.errors import LIST_STEP
from catalog_service.open_list.model import GIVEN_UP, State
from catalog_service.state_names import named_list_state
from ontology.errors import AtlasError, Named, NamedSeveral
from translations import N_

OtherThan = Literal["writers", "filer", "accepter"]
"""Whom else's eyes a step needs: other than whoever wrote the list, or than who filed it.

``accepter``: other than who accepted it, where the organization demands four eyes.
"""

NO_LIST: Final = ""
"""From where the first step leads."""


@dataclass(frozen=True, slots=True)
class StepKind:
    """A step that can be taken. ``to`` None: the list stays in its state."""

    name: str
    label: str
    """Marked for translation."""
    by: Action
    come_from: tuple[str, ...]
    to: State | None
    writes: str
    """What is kept besides the step and its audit entry, in a word; for the documentation."""
    needs_reason: bool = False
    other_than: OtherThan | None = None
    never_filed: bool = False
    """Whether it is only taken with a list that was never filed."""
    stays: tuple[State, ...] = ()
    """States from which it leads back to them, whatever ``to`` is."""

    def leads_to(self, start: State | None) -> State:
        """Return the state in which a list stands after it; ``start`` None: it begins the list."""
        if self.to is None or start in self.stays:
            return start or "draft"
        return self.to


STEPS: Final[tuple[StepKind, ...]] = (
    StepKind(
        "draft",
        N_("Begin the draft"),
        Action.OPEN_LIST_EDIT,
        (NO_LIST, GIVEN_UP),
        "draft",
        "content",
    ),
    StepKind(
        "edit",
        N_("Edit"),
        Action.OPEN_LIST_EDIT,
        ("draft", "checked", "reviewed", "returned"),
        "draft",
        "content",
    ),
    StepKind(
        "check",
        N_("Check"),
        Action.OPEN_LIST_EDIT,
        ("draft", "checked", "returned"),
        "checked",
        "findings",
    ),
    StepKind(
        "review",
        N_("Review"),
        Action.OPEN_LIST_REVIEW,
        ("checked",),
        "reviewed",
        "findings",
        other_than="writers",
    ),
    StepKind(
        "file",
        N_("File (报备)"),
        Action.OPEN_LIST_FILE,
        ("reviewed",),
        "filed",
        "filing number",
    ),
    StepKind(
        "abandon",
        N_("Give up the draft"),
        Action.OPEN_LIST_EDIT,
        ("draft", "checked", "reviewed"),
        GIVEN_UP,
        "",
        needs_reason=True,
        never_filed=True,
    ),
    StepKind(
        "return",
        N_("Return"),
        Action.OPEN_LIST_ACCEPT,
        ("filed",),
        "returned",
        "",
        needs_reason=True,
        other_than="filer",
    ),
    StepKind(
        "accept",
        N_("Accept"),
        Action.OPEN_LIST_ACCEPT,
        ("filed",),
        "accepted",
        "",
        other_than="filer",
    ),
    StepKind(
        "publish",
        N_("Publish"),
        Action.OPEN_LIST_ACCEPT,
        ("accepted",),
        "published",
        "version",
        other_than="accepter",
    ),
    StepKind(
        "propose",
        N_("Propose an amendment"),
        Action.OPEN_LIST_EDIT,
        ("published", "amended", "evaluated"),
        None,
        "proposed content",
        needs_reason=True,
    ),
    StepKind(
        "retract",
        N_("Take out of the amendment"),
        Action.OPEN_LIST_EDIT,
        ("published", "amended", "evaluated"),
        None,
        "proposed content",
    ),
    StepKind(
        "refuse",
        N_("Refuse the amendment"),
        Action.OPEN_LIST_REVIEW,
        ("published", "amended", "evaluated"),
        None,
        "proposed content",
        needs_reason=True,
        other_than="writers",
    ),
    StepKind(
        "amend",
        N_("Amend"),
        Action.OPEN_LIST_REVIEW,
        ("published", "amended", "evaluated"),
        "amended",
        "version",
        other_than="writers",
        # What was evaluated is adjusted by it (implementing rules, arts. 9-12), and stays so.
        stays=("evaluated",),
    ),
    StepKind(
        "evaluate",
        N_("End the evaluation"),
        Action.OPEN_LIST_REVIEW,
        ("published", "amended"),
        "evaluated",
        "decisions",
    ),
    StepKind("close", N_("Close"), Action.OPEN_LIST_ACCEPT, ("evaluated",), "closed", ""),
)

_OTHER_THAN: Final = {
    "writers": "who wrote it",
    "filer": "who filed it",
    "accepter": "who accepted it, where four eyes are demanded",
}

_BESIDE: Final[Mapping[str, str]] = {
    "decide": N_("Decide about items"),
}
_NONE_YET: Final = Named(NO_LIST, N_("not begun yet"))

BY_NAME: Final = {one.name: one for one in STEPS}


def step_from(state: str, name: str) -> StepKind:
    """Return a step that may be taken from a state; raises ``open-list-step``."""
    found = BY_NAME.get(name)
    if found is None or state not in found.come_from:
        raise not_possible(name, state, [one.name for one in STEPS if state in one.come_from])
    return found


def not_possible(step: str, state: str, possible: Iterable[str] = ()) -> AtlasError:
    """Return ``open-list-step``: a step does not lead on from a state, but those others do."""
    others = NamedSeveral(tuple(named_step(one) for one in possible))
    known = step in BY_NAME or step in _BESIDE
    return AtlasError(
        LIST_STEP,
        step=named_step(step) if known else step[:80],
        state=named_list_state(state) if state else _NONE_YET,
        possible=others,
    )


def named_step(step: str) -> Named:
    """Return what a step of lists is called, or what is done with one beside its steps."""
    return Named(step, BY_NAME[step].label if step in BY_NAME else _BESIDE[step])


def drawing() -> str:
    """Return the states and steps as a Mermaid diagram, for the documentation."""
    lines = ["stateDiagram-v2"]
    for one in STEPS:
        for start in one.come_from:
            end = start if start in one.stays else one.to or start
            lines.append(f"    {start or '[*]'} --> {end}: {one.name}")
    lines.append("    closed --> [*]")
    return "\n".join(lines) + "\n"


def table() -> str:
    """Return the steps as a Markdown table, for the documentation."""
    lines = [
        "| step | from | to | action | another than | reason | writes |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in STEPS:
        cells = (
            one.name,
            ", ".join(start or "–" for start in one.come_from)
            + (" (never filed)" if one.never_filed else ""),
            " or ".join((one.to, *one.stays)) if one.to else "the same",
            f"`{one.by.value}`",
            _OTHER_THAN.get(one.other_than or "", ""),
            "yes" if one.needs_reason else "",
            one.writes,
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
