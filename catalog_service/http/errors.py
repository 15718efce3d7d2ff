"""Error kinds of the HTTP surface."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

PAGE_NOT_FOUND: Final = ErrorKind(
    "not-found",
    "There is nothing at this address. Check the spelling, or search from the home page.",
    status=404,
)
ILLEGAL_PATH: Final = ErrorKind(
    "illegal-path",
    "The address is not encoded validly. Percent-encode identifiers as UTF-8, without control "
    "characters.",
    status=400,
)
NOT_HTTP: Final = ErrorKind(
    "not-http",
    "What came in is no valid HTTP request. Check address, headers and length of the body, and "
    "send it again.",
    status=400,
)
REASON_NEEDED: Final = ErrorKind(
    "reason-needed",
    "This needs a reason, of at most {most} characters. Nothing has been done; write one, and send "
    "it again.",
    status=400,
)
LENGTH_AMBIGUOUS: Final = ErrorKind(
    "length-ambiguous",
    "The request gives both Content-Length and Transfer-Encoding, so that the end of its body is "
    "not certain. Use one of them.",
    status=400,
)
ADDRESS_TOO_LONG: Final = ErrorKind(
    "address-too-long",
    "The address is longer than {limit} bytes. Send long queries with POST.",
    status=414,
)
HEAD_TOO_LARGE: Final = ErrorKind(
    "head-too-large",
    "The request's headers are larger than {limit} bytes. Send fewer or shorter ones.",
    status=431,
)
BODY_TOO_LARGE: Final = ErrorKind(
    "body-too-large",
    "The request body is larger than {limit} MiB. Send it in several parts.",
    status=413,
)
BODY_ENCODED: Final = ErrorKind(
    "body-encoded",
    "A request body in Content-Encoding {given!r} cannot be read. Send it as it is, without "
    "Content-Encoding.",
    status=415,
)
FORM_INVALID: Final = ErrorKind(
    "form-invalid",
    "The form cannot be read. Open its page again and send it from there (multipart/form-data).",
    status=400,
)
BODY_TOO_SLOW: Final = ErrorKind(
    "body-too-slow",
    "The request body paused for too long. Send it again; records that were acknowledged are safe.",
    status=408,
)
NOT_ACCEPTABLE: Final = ErrorKind(
    "not-acceptable",
    "There is no answer in {given!r}. Available: {known}.",
    status=406,
)
METHOD_NOT_ALLOWED: Final = ErrorKind(
    "method-not-allowed",
    "This address does not support {method}. See /about/api.",
    status=405,
)
TOKEN_NOT_VALID: Final = ErrorKind(
    "token-not-valid",
    "The token is missing, unknown, expired or revoked, and nothing was done. Go back with your "
    "browser, where what you typed still stands, and correct it. The operator makes a new one with "
    "`atlas token create`.",
    status=401,
)
RATE_LIMITED: Final = ErrorKind(
    "rate-limited",
    "Too many records are being checked. Try again in {seconds} seconds, or send a token.",
    status=429,
)
REQUEST_INVALID: Final = ErrorKind(
    "request-invalid",
    "The request is not valid: {problem}. Compare it with /api/v1/openapi.json.",
    status=400,
)
UNEXPECTED: Final = ErrorKind(
    "unexpected",
    "An internal error occurred. Acknowledged writes are safe; give the id to the operator.",
    status=500,
)
