"""Kinds of errors of the vocabularies at work."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

UNKNOWN_FIELD: Final = ErrorKind(
    "unknown-value-field",
    "{field} is no field whose values mean concepts. Choose one of {known}.",
    status=422,
)
VALUE_NOT_UNMAPPED: Final = ErrorKind(
    "value-not-unmapped",
    "No record of the sources in question gives “{text}” as an unknown value of {field}. `atlas "
    "vocabulary list` shows those that are unknown; it may have been mapped meanwhile.",
    status=404,
)
CONCEPT_NOT_OF_FIELD: Final = ErrorKind(
    "concept-not-of-field",
    "{concept} is no concept that a value of {field} may mean. Choose a concept of one of the "
    "schemes {schemes}, by IRI or as SCHEME/NOTATION.",
    status=422,
)
VALUE_DECIDED: Final = ErrorKind(
    "value-decided",
    "“{text}” was decided already (decision {number}, {state}). Undo or refuse that decision "
    "before making another.",
    status=409,
)
UNKNOWN_DECISION: Final = ErrorKind(
    "unknown-decision",
    "There is no decision {number} about values. `atlas vocabulary decisions` lists them.",
    status=404,
)
DECISION_NOT_IN_STATE: Final = ErrorKind(
    "decision-not-in-state",
    "Decision {number} stands at “{state}”: this is done only at “{wanted}”. Load it again.",
    status=409,
)
OWN_PROPOSAL: Final = ErrorKind(
    "own-proposal",
    "You proposed this yourself, and four eyes are demanded: somebody else with the right to "
    "release it must do so.",
    status=403,
)
UNKNOWN_CONCEPT_PROPOSAL: Final = ErrorKind(
    "unknown-concept-proposal",
    "There is no proposal {number} about concepts. The page of the workbench lists them.",
    status=404,
)
CONCEPT_PROPOSAL_NOT_IN_STATE: Final = ErrorKind(
    "concept-proposal-not-in-state",
    "Proposal {number} stands at “{state}”: this is done only at “{wanted}”. Load it again.",
    status=409,
)
CONCEPT_IS_THERE: Final = ErrorKind(
    "concept-is-there",
    "“{text}” means {concept} already, or meant another concept before. Choose another code or "
    "name, or change that concept.",
    status=409,
)
CONCEPT_USED_NO_MORE: Final = ErrorKind(
    "concept-used-no-more",
    "“{concept}” is to be used no more, as was released before. Choose a concept that is in use.",
    status=409,
)
OWN_CONCEPT: Final = ErrorKind(
    "own-concept-proposal",
    "You proposed this yourself: somebody else who may release vocabularies must release it.",
    status=403,
)
CONCEPT_IN_USE: Final = ErrorKind(
    "concept-in-use",
    "{count} records, drafts, lists, roles or decisions use “{concept}”, so it cannot be taken "
    "away. Propose that it be used no more: it then stays where it is used.",
    status=409,
)
