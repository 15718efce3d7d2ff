"""Steps that kinds of cases share: passed on, more asked for, an answer taken, contested, over.

``clock`` is the one that the answer reaches; ``answered`` are the states that hold an answer.
"""

from __future__ import annotations

from catalog_service.participation.machine import Field, StepKind
from translations import N_


def pass_on() -> StepKind:
    """Return the step by which a work order goes to whom it belongs."""
    return StepKind(
        "pass_on",
        N_("Pass on as a work order"),
        "handler",
        ("assigned",),
        "assigned",
        needs_text=True,
        fields=(Field("organization"),),
    )


def more(clock: str) -> tuple[StepKind, StepKind]:
    """Return the steps by which more is asked for, and given: the clock stands still between."""
    return (
        StepKind(
            "ask_more",
            N_("Ask for more"),
            "handler",
            ("assigned",),
            "waiting",
            {clock: "stop"},
            needs_text=True,
        ),
        StepKind(
            "give_more",
            N_("Give more"),
            "asker",
            ("waiting",),
            "assigned",
            {clock: "resume"},
            needs_text=True,
        ),
    )


def answer_taken(clock: str, *answered: str) -> tuple[StepKind, ...]:
    """Return the steps by which an answer is accepted, or contested and then decided about."""
    return (
        StepKind("accept", N_("Accept the answer"), "asker", answered, "closed"),
        StepKind(
            "contest",
            N_("Contest the answer"),
            "asker",
            answered,
            "contested",
            {clock: "start"},
            needs_text=True,
            most=2,
        ),
        StepKind(
            "uphold",
            N_("Uphold the answer"),
            "sorter",
            ("contested",),
            "closed",
            {clock: "reach"},
            needs_text=True,
            other_than_handlers=True,
        ),
        StepKind(
            "reopen",
            N_("Have it answered anew"),
            "sorter",
            ("contested",),
            "assigned",
            needs_text=True,
            fields=(Field("organization", required=False),),
        ),
    )


def given_up(clock: str, *still_open: str) -> tuple[StepKind, StepKind]:
    """Return the steps that end a case without an answer: by who asked, or by who handles it."""
    return (
        StepKind(
            "withdraw",
            N_("Take back"),
            "asker",
            still_open,
            "withdrawn",
            {clock: "end"},
        ),
        StepKind(
            "end",
            N_("End, since nothing more came"),
            "handler",
            ("waiting",),
            "closed",
            {clock: "end"},
            needs_text=True,
        ),
    )


def lapse(*answered: str) -> StepKind:
    """Return the step of the worker, once an answer cannot be contested any more."""
    label = N_("Close, since nobody contests it")
    return StepKind("lapse", label, "clock", answered, "closed")
