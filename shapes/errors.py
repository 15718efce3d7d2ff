"""The errors of this room: what is wrong with a rule file or an engine's input."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

UNREADABLE_RULES: Final = ErrorKind(
    "unreadable-rules",
    "The rule file cannot be parsed: {reason}. Mend its Turtle.",
)
NO_RULES: Final = ErrorKind(
    "no-rules",
    "There are no rules in {where}. Give at least one (rdf:type shd:Rule).",
)
INVALID_RULE: Final = ErrorKind(
    "invalid-rule",
    "Rule {rule} is not valid: {reason}. Correct it and try again.",
)
DUPLICATE_RULE: Final = ErrorKind(
    "duplicate-rule",
    "Rule {rule} stands in both {first} and {second}. Keep one of them.",
)
UNKNOWN_RULE: Final = ErrorKind(
    "unknown-rule",
    "There is no rule {rule}. See all of them with: atlas rules list.",
)
INVALID_PARAMETERS: Final = ErrorKind(
    "invalid-rule-parameters",
    "The parameters of a rule are not valid: {reason}. Correct the line.",
)
UNCHECKABLE_RECORD: Final = ErrorKind(
    "uncheckable-record",
    "Record {iri} cannot be checked: {reason}. Mend its triples.",
)
