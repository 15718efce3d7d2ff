"""One request and its whole answer, over checked connections and within the limits.

It speaks through httpcore and not through httpx, so that an address is parsed once (`web_address`),
and no other parser, log, cookie jar, environment variable or redirect comes between.
"""

from __future__ import annotations

import logging
import ssl
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import BinaryIO, Final

import httpcore

from harvesters.platforms.address_guard import AddressGuard
from harvesters.platforms.answer_checks import PassingError
from harvesters.platforms.connections import (
    Connector,
    GuardedBackend,
    Resolver,
    SlowError,
    UnreachableError,
    current_exchange,
)
from harvesters.platforms.errors import (
    ANSWER_BROKEN,
    ANSWER_TOO_LARGE,
    ANSWER_TOO_SLOW,
    CERTIFICATE_REFUSED,
    PLATFORM_UNREACHABLE,
)
from harvesters.platforms.limits import RequestLimits
from harvesters.platforms.unpacking import (
    ACCEPTED,
    TooLargeError,
    UnpackingError,
    unpacked,
    unpacked_pieces,
)
from harvesters.platforms.web_address import WebAddress
from ontology.errors import AtlasError, Phrase

_TOO_LARGE: Final[Mapping[str, Phrase]] = {
    "head": Phrase("its head"),
    "body": Phrase("its body"),
    "unpacked body": Phrase("its unpacked body"),
    "unpacked to packed size": Phrase("the ratio of its unpacked to its packed size"),
}
"""By `TooLargeError.what`."""
_UNTRUSTED: Final[Mapping[int, Phrase]] = {
    9: Phrase("it is not valid yet"),
    10: Phrase("it has expired"),
    18: Phrase("it is signed by itself"),
    19: Phrase("its chain ends in one that is signed by itself"),
    20: Phrase("its issuer is not known here"),
    21: Phrase("its issuer is not known here"),
    23: Phrase("it was revoked"),
    62: Phrase("it is for another host name"),
    64: Phrase("it is for another IP address"),
}
"""By the codes of OpenSSL (``X509_V_ERR_…``)."""
_IDLE: Final = 16
_IDLE_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer of any status, unpacked."""

    status: int
    headers: Mapping[str, str]
    """By lower-case name; of a repeated field all values, joined by commas."""
    body: bytes = field(repr=False)


class GuardedTransport:
    """Sends a request to the address that it is given, and nowhere else."""

    def __init__(
        self,
        guard: AddressGuard,
        limits: RequestLimits,
        *,
        agent: str,
        resolve: Resolver | None = None,
        connect: Connector | None = None,
    ) -> None:
        # At DEBUG httpcore logs the header fields of answers: cookies, and addresses with keys.
        logging.getLogger("httpcore").setLevel(logging.INFO)
        self._limits = limits
        self._agent = agent
        self._backend = GuardedBackend(
            guard, limits.connect_seconds, resolve=resolve, connect=connect
        )
        self._pool = httpcore.ConnectionPool(
            ssl_context=_tls(),
            # How many are busy is for `politeness`: a wait in the pool would have no deadline.
            max_connections=None,
            max_keepalive_connections=_IDLE,
            keepalive_expiry=_IDLE_SECONDS,
            network_backend=self._backend,
        )

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    def abort(self) -> None:
        """Break off the answers that are waited for; any thread may call it."""
        self._backend.abort()

    def send(
        self,
        method: str,
        address: WebAddress,
        headers: Mapping[str, str],
        content: bytes | None,
        *,
        shown: WebAddress,
        sink: BinaryIO | None = None,
        beginning: int | None = None,
        is_bodiless: bool = False,
    ) -> Answer:
        """Return the answer to a request, within the `exchange` of this thread.

        Where there is a ``sink``, the body of a whole answer (200) goes to it from its beginning,
        in the place of what it held, and is empty here. Of a body no more than ``beginning`` bytes
        are taken in, and of what ``is_bodiless`` none; the connection is closed where more follows.

        Errors name the address ``shown`` instead of ``address``, which may hold a key. Raises
        `PassingError` where another try makes sense, else `AtlasError`.
        """
        current = current_exchange()
        current.head = current.head_limit = self._limits.head
        url, host = shown.shown(), shown.authority
        target = httpcore.URL(
            scheme=address.scheme, host=address.host, port=address.port, target=address.target
        )
        fields = {
            "accept": "*/*",
            **headers,
            "host": address.authority,
            "user-agent": self._agent,
            "accept-encoding": ACCEPTED,
        }
        try:
            with self._pool.stream(
                method, target, headers=list(fields.items()), content=content
            ) as answer:
                current.head = None
                if is_bodiless and method != "HEAD":
                    return Answer(answer.status, _decoded(answer.headers), b"")
                if beginning is not None:
                    return self._read_beginning(answer, beginning)
                return self._read(answer, sink, has_body=method != "HEAD")
        except SlowError:
            seconds = f"{self._limits.seconds:g}"
            raise PassingError(ANSWER_TOO_SLOW, url=url, seconds=seconds) from None
        except TooLargeError as error:
            raise AtlasError(
                ANSWER_TOO_LARGE, url=url, what=_TOO_LARGE[error.what], limit=error.limit
            ) from None
        except UnreachableError as error:
            passing = PassingError(PLATFORM_UNREACHABLE, host=host, reason=error.reason)
            passing.is_unsent = True
            raise passing from None
        except ssl.SSLCertVerificationError as error:
            reason = _UNTRUSTED.get(error.verify_code) or Phrase(
                "the check of OpenSSL gave {code}", {"code": error.verify_code}
            )
            raise AtlasError(CERTIFICATE_REFUSED, host=host, reason=reason) from None
        except httpcore.LocalProtocolError:
            # Not chained: the cause quotes the field, which may be a secret.
            raise ValueError("the request has a header field that cannot be sent") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, UnpackingError) as error:
            raise PassingError(ANSWER_BROKEN, url=url, reason=_broken(error)) from None

    def _read(self, answer: httpcore.Response, sink: BinaryIO | None, *, has_body: bool) -> Answer:
        fields = _decoded(answer.headers)
        declared = fields.get("content-length", "")
        if has_body and declared.isdecimal() and int(declared) > self._limits.body:
            raise TooLargeError("body", self._limits.body)
        encoding = fields.get("content-encoding", "")
        if sink is None or answer.status != 200:
            body = unpacked(answer.iter_stream(), encoding, self._limits)
            return Answer(answer.status, fields, body)
        sink.seek(0)
        sink.truncate()
        for piece in unpacked_pieces(answer.iter_stream(), encoding, self._limits):
            sink.write(piece)
        return Answer(answer.status, fields, b"")

    def _read_beginning(self, answer: httpcore.Response, size: int) -> Answer:
        fields = _decoded(answer.headers)
        # It ends here, and not where a longer body would be an error.
        limits = replace(self._limits, body=sys.maxsize)
        body = bytearray()
        pieces = unpacked_pieces(answer.iter_stream(), fields.get("content-encoding", ""), limits)
        for piece in pieces:
            body += piece[: size - len(body)]
            if len(body) >= size:
                break
        return Answer(answer.status, fields, bytes(body))


@cache
def _tls() -> ssl.SSLContext:
    """The system's certificates, and those that SSL_CERT_FILE names."""
    return ssl.create_default_context()


def _decoded(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name = raw_name.decode("ascii", "replace").lower()
        try:
            value = raw_value.decode("utf-8")  # addresses in Location, mostly
        except UnicodeDecodeError:
            value = raw_value.decode("latin-1")
        fields[name] = f"{fields[name]}, {value}" if name in fields else value
    return fields


def _broken(error: Exception) -> Phrase:
    """Return what is wrong with an answer; the libraries' own words are English."""
    given = error.args[0] if error.args else None
    if isinstance(given, Phrase):
        return given
    if "disconnected" in str(error) or "closed connection" in str(error):
        return Phrase("the connection was closed before the answer was whole")
    return Phrase("it breaks the rules of HTTP")
