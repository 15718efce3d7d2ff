"""What answers tell of a rule's findings."""

from __future__ import annotations

from catalog_service.answers import Message, Shown


class Spot(Shown):
    """Where a rule finds something: N-Triples terms, and the property's short name.

    Terms over `ontology.truncation.MAX_NAME` characters are cut, with an ellipsis.
    """

    focus: str
    path: str | None
    value: str | None


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


class RuleFindings(Shown):
    """What one rule finds."""

    rule: str
    severity: str
    label: Message
    article: Message
    message: Message
    count: int
    spots: list[Spot]
