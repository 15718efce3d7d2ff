"""State machines as data: which steps a kind of case has, who takes them, and what they do.

Pages, commands, the check of a step, the clocks and the drawings in docs/participation.md all read
the same `Machine`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from catalog_service.accounts.service import Action
from catalog_service.participation.model import KindName
from ontology.errors import Named

Party = Literal["asker", "handler", "sorter", "clock"]
"""Who takes a step: whoever brought the case up; who may handle cases of the organization that is
responsible; who may sort cases, over the whole city or a district; the worker, once a term is
over."""

PARTIES: Final[Mapping[Party, Action | None]] = {
    "asker": Action.REQUEST_MAKE,
    "handler": Action.CASE_HANDLE,
    "sorter": Action.CASE_SORT,
    "clock": None,
}
"""The right that each of them needs."""

NO_CASE: Final = ""
"""From where the first step leads."""

ClockMove = Literal["start", "stop", "resume", "reach", "end"]
"""``reach``: what the clock waited for came; ``end``: it does not count any more."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A term in working days. Its length is a dated parameter of its rule."""

    name: str
    label: str
    """Marked for translation."""
    rule: str
    parameter: str = "working-days"


@dataclass(frozen=True, slots=True)
class Field:
    """What a step asks for beside its text."""

    name: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class StepKind:
    """A step that can be taken. ``to`` None: the case stays in its state."""

    name: str
    label: str
    """Marked for translation."""
    by: Party
    come_from: tuple[str, ...]
    to: str | None
    moves: Mapping[str, ClockMove] = field(default_factory=dict)
    """What it does to clocks, by name."""
    needs_text: bool = False
    """Whether whoever takes it says why, or what."""
    fields: tuple[Field, ...] = ()
    other_than_handlers: bool = False
    """Whether it needs eyes other than those that handled the case before."""
    waits: bool = True
    """Whether a case waits for it where it can be taken; false: it need not be."""
    by_day: bool = False
    """Of the clock's: whether it is taken once the case's own last day is over, and not since
    nobody answered for a while."""
    most: int | None = None
    """How often it may be taken in a case; None: as often as its states allow."""

    def leads_to(self, state: str) -> str:
        """Return where a case stands after it."""
        return state if self.to is None else self.to


def named_step(kind: StepKind) -> Named:
    """Return what a step is called in errors."""
    return Named(kind.name, kind.label)


@dataclass(frozen=True, slots=True)
class Machine:
    """One kind of cases."""

    kind: KindName
    label: str
    """Marked for translation."""
    states: Mapping[str, str]
    """Each state with its label, marked for translation."""
    final: frozenset[str]
    """States in which a case has ended: no clock runs in them."""
    steps: tuple[StepKind, ...]
    clocks: tuple[Clock, ...] = ()
    brought_by: Action = Action.REQUEST_MAKE
    """The right over some organization that whoever brings one up needs."""

    def step_named(self, name: str) -> StepKind | None:
        """Return a step by its name."""
        return next((one for one in self.steps if one.name == name), None)

    def steps_from(self, state: str) -> tuple[StepKind, ...]:
        """Return what may be done in a state, whoever does it."""
        return tuple(one for one in self.steps if state in one.come_from)

    @property
    def answers_by(self) -> Clock | None:
        """The clock that is reached by the answer: its last; None: it has none."""
        return self.clocks[-1] if self.clocks else None

    @property
    def begins(self) -> StepKind:
        """The step that brings a case up."""
        return next(one for one in self.steps if NO_CASE in one.come_from)


def drawing(machine: Machine) -> str:
    """Return the states and steps as a Mermaid diagram, for the documentation."""
    lines = ["stateDiagram-v2"]
    for one in machine.steps:
        for start in one.come_from:
            lines.append(f"    {start or '[*]'} --> {one.to or start}: {one.name}")
    lines += [f"    {state} --> [*]" for state in machine.states if state in machine.final]
    return "\n".join(lines) + "\n"


def table(machine: Machine) -> str:
    """Return the steps as a Markdown table, for the documentation."""
    lines = [
        "| step | by | from | to | clocks | asks for |",
        "|---|---|---|---|---|---|",
    ]
    for one in machine.steps:
        moves = ", ".join(f"{move} {clock}" for clock, move in one.moves.items())
        asks = [each.name if each.required else f"({each.name})" for each in one.fields]
        asks += ["text"] if one.needs_text else []
        cells = (
            one.name,
            one.by + (" who has not handled it" if one.other_than_handlers else ""),
            ", ".join(start or "–" for start in one.come_from),
            one.to or "the same",
            moves,
            ", ".join(asks) + (f" (at most {one.most} times)" if one.most else ""),
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
