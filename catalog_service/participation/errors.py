"""Kinds of errors of cases."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

UNKNOWN_CASE: Final = ErrorKind(
    "unknown-case",
    "There is no case {name}, or none that you may see. /cases shows those that you brought up.",
    status=404,
)
CASE_STEP: Final = ErrorKind(
    "case-step",
    "The case {name} stands otherwise by now ({state}): this cannot be done with it. Look at it "
    "again.",
    status=409,
)
CASE_TOO_OFTEN: Final = ErrorKind(
    "case-too-often",
    "“{step}” was done with the case {name} as often as it may be. Who disagrees writes to the "
    "city office.",
    status=409,
)
CASE_NEEDS_ANOTHER: Final = ErrorKind(
    "case-needs-another",
    "You have handled the case {name} yourself: whether its answer holds, another decides. Ask a "
    "colleague who may sort cases.",
    status=403,
)
TEXT_NEEDED: Final = ErrorKind(
    "case-text-needed",
    "“{step}” needs a text that says what, or why. Write it; it is shown to whom the case needs, "
    "and never to the public.",
    status=422,
)
TEXT_TOO_LONG: Final = ErrorKind(
    "case-text-too-long",
    "The text has {length} characters, and {limit} are kept. Shorten it.",
    status=422,
)
FIELD_NEEDED: Final = ErrorKind(
    "case-field-needed",
    "“{step}” needs the field “{field}”. Fill it in.",
    status=422,
)
FIELD_WRONG: Final = ErrorKind(
    "case-field-wrong",
    # What was typed is not repeated: it may be somebody's name, and errors reach logs.
    "The field “{field}” cannot be what was given: fill it in as it is wanted. {expected}",
    status=422,
)
PUBLIC_PERSONAL: Final = ErrorKind(
    "case-field-personal",
    "Everybody reads “{field}”, and it seems to hold what identifies a person: {found}. Say what "
    "it is about without naming anybody.",
    status=422,
)
CASE_LOOP: Final = ErrorKind(
    "case-loop",
    "{organization} has had the case {name} already and passed it on. Answer it, or ask the city "
    "office to assign it.",
    status=409,
)
NOT_CORRECTED: Final = ErrorKind(
    "case-not-corrected",
    "An objection is corrected once both sides are: the data of the source and the opened data, "
    "each with its day and version (R22). Missing: {missing}.",
    status=409,
)
CASE_OVER: Final = ErrorKind(
    "case-over",
    "The case {name} has ended, so that nobody can follow it any more. Bring up a new one.",
    status=409,
)
CASE_NOT_OVER: Final = ErrorKind(
    "case-not-over",
    "The case {name} has not ended: what was written in it is still needed. Take it back first, or "
    "wait for its end.",
    status=409,
)
TOO_MANY_CASES: Final = ErrorKind(
    "too-many-cases",
    "You have {open} cases that are still open, and {limit} is the limit of one person. Wait for "
    "an answer, or take one back.",
    status=429,
)
NOT_CONDITIONAL: Final = ErrorKind(
    "application-not-needed",
    "“{dataset}” is not conditional data (有条件开放): nobody applies for it. Take it from its "
    "page, or ask its publisher.",
    status=422,
)
NO_AGREEMENT: Final = ErrorKind(
    "application-without-agreement",
    "The dataset of the application {name} has no agreement: nothing could be signed. Classify it "
    "with an agreement at /workbench/classification, then grant it.",
    status=409,
)
TERMS_NOT_ACCEPTED: Final = ErrorKind(
    "application-terms",
    "An application needs your word that you have read the conditions and the agreement. Read them "
    "and tick the box.",
    status=422,
)
SIGNS_BOTH: Final = ErrorKind(
    "signature-needs-another",
    "You granted the application {name} yourself, and {organization} wants four eyes: another "
    "signs its agreement. Ask a colleague who may handle cases.",
    status=403,
)
NO_SIGNER: Final = ErrorKind(
    "signature-by-person",
    "A person signs an agreement, themselves or by a token of their own, and not the installation. "
    "Sign in and open the case {name}.",
    status=403,
)
NO_ADDRESS: Final = ErrorKind(
    "signature-no-address",
    "A code is sent by mail, and your account has no address. Have one entered, then ask for a "
    "code again.",
    status=409,
)
CODE_TOO_SOON: Final = ErrorKind(
    "signature-code-soon",
    "A code was sent less than {seconds} seconds ago. Look into your mail, or wait a little and "
    "ask again.",
    status=429,
)
KEY_REUSED: Final = ErrorKind(
    "idempotency-key-reused",
    "This Idempotency-Key came before, with another body, and brought up a case. Send the same "
    "body to get its answer again, or choose a new key for a new case.",
    status=422,
)
CODE_NOT_VALID: Final = ErrorKind(
    "signature-code-not-valid",
    "The code is not the one that was sent, was used, or is too old: it counts once, for fifteen "
    "minutes and five answers. Look at it again, or ask for a new one.",
    status=422,
)
