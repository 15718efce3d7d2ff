"""A demand (需求): data that somebody looks for in vain (2022 work arrangement, 8)."""

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

OUTCOMES: Final[Mapping[str, str]] = {
    "opened": NP_("demand outcome", "The data was opened"),
    "will-open": NP_("demand outcome", "The data will be opened by a day"),
    "exists": NP_("demand outcome", "The data is open already"),
    "sample": NP_("demand outcome", "A sample set was made"),
    "refused": NP_("demand outcome", "The data is not opened"),
}
"""How a demand is answered."""
NAMES_A_DATASET: Final = frozenset({"opened", "exists", "sample"})
NAMES_A_DAY: Final = frozenset({"will-open"})
NAMES_AN_ARTICLE: Final = frozenset({"refused"})

_OPEN: Final = ("received", "assigned", "waiting")

DEMAND: Final = Machine(
    "demand",
    N_("Demand for data"),
    {
        "received": NP_("case state", "received"),
        "assigned": NP_("case state", "with the organization responsible"),
        "waiting": NP_("case state", "waits for more from who asked"),
        "answered": NP_("case state", "answered"),
        "contested": NP_("case state", "answer contested"),
        "closed": NP_("case state", "closed"),
        "joined": NP_("case state", "joined to another"),
        "withdrawn": NP_("case state", "taken back"),
    },
    frozenset({"closed", "joined", "withdrawn"}),
    (
        StepKind(
            "ask",
            N_("Ask for data"),
            "asker",
            (NO_CASE,),
            "received",
            {"response": "start"},
            needs_text=True,
        ),
        StepKind(
            "sort",
            N_("Assign"),
            "sorter",
            ("received", "assigned"),
            "assigned",
            fields=(Field("organization"), Field("title"), Field("topic", required=False)),
        ),
        StepKind(
            "join",
            N_("Join to an earlier one"),
            "sorter",
            ("received", "assigned"),
            "joined",
            {"response": "end"},
            fields=(Field("into"),),
        ),
        pass_on(),
        *more("response"),
        StepKind(
            "answer",
            N_("Answer"),
            "handler",
            ("assigned",),
            "answered",
            {"response": "reach"},
            needs_text=True,
            fields=(
                Field("outcome"),
                Field("dataset", required=False),
                Field("day", required=False),
                Field("article", required=False),
            ),
        ),
        *answer_taken("response", "answered"),
        StepKind(
            "rate",
            N_("Rate"),
            "asker",
            ("closed",),
            None,
            fields=(Field("rating"),),
            most=1,
        ),
        *given_up("response", *_OPEN),
        lapse("answered"),
    ),
    (Clock("response", N_("Effective response"), "R18"),),
)
"""From the question to the answer that its asker takes, or that is upheld."""
