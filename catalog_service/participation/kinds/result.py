"""A result (成果): what somebody made of public data (implementing rules, arts. 27–28)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from catalog_service.participation.machine import NO_CASE, Field, Machine, StepKind
from translations import N_, NP_

RESULT_KINDS: Final[Mapping[str, str]] = {
    "app": NP_("result kind", "Application"),
    "service": NP_("result kind", "Service or API"),
    "visualization": NP_("result kind", "Map or visualization"),
    "research": NP_("result kind", "Research"),
    "report": NP_("result kind", "Report or article"),
    "model": NP_("result kind", "Model or algorithm"),
    "other": NP_("result kind", "Something else"),
}
"""What was made."""

RESULT: Final = Machine(
    "result",
    N_("Result"),
    {
        "submitted": NP_("case state", "received, to be checked"),
        "waiting": NP_("case state", "waits for more from who asked"),
        "shown": NP_("case state", "shown to everybody"),
        "refused": NP_("case state", "not shown"),
        "taken_down": NP_("case state", "taken down"),
        "withdrawn": NP_("case state", "taken back"),
    },
    frozenset({"refused", "taken_down", "withdrawn"}),
    (
        StepKind("submit", N_("Show what you made"), "asker", (NO_CASE,), "submitted"),
        StepKind(
            "ask_more",
            N_("Ask for more"),
            "sorter",
            ("submitted",),
            "waiting",
            needs_text=True,
        ),
        StepKind(
            "give_more",
            N_("Give more"),
            "asker",
            ("waiting",),
            "submitted",
            needs_text=True,
        ),
        StepKind(
            "show",
            N_("Show it to everybody"),
            "sorter",
            ("submitted",),
            "shown",
            fields=(Field("topic", required=False),),
        ),
        StepKind(
            "refuse",
            N_("Say that it is not shown"),
            "sorter",
            ("submitted",),
            "refused",
            needs_text=True,
        ),
        StepKind(
            "take_down",
            N_("Take it down"),
            "sorter",
            ("shown",),
            "taken_down",
            needs_text=True,
            waits=False,
        ),
        StepKind(
            "withdraw",
            N_("Take back"),
            "asker",
            ("submitted", "waiting", "shown"),
            "withdrawn",
        ),
        StepKind(
            "end",
            N_("End, since nothing more came"),
            "sorter",
            ("waiting",),
            "refused",
            needs_text=True,
            waits=False,
        ),
    ),
)
"""From its maker's word to the page that everybody reads; no text sets a term for it."""
