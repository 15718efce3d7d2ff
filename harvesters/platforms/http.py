"""The client for every request that leaves the service.

It speaks through httpcore and not through httpx, so that an address is parsed once (`web_address`),
and no other parser, log, cookie jar, environment variable or redirect comes between.
"""

from __future__ import annotations

import logging
import re
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import TracebackType
from typing import Final, Protocol, Self

import httpcore
from tenacity import RetryCallState, Retrying, stop_after_attempt
from tenacity.wait import wait_exponential_jitter

from harvesters.platforms.address_guard import AddressGuard
from harvesters.platforms.answer_checks import (
    SAFE_METHODS,
    PassingError,
    check_status,
    for_another_origin,
    redirect_target,
    too_many_redirects,
)
from harvesters.platforms.connections import (
    Connector,
    Exchange,
    GuardedBackend,
    Resolver,
    SlowError,
    UnreachableError,
    exchange,
)
from harvesters.platforms.credentials import Credentials, Session
from harvesters.platforms.errors import (
    ANSWER_BROKEN,
    ANSWER_TOO_LARGE,
    ANSWER_TOO_SLOW,
    CERTIFICATE_REFUSED,
    PLATFORM_UNREACHABLE,
)
from harvesters.platforms.limits import RequestLimits
from harvesters.platforms.politeness import HostTurns, Politeness
from harvesters.platforms.unpacking import ACCEPTED, TooLargeError, UnpackingError, unpacked
from harvesters.platforms.web_address import WebAddress, parse
from ontology.errors import AtlasError

_AGENT: Final = re.compile(r"[\x21-\x7e]+(?: [\x21-\x7e]+)*")
_CONNECTIONS: Final = 16
_IDLE_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer, unpacked, within the client's limits."""

    status: int
    headers: Mapping[str, str]
    """By lower-case name."""
    content: bytes
    url: str
    """The address after redirects, without the source's credentials."""


