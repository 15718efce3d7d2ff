"""What a status means: which answers are taken, which tries repeated, where redirects lead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from harvesters.platforms.errors import (
    CREDENTIALS_REFUSED,
    PLATFORM_CHALLENGE,
    PLATFORM_REFUSED,
    REDIRECT_REFUSED,
    RETRY_LATER,
)
from harvesters.platforms.politeness import (
    HostTurns,
    Politeness,
    retry_after,
    retry_later,
    visit_after,
)
from harvesters.platforms.web_address import WebAddress
from ontology.errors import AtlasError

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
PERMANENT: Final = frozenset({301, 308})
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""May be repeated whatever became of the first try (RFC 9110, 9.2.1)."""
_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_SENT_ANYWHERE: Final = frozenset(
    {"accept", "accept-language", "content-type", "if-modified-since", "if-none-match"}
)
"""Header fields of a caller that another origin gets, too: none of them tells who asks."""
_LOOKED_AT: Final = 64 * 1024


class PassingError(AtlasError):
    """A failure that another try may not meet."""

    retry_after: float | None = None
    """Seconds that the server asked to wait."""
    is_unsent: bool = False
    """Whether nothing of the request reached a server, so that any request may be repeated."""

    def settled(self) -> AtlasError:
        """Return the same error as one that is not tried again."""
        return AtlasError(self.kind, place=self.place, **self.params)


def check_status(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    address: WebAddress,
    home: WebAddress,
    turns: HostTurns,
    politeness: Politeness,
) -> None:
    """Return for an answer that callers take: 2xx and 304.

    Raises `PassingError` where another try makes sense, and `AtlasError` otherwise.
    """
    if 200 <= status < 300 or status == 304:
        return
    url = address.shown()
    if status == 401:
        raise AtlasError(
            CREDENTIALS_REFUSED,
            url=url,
            status=status,
            origin=f"{home.scheme}://{home.authority}",
        )
    if status == 412 and _is_page_with_script(headers, body):
        raise AtlasError(PLATFORM_CHALLENGE, url=url, status=status)
    if status not in _PASSING:
        raise AtlasError(PLATFORM_REFUSED, url=url, status=status)
    seconds = retry_after(headers, turns.timing.now()) if status in (429, 503) else None
    if seconds is None:
        raise PassingError(PLATFORM_REFUSED, url=url, status=status)
    host = politeness.visited(address)
    turns.close(host, seconds)
    if seconds > politeness.longest_wait:
        raise retry_later(host, seconds, turns.timing)
    error = PassingError(RETRY_LATER, host=host, until=visit_after(seconds, turns.timing))
    error.retry_after = seconds
    raise error


def redirect_target(
    headers: Mapping[str, str],
    status: int,
    *,
    address: WebAddress,
    method: str,
    has_content: bool,
    clean: Callable[[WebAddress], WebAddress] = lambda address: address,
) -> WebAddress | None:
    """Return where an answer redirects to; None where it is no redirect.

    ``clean`` cuts the source's key out of an address (`Credentials.cleaned`). Raises `AtlasError`:
    ``redirect-refused`` where the target is no longer encrypted, or where content would be sent to
    another origin or be lost; ``address-not-plain``.
    """
    location = headers.get("location")
    if status not in REDIRECTS or location is None:
        return None
    target = clean(address.joined(location))
    is_downgrade = address.scheme == "https" and target.scheme != "https"
    # 301 and 302 turn a POST into a GET in browsers: what comes back then is another resource.
    loses_method = status in (301, 302) and method not in ("GET", "HEAD")
    sends_content = status in (307, 308) and has_content and target.origin != address.origin
    if is_downgrade or loses_method or sends_content:
        raise AtlasError(REDIRECT_REFUSED, url=address.shown(), target=target.shown())
    return target


def for_another_origin(headers: Mapping[str, str]) -> dict[str, str]:
    """Return those header fields of a caller that may go to another origin."""
    return {name: value for name, value in headers.items() if name in _SENT_ANYWHERE}


def too_many_redirects(address: WebAddress, target: WebAddress) -> AtlasError:
    """Make the error for a chain that does not end."""
    return AtlasError(REDIRECT_REFUSED, url=address.shown(), target=target.shown())


def redirect_not_allowed(address: WebAddress, target: WebAddress) -> AtlasError:
    """Make the error for a redirect to where nothing may be asked."""
    return AtlasError(REDIRECT_REFUSED, url=address.shown(), target=target.shown())


def _is_page_with_script(headers: Mapping[str, str], body: bytes) -> bool:
    is_page = "html" in headers.get("content-type", "").lower()
    return is_page or b"<script" in body[:_LOOKED_AT].lower()
