"""The client for every request that leaves the service: redirects, repetition, credentials.

What reaches which address is decided below it (`transport`, `connections`, `address_guard`).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import BinaryIO, Final, Protocol, Self

from tenacity import RetryCallState, Retrying, stop_after_attempt
from tenacity.wait import wait_exponential_jitter

from harvesters.platforms.address_guard import AddressGuard
from harvesters.platforms.answer_checks import (
    PERMANENT,
    SAFE_METHODS,
    PassingError,
    check_status,
    for_another_origin,
    redirect_not_allowed,
    redirect_target,
    too_many_redirects,
)
from harvesters.platforms.cancellation import Cancellation
from harvesters.platforms.connections import Connector, Resolver, exchange
from harvesters.platforms.credentials import Credentials, Session
from harvesters.platforms.errors import ANSWER_TOO_SLOW
from harvesters.platforms.limits import RequestLimits
from harvesters.platforms.politeness import HostTurns, Politeness
from harvesters.platforms.transport import GuardedTransport
from harvesters.platforms.web_address import WebAddress, parse
from ontology.errors import AtlasError

_AGENT: Final = re.compile(r"[\x21-\x7e]+(?: [\x21-\x7e]+)*")


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer, unpacked, within the client's limits."""

    status: int
    headers: Mapping[str, str]
    """By lower-case name."""
    content: bytes
    url: str
    """The address after redirects, without the source's credentials."""
    is_moved: bool = False
    """Whether the first redirect says that it is for good (301, 308)."""


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
    sink: BinaryIO | None = None
    """Where the body of the answer goes, in the place of memory."""
    beginning: int | None = None
    """Bytes after which the rest of the body is left where it is."""
    is_bodiless: bool = False
    """Whether the body of the answer is left where it is."""
    may_follow: Callable[[WebAddress], bool] | None = None
    """Tells whether a redirect to an address is followed; None: to any that is not guarded."""


class GuardedClient:
    """A `Client` that reaches public addresses, and those that were allowed for its source.

    ``home`` is the source's address: credentials go to its origin alone. ``allow`` holds host
    names, IP addresses and networks, each with a port or without. ``turns`` is the process's one
    `HostTurns`. ``agent`` says who visits (`user_agent`). ``cancellation`` ends whatever a request
    waits for, with its own error. Safe to share among threads.

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
        cancellation: Cancellation | None = None,
        resolve: Resolver | None = None,
        connect: Connector | None = None,
    ) -> None:
        self._home = parse(home)
        self._turns = turns
        self._credentials = credentials
        self._politeness = politeness or Politeness()
        self._limits = limits or RequestLimits()
        self._cancellation = cancellation or Cancellation()
        self._session = Session(self._fetch_token, turns.timing.monotonic)
        self._backoff = wait_exponential_jitter(
            initial=self._politeness.first_pause,
            max=self._politeness.longest_backoff,
            jitter=self._politeness.first_pause,
        )
        self._transport = GuardedTransport(
            AddressGuard(allow), self._limits, agent=agent, resolve=resolve, connect=connect
        )
        self._cancellation.wakes(self._transport.abort)

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
        self._transport.close()

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

    def download(self, url: str, sink: BinaryIO) -> Response:
        """Write the body of an answer with status 200 to ``sink``, piece by piece, from its start.

        Like `request` in all else; the content of the answer is empty then.
        """
        address = self._cleaned(parse(url))
        return self._repeated(_Order("GET", address, {}, None, True, True, sink))

    def look(
        self,
        url: str,
        *,
        method: str = "HEAD",
        may_follow: Callable[[WebAddress], bool] | None = None,
    ) -> Response:
        """Return what an address answers without its body, of which nothing is taken in.

        Like `request` in all else; a GET asks for the first byte alone, which a server need not
        heed: its connection is closed then. Raises ``redirect-refused`` before a redirect is
        followed that ``may_follow`` does not allow.
        """
        method = method.upper()
        headers = {"range": "bytes=0-0"} if method == "GET" else {}
        address = self._cleaned(parse(url))
        order = _Order(
            method,
            address,
            headers,
            None,
            is_repeatable=True,
            is_authorized=True,
            is_bodiless=True,
            may_follow=may_follow,
        )
        return self._repeated(order)

    def beginning(
        self, url: str, size: int, *, may_follow: Callable[[WebAddress], bool] | None = None
    ) -> Response:
        """Return an answer with the first ``size`` bytes of its body, unpacked; the rest is left.

        Like `look` in all else: a body that is longer is no error, and its connection is closed.
        """
        order = _Order(
            "GET",
            self._cleaned(parse(url)),
            {},
            None,
            is_repeatable=True,
            is_authorized=True,
            beginning=size,
            may_follow=may_follow,
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
            sleep=lambda seconds: self._turns.pause(seconds, self._cancellation),
            reraise=True,
        )
        try:
            return retrying(self._attempt, order)
        except AtlasError:
            # An answer that was broken off because the run ends is no fault of the platform.
            self._cancellation.check()
            raise

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, PassingError) else None
        return (asked or 0.0) + self._backoff(state)

    def _attempt(self, order: _Order) -> Response:
        """Send once, along all redirects, within one deadline."""
        method, address, content = order.method, order.address, order.content
        headers = dict(order.headers)
        is_home = order.is_authorized and address.origin == self._home.origin
        seconds, is_renewed, hops, is_moved = self._limits.seconds, False, 0, False
        while True:
            sent, target = dict(headers), address
            if is_home and self._credentials:
                target = self._credentials.authorize(address, sent, self._session)
            with (
                self._turns.turn(
                    self._politeness.visited(address), self._politeness, self._cancellation
                ),
                exchange(seconds, self._cancellation) as now,
            ):
                answer = self._transport.send(
                    method,
                    target,
                    sent,
                    content,
                    shown=address,
                    sink=order.sink,
                    beginning=order.beginning,
                    is_bodiless=order.is_bodiless,
                )
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
                clean=self._cleaned,
            )
            if next_address is None:
                break
            is_moved = is_moved or (not hops and answer.status in PERMANENT)
            hops += 1
            if hops > self._limits.redirects:
                raise too_many_redirects(order.address, next_address)
            if order.may_follow is not None and not order.may_follow(next_address):
                raise redirect_not_allowed(order.address, next_address)
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
        return Response(answer.status, answer.headers, answer.body, str(address), is_moved)


def user_agent(name: str, version: str, contact: str) -> str:
    """Return who visits, for the ``User-Agent`` field, with an address where people can complain.

    ``contact`` is a web or mail address. Raises ValueError for what is not plain ASCII.
    """
    agent = f"{name}/{version} (+{contact})"
    if not _AGENT.fullmatch(agent):
        raise ValueError("name, version and contact must be plain ASCII without line ends")
    return agent