class Client(Protocol):
    """Sends requests on behalf of one source."""

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        repeatable: bool | None = None,
    ) -> Response:
        """Return an answer with status 2xx or 304.

        Waits as the host's politeness demands, follows checked redirects, and repeats what is
        safe to repeat: GET, HEAD and OPTIONS, and what ``repeatable`` declares to be so (a search
        by POST). Raises `AtlasError` for an address that is not allowed, an answer that exceeds a
        limit, and a server that fails for good; of ``platform-refused`` the HTTP status is
        ``params["status"]``.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Order:
    """What a caller wants to be sent."""

    method: str
    address: WebAddress
    headers: Mapping[str, str]
    content: bytes | None
    is_repeatable: bool
    is_authorized: bool
    """Whether the source's credentials go with it."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class GuardedClient:
    """A `Client` that reaches public addresses, and those that were allowed for its source.

    ``home`` is the source's address: credentials go to its origin alone. ``allow`` holds host
    names, IP addresses and networks, each with a port or without. ``turns`` is the process's one
    `HostTurns`. ``agent`` says who visits (`user_agent`). Safe to share among threads.

    Raises `AtlasError` (``address-not-plain``, ``allowance-not-plain``).
    """

    def __init__(
        self,
        home: str,
        *,
        turns: HostTurns,
        agent: str,
        allow: Iterable[str] = (),
        credentials: Credentials | None = None,
        politeness: Politeness | None = None,
        limits: RequestLimits | None = None,
        resolve: Resolver | None = None,
        connect: Connector | None = None,
    ) -> None:
        # At DEBUG httpcore logs the header fields of answers: cookies, and addresses with keys.
        logging.getLogger("httpcore").setLevel(logging.INFO)
        self._home = parse(home)
        self._turns = turns
        self._agent = agent
        self._credentials = credentials
        self._politeness = politeness or Politeness()
        self._limits = limits or RequestLimits()
        self._session = Session(self._fetch_token, turns.timing.monotonic)
        self._backoff = wait_exponential_jitter(
            initial=self._politeness.first_pause,
            max=self._politeness.longest_backoff,
            jitter=self._politeness.first_pause,
        )
        self._pool = httpcore.ConnectionPool(
            ssl_context=_tls(),
            max_connections=_CONNECTIONS,
            keepalive_expiry=_IDLE_SECONDS,
            network_backend=GuardedBackend(
                AddressGuard(allow),
                self._limits.connect_seconds,
                resolve=resolve,
                connect=connect,
            ),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        repeatable: bool | None = None,
    ) -> Response:
        """Return an answer with status 2xx or 304 (`Client.request`)."""
        order = _Order(
            method.upper(),
            self._cleaned(parse(url).with_parameters(params)),
            {name.lower(): value for name, value in (headers or {}).items()},
            content,
            method.upper() in SAFE_METHODS if repeatable is None else repeatable,
            is_authorized=True,
        )
        return self._repeated(order)

    def _fetch_token(self, url: str, headers: Mapping[str, str], content: bytes) -> bytes:
        order = _Order("POST", parse(url), headers, content, True, is_authorized=False)
        try:
            return self._repeated(order).content
        except PassingError as error:
            # Repeated already: what waits for the token is not to be repeated, too.
            raise error.settled() from error

    def _cleaned(self, address: WebAddress) -> WebAddress:
        return self._credentials.cleaned(address) if self._credentials else address

    def _repeated(self, order: _Order) -> Response:
        def is_worth_it(state: RetryCallState) -> bool:
            error = state.outcome.exception() if state.outcome else None
            if not isinstance(error, PassingError):
                return False
            if error.kind is ANSWER_TOO_SLOW and state.attempt_number > 1:
                return False  # each try takes all of its time
            return order.is_repeatable or error.is_unsent

        retrying = Retrying(
            retry=is_worth_it,
            stop=stop_after_attempt(self._politeness.attempts),
            wait=self._wait,
            sleep=self._turns.timing.sleep,
            reraise=True,
        )
        return retrying(self._attempt, order)

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, PassingError) else None
        return (asked or 0.0) + self._backoff(state)

    def _attempt(self, order: _Order) -> Response:
        """Send once, along all redirects, within one deadline."""
        method, address, content = order.method, order.address, order.content
        headers = dict(order.headers)
        is_home = order.is_authorized and address.origin == self._home.origin
        seconds, is_renewed, hops = self._limits.seconds, False, 0
        while True:
            sent, target = dict(headers), address
            if is_home and self._credentials:
                target = self._credentials.authorize(address, sent, self._session)
            with self._turns.turn(address.authority, self._politeness), exchange(seconds) as now:
                answer = self._exchanged(method, target, sent, content, now, address)
            seconds = max(0.0, now.until - time.monotonic())
            if answer.status == 401 and is_home and self._credentials and not is_renewed:
                is_renewed = True
                if self._credentials.renew():
                    continue
            next_address = redirect_target(
                answer.headers,
                answer.status,
                address=address,
                method=method,
                has_content=content is not None,
            )
            if next_address is None:
                break
            next_address = self._cleaned(next_address)
            hops += 1
            if hops > self._limits.redirects:
                raise too_many_redirects(order.address, next_address)
            if answer.status == 303 and method != "HEAD":
                method, content = "GET", None
            if next_address.origin != address.origin:
                # For good: what comes back to the origin was written by another one.
                headers, is_home = for_another_origin(headers), False
            address = next_address
        check_status(
            answer.status,
            answer.headers,
            answer.body,
            address=address,
            home=self._home,
            turns=self._turns,
            politeness=self._politeness,
        )
        return Response(answer.status, answer.headers, answer.body, str(address))

    def _exchanged(
        self,
        method: str,
        target: WebAddress,
        headers: Mapping[str, str],
        content: bytes | None,
        current: Exchange,
        address: WebAddress,
    ) -> _Answer:
        """Send to ``target`` and read the whole answer; errors name ``address`` instead."""
        current.head = current.head_limit = self._limits.head
        url, host = address.shown(), address.authority
        try:
            with self._pool.stream(
                method,
                httpcore.URL(
                    scheme=target.scheme, host=target.host, port=target.port, target=target.target
                ),
                headers=self._fields(headers, target),
                content=content,
            ) as answer:
                current.head = None
                fields = _decoded(answer.headers)
                declared = fields.get("content-length", "")
                if method != "HEAD" and declared.isdigit() and int(declared) > self._limits.body:
                    raise TooLargeError("body", self._limits.body)
                body = unpacked(
                    answer.iter_stream(), fields.get("content-encoding", ""), self._limits
                )
                return _Answer(answer.status, fields, body)
        except SlowError:
            raise PassingError(
                ANSWER_TOO_SLOW, url=url, seconds=f"{self._limits.seconds:g}"
            ) from None
        except TooLargeError as error:
            raise AtlasError(
                ANSWER_TOO_LARGE, url=url, what=error.what, limit=error.limit
            ) from None
        except UnreachableError as error:
            passing = PassingError(PLATFORM_UNREACHABLE, host=host, reason=str(error))
            passing.is_unsent = True
            raise passing from None
        except ssl.SSLCertVerificationError as error:
            raise AtlasError(CERTIFICATE_REFUSED, host=host, reason=error.verify_message) from None
        except httpcore.LocalProtocolError:
            # Not chained: the cause quotes the field, which may be a secret.
            raise ValueError("the request has a header field that cannot be sent") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, UnpackingError) as error:
            reason = _printable(str(error)) or type(error).__name__
            raise PassingError(ANSWER_BROKEN, url=url, reason=reason) from None

    def _fields(self, headers: Mapping[str, str], target: WebAddress) -> list[tuple[str, str]]:
        fields = {"accept": "*/*", **headers}
        fields |= {
            "host": target.authority,
            "user-agent": self._agent,
            "accept-encoding": ACCEPTED,
        }
        return list(fields.items())


def user_agent(name: str, version: str, contact: str) -> str:
    """Return who visits, for the ``User-Agent`` field, with an address where people can complain.

    ``contact`` is a web or mail address. Raises ValueError for what is not plain ASCII.
    """
    agent = f"{name}/{version} (+{contact})"
    if not _AGENT.fullmatch(agent):
        raise ValueError("name, version and contact must be plain ASCII without line ends")
    return agent


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


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "�" for c in text[:200])
