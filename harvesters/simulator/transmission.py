"""How an answer goes over the wire: well, or with a fault."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from harvesters.simulator.faults import Fault, Faults
from harvesters.simulator.messages import Request, Response, http_date

CHALLENGE: Final = """<!DOCTYPE html><html><head><meta charset="utf-8"><script>
(function(){var c="";for(var i=0;i<64;i++){c+=String.fromCharCode(97+(i*7)%26)}
document.cookie="simulated_challenge="+c+";path=/";location.reload()})();
</script></head><body><noscript>请启用 JavaScript</noscript></body></html>""".encode()
"""The page that a protected portal answers a client without script with."""
_HTML: Final = "text/html; charset=utf-8"
_LOOP: Final = "/_loop/"


@dataclass(frozen=True, slots=True)
class Transmission:
    """Bytes to send, and how."""

    data: bytes
    close: bool = False
    """Whether the connection is closed behind them."""
    silent: bool = False
    """Nothing is sent, and the connection stays open until the client gives up."""
    reset: bool = False
    """The connection is broken off without an answer."""
    slow_from: int | None = None
    """From this byte on they are sent one by one."""


def transmission(
    request: Request, response: Response, met: Set[Fault], faults: Faults, now: datetime
) -> Transmission:
    """Return how a response is sent with the faults that the request met.

    ``now`` is the platform's time, right or wrong.
    """
    if Fault.TIME_OUT in met:
        return Transmission(b"", silent=True)
    if Fault.RESET in met:
        return Transmission(b"", reset=True)
    response = _instead(request, response, met, faults)
    if Fault.WRONG_TYPE in met:
        response = replace(response, content_type=_HTML)
    if Fault.WRONG_ENCODING in met:
        # What was declared as UTF-8 comes in another encoding.
        text = response.body.decode("utf-8", "replace")
        response = replace(response, body=text.encode("gb18030", "replace"))
    close = request.headers.get("connection", "").lower() == "close"
    head, body = encoded(request, response, now, close=close)
    if Fault.CUT_BODY in met and body:
        return Transmission(head + body[: len(body) // 2], close=True)
    if Fault.SLOW_BYTES in met:
        return Transmission(head + body, close=close, slow_from=len(head))
    return Transmission(head + body, close=close)


def encoded(
    request: Request, response: Response, now: datetime, *, close: bool
) -> tuple[bytes, bytes]:
    """Return head and body of a response, 304 where the client has it already."""
    status, body = response.status, response.body
    if response.not_modified(request):
        status, body = 304, b""
    lines = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        f"Date: {http_date(now)}",
        "Server: simulator",
    ]
    if status != 304:
        lines += [f"Content-Type: {response.content_type}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (*response.validators, *response.headers)]
    if close:
        lines.append("Connection: close")
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
    return head, b"" if request.method == "HEAD" else body


def _instead(request: Request, response: Response, met: Set[Fault], faults: Faults) -> Response:
    """Return what is answered in place of the right response, if anything."""
    if Fault.UNAUTHORIZED in met:
        return Response(
            b'{"code":"401","message":"Unauthorized"}',
            status=401,
            headers=(("WWW-Authenticate", 'Bearer realm="simulator"'),),
        )
    if Fault.CHALLENGE in met:
        return Response(CHALLENGE, _HTML, status=412)
    if Fault.RETRY_AFTER in met:
        return _plain(429, ("Retry-After", str(faults.retry_after)))
    for fault, status in (
        (Fault.TOO_MANY_REQUESTS, 429), (Fault.SERVER_ERROR, 500), (Fault.UNAVAILABLE, 503),
    ):  # fmt: skip
        if fault in met:
            return _plain(status)
    if Fault.REDIRECT_LOOP in met:
        # To and fro: each address leads to the other.
        there = request.target.removeprefix(_LOOP.rstrip("/"))
        return _plain(
            302, ("Location", _LOOP.rstrip("/") + there if there == request.target else there)
        )
    if Fault.REDIRECT_HOST in met:
        port = urlsplit(request.base).port
        target = faults.redirect_to or f"http://127.0.0.2:{port}{request.target}"
        return _plain(302, ("Location", target))
    return response


def _plain(status: int, *headers: tuple[str, str]) -> Response:
    text = f"<html><body><h1>{status} {HTTPStatus(status).phrase}</h1></body></html>"
    return Response(text.encode(), _HTML, status=status, headers=headers)
