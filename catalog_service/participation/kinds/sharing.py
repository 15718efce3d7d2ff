"""A sharing request (共享需求): data of another department that nobody has catalogued (R08)."""

from __future__ import annotations

from typing import Final

from catalog_service.accounts.service import Action
from catalog_service.participation.kinds.common_steps import (
    answer_taken,
    given_up,
    lapse,
    more,
    pass_on,
)
from catalog_service.participation.machine import NO_CASE, Clock, Field, Machine, StepKind
from translations import N_, NP_

SHARING: Final = Machine(
    "sharing",
    N_("Sharing request"),
    {
        "received": NP_("case state", "received"),
        "assigned": NP_("case state", "with the organization responsible"),
        "waiting": NP_("case state", "waits for more from who asked"),
        "confirmed": NP_("case state", "confirmed, to be catalogued"),
        "catalogued": NP_("case state", "catalogued"),
        "declined": NP_("case state", "not catalogued"),
        "contested": NP_("case state", "answer contested"),
        "closed": NP_("case state", "closed"),
        "withdrawn": NP_("case state", "taken back"),
    },
    frozenset({"closed", "withdrawn"}),
    (
        StepKind(
            "ask",
            N_("Ask for data to share"),
            "asker",
            (NO_CASE,),
            "received",
            {"catalogue": "start"},
            needs_text=True,
        ),
        StepKind(
            "sort",
            N_("Assign"),
            "sorter",
            ("received", "assigned"),
            "assigned",
            fields=(Field("organization"),),
        ),
        pass_on(),
        *more("catalogue"),
        StepKind(
            "confirm",
            N_("Confirm that it is to be catalogued"),
            "handler",
            ("assigned",),
            "confirmed",
        ),
        StepKind(
            "catalogue",
            N_("Note that it was catalogued"),
            "handler",
            ("assigned", "confirmed"),
            "catalogued",
            {"catalogue": "reach"},
            fields=(Field("dataset"),),
        ),
        StepKind(
            "decline",
            N_("Say that there is nothing to catalogue"),
            "handler",
            ("assigned", "confirmed"),
            "declined",
            {"catalogue": "reach"},
            needs_text=True,
        ),
        *answer_taken("catalogue", "catalogued", "declined"),
        *given_up("catalogue", "received", "assigned", "waiting"),
        lapse("catalogued", "declined"),
    ),
    (Clock("catalogue", N_("Confirming and cataloguing"), "R08"),),
    brought_by=Action.WORKBENCH_READ,
)
"""From one department's question to another's entry in the catalogue; nothing of it is public."""
