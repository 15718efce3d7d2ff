"""What goes wrong with rules at work."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

UNKNOWN_EXCEPTION: Final = ErrorKind(
    "unknown-exception",
    "There is no exception {number}. Look at the list of exceptions from rules.",
    status=404,
)
NO_EXCEPTION_FROM: Final = ErrorKind(
    "no-exception-from",
    "The gate does not hold records against rule {rule}, so that nothing can be excepted from it. "
    "See how the rule is judged on its page.",
    status=422,
)
EXCEPTION_END: Final = ErrorKind(
    "exception-end",
    "{until} is no end for an exception: it is a day from {first} to {last}. Choose one of these; "
    "when it is over the exception can be asked for anew.",
    status=422,
)
EXCEPTION_THERE: Final = ErrorKind(
    "exception-there",
    "{remote_id} is excepted from rule {rule} until {until} already, or waits to be. Have that "
    "exception revoked or refused first.",
    status=409,
)
EXCEPTION_CLOSED: Final = ErrorKind(
    "exception-closed",
    "Exception {number} is not as it was shown: it was released, refused or revoked meanwhile, or "
    "is over. Look at the list again.",
    status=409,
)
EXCEPTION_NEEDS_ANOTHER: Final = ErrorKind(
    "exception-needs-another",
    "Who asked for an exception does not release it. Ask somebody else who may except records of "
    "this source from rules (docs/roles.md).",
    status=403,
)
RULE_TOO_LONG: Final = ErrorKind(
    "rule-too-long",
    "The rule has more than {most} characters. Try one rule at a time, and leave out what does not "
    "belong to it.",
    status=413,
)
TRIAL_BUSY: Final = ErrorKind(
    "trial-busy",
    "Another changed rule is being tried just now. Try again in {seconds} seconds.",
    status=429,
)
TRIAL_TOO_LONG: Final = ErrorKind(
    "trial-too-long",
    "Within {seconds} s not one record could be held against this rule. Make its patterns and "
    "paths simpler, or try it with atlas rules impact.",
    status=422,
)
TRIAL_BROKE: Final = ErrorKind(
    "trial-broke",
    "The trial broke off after {records} records: the rule takes more than {memory} MiB of memory, "
    "or its shapes nest without end. Make it simpler: a shape must not lead back to itself.",
    status=422,
)
