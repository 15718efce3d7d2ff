"""Errors of `Catalog.submit` and its neighbours."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

CLOSED_THOUGH_REFUSED: Final = ErrorKind(
    "closed-though-refused",
    "The new version of {remote_id} was refused ({code}), and says that the data are not open: the "
    "version that was public is public no more. Mend the new one and submit it again.",
    status=422,
)
MAY_NOT_BE_OPEN: Final = ErrorKind(
    "may-not-be-open",
    "The open type {value!r} may mean 非开放; this version is not public and waits for a steward. "
    "{reason} Write 无条件开放, 有条件开放 or 非开放 at the source, or let a steward look and "
    "release it (atlas held).",
    status=422,
)
REPEATS_THE_CITY: Final = ErrorKind(
    "repeats-the-city",
    "“{title}” ({iri}) repeats “{other}” ({other_iri}), which the city publishes; this version "
    "waits (R07, data regulations art. 28). Withdraw it at the source, or let a steward release it "
    "(atlas held release) or decide that the two are different (atlas duplicates decide).",
    status=422,
)
CONCEPT_ENDED: Final = ErrorKind(
    "concept-ended",
    "{remote_id} names {concept}, which was taken away from its vocabulary. Send the record again: "
    "it is read with the vocabulary of then. Where it names that IRI itself, choose another.",
    status=409,
)
IDENTIFIER_DIFFERS: Final = ErrorKind(
    "identifier-differs",
    "The body identifies itself as {found!r}, the address as {expected!r}. Make them equal, or "
    "leave the identifier out of the body.",
    status=422,
)
