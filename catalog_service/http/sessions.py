"""The session that a request carries: its cookie, and what its forms must send.

A cookie counts for reading; for what writes, the request must show that it comes from a page of the
same session, too: a form by its field `CSRF_FIELD`, a script by the header `CSRF_HEADER`. With
``SameSite=Lax`` no other site's form carries the cookie in the first place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import Scope

from catalog_service.accounts.accounts import Accounts
from catalog_service.accounts.errors import FORM_NOT_OURS
from catalog_service.accounts.oidc.service import OidcSignIn
from catalog_service.accounts.sessions import Authenticated, NewSession
from catalog_service.settings import Settings
from ontology.errors import AtlasError

CSRF_FIELD: Final = "csrf"
CSRF_HEADER: Final = "X-CSRF-Token"
READING: Final = ("GET", "HEAD", "OPTIONS")
PERSONAL: Final = "personal"
"""In a request's state: its answer is one person's (`RequestMiddleware` tells caches)."""

_COOKIE: Final = "set_cookie"
_SENT: Final = "sent_csrf"
_FORM: Final = "application/x-www-form-urlencoded"
_MOST_FIELDS: Final = 5_000
_SECURE_NAME: Final = "__Host-atlas"
_PLAIN_NAME: Final = "atlas"


def cookie_name(settings: Settings) -> str:
    """Return the name of the cookie.

    ``__Host-`` ties it to this host and to TLS (RFC 6265bis, 4.1.3.2). Browsers refuse the prefix
    over plain HTTP, which only a server on the same machine is to be reached by.
    """
    return _SECURE_NAME if _is_secure(settings) else _PLAIN_NAME


def session_of(request: Request) -> Authenticated | None:
    """Return the session that a request's cookie names; None: there is none, or it has ended.

    Where there is one, the answer is kept by nobody, and a cookie that must be replaced is.
    """
    state = request.scope.setdefault("state", {})
    if "session" in state:
        known: Authenticated | None = state["session"]
        return known
    settings: Settings = request.app.state.atlas.settings
    secret = request.cookies.get(cookie_name(settings))
    found = None
    if secret:
        accounts: Accounts = request.app.state.atlas.accounts
        found = accounts.sessions.authenticate(secret)
        if found is not None and not _holds(request, found):
            found = None
    state["session"] = found
    if found is not None:
        state[PERSONAL] = True
        if found.renewed is not None:
            state[_COOKIE] = _cookie(settings, found.renewed)
    return found


def _holds(request: Request, found: Authenticated) -> bool:
    """Tell whether the provider that a session follows, if any, still says so."""
    if found.session.provider is None:
        return True
    oidc: OidcSignIn | None = request.app.state.atlas.oidc
    return oidc is not None and oidc.keep_current(found.session.id)


def cookie_secret(request: Request) -> str | None:
    """Return what the cookie holds, valid or not."""
    return request.cookies.get(cookie_name(request.app.state.atlas.settings))


async def read_csrf(request: Request) -> None:
    """Note what a form sends to show where it comes from; whoever reads it later finds it whole.

    Only of a request that writes by its cookie; forms with files are checked by `check_form`.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method in READING or kind != _FORM or not cookie_secret(request):
        return
    try:
        fields = parse_qs((await request.body()).decode("latin-1"), max_num_fields=_MOST_FIELDS)
    except ValueError:
        return
    request.scope.setdefault("state", {})[_SENT] = fields.get(CSRF_FIELD, [""])[0]


def carries_csrf(request: Request, session: Authenticated) -> bool:
    """Tell whether a request may write by its cookie: what it sends shows where it comes from."""
    if request.method in READING:
        return True
    sent = request.scope.get("state", {}).get(_SENT, "")
    return session.accepts(request.headers.get(CSRF_HEADER, "")) or session.accepts(sent)


def check_form(request: Request, form: Mapping[str, str]) -> Authenticated | None:
    """Return the session whose page sent a form; None: there is no session.

    Raises ``form-not-ours``.
    """
    check_origin(request)
    session = session_of(request)
    if session is not None and not session.accepts(form.get(CSRF_FIELD, "")):
        raise AtlasError(FORM_NOT_OURS)
    return session


def check_origin(request: Request) -> None:
    """Raise ``form-not-ours`` where another site's page sent a request that writes.

    Browsers name the origin with each form; also for signing in, which no session protects.
    """
    origin = request.headers.get("origin")
    if origin is None:
        return
    public: str = request.app.state.atlas.settings.public_url
    own = (urlsplit(public).netloc, request.headers.get("host", ""))
    if urlsplit(origin).netloc not in own:
        raise AtlasError(FORM_NOT_OURS)


def start(request: Request, new: NewSession) -> None:
    """Have the answer begin a session in the browser."""
    state = request.scope.setdefault("state", {})
    state[_COOKIE] = _cookie(request.app.state.atlas.settings, new.secret)
    state[PERSONAL] = True


def end(request: Request) -> None:
    """Have the answer end the session in the browser."""
    settings: Settings = request.app.state.atlas.settings
    state = request.scope.setdefault("state", {})
    state[_COOKIE] = f"{_cookie(settings, '')}; Max-Age=0"
    state[PERSONAL] = True


def set_headers(scope: Scope, headers: MutableHeaders) -> None:
    """Set the cookie of an answer, and have what is personal kept by nobody."""
    state = scope.get("state", {})
    if state.get(_COOKIE):
        headers.append("Set-Cookie", state[_COOKIE])
    if state.get(PERSONAL):
        headers["Cache-Control"] = "private, no-store"


def _cookie(settings: Settings, secret: str) -> str:
    """Return the field: until the browser is closed, for the server alone to read."""
    secure = "; Secure" if _is_secure(settings) else ""
    return f"{cookie_name(settings)}={secret}; Path=/; HttpOnly; SameSite=Lax{secure}"


def _is_secure(settings: Settings) -> bool:
    return settings.public_url.startswith("https:")
