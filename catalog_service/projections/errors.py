"""Kinds of errors of the projections."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

PROJECTIONS_LOCKED: Final = ErrorKind(
    "projections-locked",
    "Another process is running the projections of {home}. Wait for it, or stop it first.",
    status=503,
)
PROJECTION_FAILED: Final = ErrorKind(
    "projection-failed",
    "Projection {name} could not take in change {seq} ({iri}): {reason}. See the log; it goes on "
    "by itself once the cause is gone, or rebuild it with `atlas index rebuild`.",
    status=503,
)
PROJECTION_MISSING: Final = ErrorKind(
    "projection-missing",
    "Projection {name} holds nothing, though the journal stands at change {head}. A running "
    "service builds it by itself: try again in a moment. Otherwise run "
    "`atlas index rebuild {name}`.",
    status=503,
)
PROJECTION_FOREIGN: Final = ErrorKind(
    "projection-foreign",
    "Projection {name} stands at a change {seq} that is not this journal's: the journal was "
    "replaced or restored from a backup. A running service builds it anew by itself: try again "
    "in a moment. Otherwise run `atlas index rebuild {name}`.",
    status=503,
)
PROJECTION_BEHIND: Final = ErrorKind(
    "projection-behind",
    "After {seconds} s projection {name} has not reached change {seq} (it shows {published}): "
    "{reason}. Try again later, or see `atlas doctor`.",
    status=503,
)
REVOCATIONS_UNKNOWN: Final = ErrorKind(
    "closings-unknown",  # public: clients read it, so that it keeps its older word
    "Within {seconds} s the journal did not tell which records were withdrawn or are not open any "
    "more, so nothing is answered. Try again in {retry_after} s; if it stays so, see what keeps "
    "the journal's database busy.",
    status=503,
)
