"""Kinds of errors of public SPARQL, and the HTTP status each stands for."""

from __future__ import annotations

from typing import Final

from ontology.errors import CountedErrorKind, ErrorKind

SPARQL_SYNTAX: Final = ErrorKind(
    "sparql-syntax",
    "The query has a syntax error at line {line}, column {column}: from the mark in '{near}' on it "
    "cannot be read. Check the brackets, the punctuation and the keywords there and before.",
    status=400,
)
SPARQL_PREFIX_UNKNOWN: Final = ErrorKind(
    "sparql-prefix-unknown",
    "The query uses the prefix '{prefix}:' at line {line}, column {column}, which is not declared. "
    "Begin with PREFIX {prefix}: <…>, or use one of those listed at /sparql.",
    status=400,
)
SPARQL_VARIABLE_UNBOUND: Final = ErrorKind(
    "sparql-variable-unbound",
    "SELECT names {variable} at line {line}, column {column}, which can have no value: the query "
    "groups, and not by it. Name it in GROUP BY, or put it into COUNT, SAMPLE or another "
    "aggregate.",
    status=400,
)
SPARQL_TIMEOUT: Final = ErrorKind(
    "sparql-timeout",
    "The query did not end within {seconds} s and was stopped. Narrow it (a class, a source, an "
    "IRI) and join every pattern with another.",
    status=504,
)
SPARQL_MEMORY: Final = ErrorKind(
    "sparql-memory",
    "The query needs more than {megabytes} MiB of memory and was stopped. Narrow it, or do not "
    "sort or group so many solutions.",
    status=503,
)
SPARQL_TOO_LARGE: Final = ErrorKind(
    "sparql-too-large",
    "The answer is over the limit of {rows} rows or {bytes} bytes and is not given in part. Page "
    "with LIMIT and OFFSET, or read the records one by one from /api/v1/datasets.",
    status=413,
)
SPARQL_QUERY_TOO_LONG: Final = ErrorKind(
    "sparql-query-too-long",
    "The text of the query has {length} characters, over the limit of {limit}. Shorten it.",
    status=413,
)
SPARQL_UPDATE_REFUSED: Final = ErrorKind(
    "sparql-update-refused",
    "This endpoint takes queries, not updates ({word}). Write records through /api/v1/sources.",
    status=400,
)
SPARQL_SERVICE_REFUSED: Final = ErrorKind(
    "sparql-service-refused",
    "SERVICE (federated query) is not allowed. Ask each endpoint from your side and join there.",
    status=400,
)
SPARQL_SERVICE_FORM: Final = ErrorKind(
    "sparql-service-form",
    "SERVICE is used in a form that is not evaluated here. Write SERVICE or SERVICE SILENT, the "
    "IRI of a peer (no variable) and a group in braces; none within another, and at most {most} in "
    "a query.",
    status=400,
)
SPARQL_PEER_UNKNOWN: Final = ErrorKind(
    "sparql-peer-unknown",
    "SERVICE asks peers of this catalogue alone, and {endpoint} is none. Peers: {known}. An "
    "operator adds one with `atlas source add … --peer`.",
    status=400,
)
SPARQL_PEER_FAILED: Final = ErrorKind(
    "sparql-peer-failed",
    "The peer {endpoint} did not answer the SERVICE ({reason}). Ask it directly to see why, try "
    "again later, or write SERVICE SILENT to go on without it.",
    status=502,
)
SPARQL_PEER_TOO_LARGE: Final = ErrorKind(
    "sparql-peer-too-large",
    "The peer {endpoint} has more than {rows} solutions or {bytes} bytes for the SERVICE, and a "
    "part of them would make a wrong answer. Narrow the pattern within SERVICE: what the rest of "
    "the query binds is not sent.",
    status=413,
)
SPARQL_BUSY: Final = ErrorKind(
    "sparql-busy",
    "The query service has too much to do for others now. Try again in {retry_after} s, or narrow "
    "the query: short ones need not wait.",
    status=503,
)
SPARQL_BUDGET: Final = ErrorKind(
    "sparql-budget",
    "Your queries have used up their processing time, which comes back every second. Try again in "
    "{retry_after} s: you will be let in then.",
    status=429,
)
SPARQL_AT_ONCE: Final = ErrorKind(
    "sparql-at-once",
    "You have {count} queries here already, and others ask too. Wait for the answers to these, or "
    "try again in {retry_after} s.",
    status=429,
)
SPARQL_FORMAT: Final = ErrorKind(
    "sparql-format",
    "This answer cannot be given as {accept}. Offered: {offered}.",
    status=406,
)
SPARQL_UNWRITABLE: Final = ErrorKind(
    "sparql-unwritable",
    "The answer holds what {form} cannot write ({what}). Ask for another form: JSON, CSV or TSV "
    "for solutions, Turtle or N-Triples for graphs.",
    status=406,
)
SPARQL_FUNCTION_UNKNOWN: Final = ErrorKind(
    "sparql-function-unknown",
    "The query uses the function {function}, which this endpoint does not have. Keep to the "
    "functions of SPARQL 1.1, and check the prefixes.",
    status=400,
)
SPARQL_BEHIND: Final = CountedErrorKind(
    "sparql-behind",
    "The graph is behind the catalogue: {count} record was withdrawn or is not open any more, and "
    "the graph still holds it. No query is answered until it is gone. Try again in {retry_after} "
    "s; operators see `atlas doctor`.",
    "The graph is behind the catalogue: {count} records were withdrawn or are not open any more, "
    "and the graph still holds some of them. No query is answered until they are gone. Try again "
    "in {retry_after} s; operators see `atlas doctor`.",
    status=503,
)
SPARQL_FAILED: Final = ErrorKind(
    "sparql-failed",
    "The query could not be run: {reason}. Simplify it; if it fails again, tell the operator.",
    status=500,
)
SPARQL_QUERY_MISSING: Final = ErrorKind(
    "sparql-query-missing",
    "The request holds no query. Give it as the parameter query, or as a body of type "
    "application/sparql-query.",
    status=400,
)
