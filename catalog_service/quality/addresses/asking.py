"""Asks one address whether it answers, through the guarded client: HEAD, then the first byte."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from catalog_service.quality.addresses.model import Asked, Outcome
from harvesters.platforms.http import GuardedClient
from harvesters.platforms.web_address import WebAddress, parse
from ontology.errors import AtlasError, Phrase

MayFollow = Callable[[WebAddress], bool]

_SETTLED: Final = frozenset({401, 410})
"""What a HEAD says as well as a GET."""
_PAST_THE_END: Final = 416
"""The first byte of an empty file: it is there."""
_BROKEN: Final = Asked("server-error")
_BY_CODE: Final[dict[str, Outcome]] = {
    "address-not-plain": "not-allowed",
    "address-forbidden": "not-allowed",
    "redirect-refused": "not-allowed",
    "certificate-refused": "tls",
    "answer-broken": "server-error",
    "answer-too-large": "server-error",
    "answer-too-slow": "timed-out",
    "credentials-refused": "refused",
    "platform-challenge": "refused",
}
_BY_REASON: Final[dict[str, Outcome]] = {
    "its name cannot be resolved": "name-unknown",
    "it has no address": "name-unknown",
    "no TLS connection could be agreed on": "tls",
    "connecting took too long": "timed-out",
}
"""Why there is no connection, by `ontology.system_errors`; others are `unreachable`."""


def ask(client: GuardedClient, address: str, may_follow: MayFollow | None = None) -> Asked:
    """Return what an address answers; ``may_follow``: whether a redirect may be followed.

    Many servers refuse HEAD, answer it with an error or break off, where a GET is served. Raises
    ``retry-later``, and what the client's cancellation does.
    """
    found = _asked(client, address, "HEAD", may_follow)
    is_refused = found.status is not None and found.status >= 400
    if is_refused and found.status not in _SETTLED and found.outcome != "later":
        return _asked(client, address, "GET", may_follow)
    if found == _BROKEN:
        return _asked(client, address, "GET", may_follow)
    return found


def outcome_of(status: int) -> Outcome:
    """Return what an HTTP status means for people who follow the address."""
    if 200 <= status < 400 or status == _PAST_THE_END:
        return "answers"
    if status in (404, 410):
        return "not-found"
    if status == 408:
        return "timed-out"
    if status in (425, 429):
        return "later"
    return "server-error" if status >= 500 else "refused"


def _asked(client: GuardedClient, address: str, method: str, may_follow: MayFollow | None) -> Asked:
    asked = parse(address)
    here = asked

    def follow(target: WebAddress) -> bool:
        nonlocal here
        if may_follow is not None and not may_follow(target):
            return False
        here = target
        return True

    try:
        answer = client.look(address, method=method, may_follow=follow)
    except AtlasError as error:
        # Of an origin that it redirects to, what is wrong says nothing of this one.
        return failure(error, is_own=here.origin == asked.origin)
    found = outcome_of(answer.status)
    return Asked("moved" if found == "answers" and answer.is_moved else found, answer.status)


def failure(error: AtlasError, *, is_own: bool) -> Asked:
    """Return what an error of the client says of an address; others are raised again.

    ``is_own``: it came from the origin of the address itself.
    """
    status = error.params.get("status")
    if error.code == "platform-refused" and isinstance(status, int):
        return Asked(outcome_of(status), status)
    outcome = _BY_CODE.get(error.code)
    if error.code == "platform-unreachable":
        reason = error.params.get("reason")
        text = reason.text if isinstance(reason, Phrase) else ""
        outcome = _BY_REASON.get(text, "unreachable")
    if outcome is None:
        raise error
    is_connection = error.code in ("platform-unreachable", "certificate-refused")
    return Asked(
        outcome,
        status if isinstance(status, int) else None,
        is_of_origin=is_own and is_connection,
    )
