"""The kinds of errors of requests to platforms.

No message holds a secret: addresses are shown by `web_address.WebAddress.shown`.
"""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

ADDRESS_NOT_PLAIN: Final = ErrorKind(
    "address-not-plain",
    "{url} is not written as a plain web address, and nothing was requested. Write "
    "http(s)://host[:port]/…: the host a name, an IPv4 address of four decimal numbers or an "
    "IPv6 address in brackets, without user name, trailing dot, escapes or full-width characters.",
)
ALLOWANCE_NOT_PLAIN: Final = ErrorKind(
    "allowance-not-plain",
    "{value!r} cannot be allowed as an address. Give a host name, an IP address or a network "
    "(10.1.0.0/16), with :PORT where only that port is meant, and IPv6 with a port in brackets.",
)
ADDRESS_FORBIDDEN: Final = ErrorKind(
    "address-forbidden",
    "{host} is at {address}, which belongs to {network} and is not public; nothing was requested. "
    "If the source is meant to be there, allow it for this source: --allow {address}.",
)
REDIRECT_REFUSED: Final = ErrorKind(
    "redirect-refused",
    "{url} redirects to {target}, which was not followed: it is one redirect too many, no longer "
    "encrypted, or would send a request's content elsewhere. Give the source the address at the "
    "end.",
    status=502,
)
PLATFORM_UNREACHABLE: Final = ErrorKind(
    "platform-unreachable",
    "{host} cannot be reached: {reason}. Check its address and the network, then try again.",
    status=502,
)
CERTIFICATE_REFUSED: Final = ErrorKind(
    "certificate-refused",
    "The TLS certificate of {host} is not accepted: {reason}. Have it mended there, or install its "
    "authority among the certificates of this system; the check cannot be switched off.",
    status=502,
)
ANSWER_BROKEN: Final = ErrorKind(
    "answer-broken",
    "The answer of {url} is broken off or is not valid HTTP: {reason}. Try again, and report it to "
    "the platform if it stays so.",
    status=502,
)
ANSWER_TOO_LARGE: Final = ErrorKind(
    "answer-too-large",
    "The answer of {url} was given up: {what} is over the limit of {limit}. Request smaller pages, "
    "or split what is published there.",
    status=502,
)
ANSWER_TOO_SLOW: Final = ErrorKind(
    "answer-too-slow",
    "{url} did not answer in full within {seconds} s. Try again later, or request smaller pages.",
    status=504,
)
PLATFORM_REFUSED: Final = ErrorKind(
    "platform-refused",
    "{url} answered with HTTP status {status}. Check the source's address and options, and ask the "
    "platform if it stays so.",
    status=502,
)
CREDENTIALS_REFUSED: Final = ErrorKind(
    "credentials-refused",
    "{url} demands credentials or refused those it got (HTTP status {status}). Check the source's "
    "credentials; they are sent to {origin} alone.",
    status=502,
)
CREDENTIALS_NOT_PLAIN: Final = ErrorKind(
    "credentials-not-plain",
    "The credentials cannot be sent in a header field: its name must be a token, its value "
    "printable ASCII. Check for line ends, spaces and full-width characters that were copied with "
    "them.",
)
TOKEN_UNUSABLE: Final = ErrorKind(
    "token-unusable",
    "What {url} answered holds no bearer token. Check the address of the token and the OAuth "
    "client of the source.",
    status=502,
)
PLATFORM_CHALLENGE: Final = ErrorKind(
    "platform-challenge",
    "{url} answered with a challenge for browsers (HTTP status {status}): it serves no scripts "
    "from this address. Ask the platform to allow-list the address that this service calls from.",
    status=502,
)
RETRY_LATER: Final = ErrorKind(
    "retry-later",
    "{host} asks to be left alone until {until}; nothing is requested from it before. Run again "
    "then, or agree on a higher rate with the platform.",
    status=503,
)
