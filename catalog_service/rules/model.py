"""What answers tell of a rule's findings."""

from __future__ import annotations

from datetime import date

from catalog_service.answers import Message, Shown


class Spot(Shown):
    """Where a rule finds something: N-Triples terms, and the property's short name.

    Terms over `ontology.truncation.MAX_NAME` characters are cut, with an ellipsis.
    """

    focus: str
    path: str | None
    value: str | None


class Excepted(Shown):
    """Why a record passes although a rule finds something in it, and until which day.

    Whose decision that was is told to nobody here.
    """

    until: date
    """The last day, in Shanghai."""
    reason: str


class RuleTally(Shown):
    """In how many records of a run a rule finds something, and what it demands, which mends it."""

    rule: str
    severity: str
    label: Message
    article: Message
    message: Message
    held: int
    """Records that wait at the gate."""
    flagged: int
    """Records that were taken in all the same."""
    excepted: int = 0
    """Records of the source that are excepted from the rule now."""


class RuleFindings(Shown):
    """What one rule finds."""

    rule: str
    severity: str
    label: Message
    article: Message
    message: Message
    count: int
    spots: list[Spot]
    excepted: Excepted | None = None
    """Where the record is excepted from the rule: it passes all the same."""
