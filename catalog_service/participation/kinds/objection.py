"""An objection (异议): opened data that somebody finds wrong (2022 work arrangement, 7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from catalog_service.participation.kinds.common_steps import (
    answer_taken,
    given_up,
    lapse,
    more,
    pass_on,
)
from catalog_service.participation.machine import NO_CASE, Clock, Field, Machine, StepKind
from translations import N_, NP_

FAULTS: Final[Mapping[str, str]] = {
    "wrong": NP_("objection", "A value is wrong"),
    "missing": NP_("objection", "Something is missing"),
    "outdated": NP_("objection", "It is out of date"),
    "unreadable": NP_("objection", "A file cannot be read, or an address does not answer"),
    "described": NP_("objection", "The description does not fit the data"),
    "rights": NP_("objection", "It touches on somebody’s rights"),
}
"""What is said to be wrong."""

OBJECTION: Final = Machine(
    "objection",
    N_("Objection"),
    {
        "assigned": NP_("case state", "with the organization responsible"),
        "waiting": NP_("case state", "waits for more from who asked"),
        "confirmed": NP_("case state", "confirmed, to be corrected"),
        "source": NP_("case state", "waits for the system of the source"),
        "corrected": NP_("case state", "corrected"),
        "not_confirmed": NP_("case state", "not confirmed"),
        "contested": NP_("case state", "answer contested"),
        "closed": NP_("case state", "closed"),
        "withdrawn": NP_("case state", "taken back"),
    },
    frozenset({"closed", "withdrawn"}),
    (
        StepKind(
            "object",
            N_("Object to data"),
            "asker",
            (NO_CASE,),
            "assigned",
            {"response": "start"},
            needs_text=True,
            fields=(Field("fault"),),
        ),
        pass_on(),
        StepKind(
            "sort",
            N_("Assign"),
            "sorter",
            ("assigned",),
            "assigned",
            fields=(Field("organization"),),
        ),
        *more("response"),
        StepKind(
            "confirm",
            N_("Confirm the fault"),
            "handler",
            ("assigned",),
            "confirmed",
            {"response": "reach"},
            needs_text=True,
        ),
        StepKind(
            "not_confirm",
            N_("Say that there is no fault"),
            "handler",
            ("assigned", "source"),
            "not_confirmed",
            {"response": "reach"},
            needs_text=True,
        ),
        StepKind(
            "needs_source",
            N_("Say that the system of the source must be changed"),
            "handler",
            ("assigned", "confirmed"),
            "source",
            {"response": "reach"},
            needs_text=True,
            fields=(Field("day"),),
        ),
        StepKind(
            "source_done",
            N_("Say that the source was changed"),
            "handler",
            ("source",),
            "confirmed",
        ),
        StepKind(
            "correct_source",
            N_("Note the correction of the source’s data"),
            "handler",
            ("confirmed",),
            None,
            fields=(Field("day"), Field("version")),
        ),
        StepKind(
            "correct_opened",
            N_("Note the correction of the opened data"),
            "handler",
            ("confirmed",),
            None,
            fields=(Field("day"), Field("version")),
        ),
        StepKind(
            "corrected",
            N_("Answer: corrected"),
            "handler",
            ("confirmed",),
            "corrected",
            needs_text=True,
        ),
        *answer_taken("response", "corrected", "not_confirmed"),
        *given_up("response", "assigned", "waiting"),
        lapse("corrected", "not_confirmed"),
    ),
    (Clock("response", N_("Handling and answer"), "R19"),),
)
"""From the objection to data that is right on both sides, or to the reason why it was."""
