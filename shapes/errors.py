"""The errors of this room: what is wrong with a rule file or an engine's input."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

UNREADABLE_RULES: Final = ErrorKind(
    "unreadable-rules",
    "The rule file cannot be parsed: {reason}. Mend its Turtle.",
    lasting=True,
)
NO_RULES: Final = ErrorKind(
    "no-rules",
    "There are no rules in {where}. Give at least one (rdf:type shd:Rule).",
    lasting=True,
)
INVALID_RULE: Final = ErrorKind(
    "invalid-rule",
    "Rule {rule} is not valid: {reason}. Correct it and try again.",
    lasting=True,
)
DUPLICATE_RULE: Final = ErrorKind(
    "duplicate-rule",
    "Rule {rule} stands in both {first} and {second}. Keep one of them.",
    lasting=True,
)
UNKNOWN_RULE: Final = ErrorKind(
    "unknown-rule",
    "There is no rule {rule}. See all of them with: atlas rules list.",
    status=404,
)
INVALID_PARAMETERS: Final = ErrorKind(
    "invalid-rule-parameters",
    "The parameters of a rule are not valid: {reason}. Correct the line.",
    lasting=True,
)
UNCHECKABLE_RECORD: Final = ErrorKind(
    "uncheckable-record",
    "Record {iri} cannot be checked: {reason}. Mend its triples.",
)
