"""``/login/oidc``: signing in and out by the OpenID provider."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

import structlog
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from catalog_service.accounts.next_address import HOME, safe_next
from catalog_service.accounts.oidc.attempts import Attempt
from catalog_service.accounts.oidc.client import CALLBACK, SIGNED_OUT
from catalog_service.accounts.oidc.errors import (
    LOGOUT_TOKEN_INVALID,
    OIDC_OFF,
    SIGN_IN_EXPIRED,
)
from catalog_service.accounts.oidc.leaving import (
    begin_attempt,
    forget_attempt,
    sent_attempt,
)
from catalog_service.accounts.oidc.model import SIGN_IN_MINUTES
from catalog_service.accounts.oidc.service import OidcSignIn
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.http import sessions
from catalog_service.http.access import client_network
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import PRIVATE, receive_form
from catalog_service.site.rendering import View
from ontology.errors import AtlasError

router = APIRouter(include_in_schema=False)

BACK_CHANNEL: Final = "/login/oidc/backchannel-logout"
FRONT_CHANNEL: Final = "/login/oidc/frontchannel-logout"
_NO_STORE: Final = {"Cache-Control": "no-store"}
_log = structlog.get_logger(__name__)


@router.get("/login/oidc")
def begin(request: Request, atlas: Atlas) -> Response:
    """Lead to the provider."""
    provider = _provider(atlas)
    view = View(request)
    chosen = view.lang if view.chosen else None
    target = safe_next(request.query_params.get("next", ""), chosen)
    attempt = Attempt.begin("sign-in", target, atlas.clock.now())
    address = provider.address_of(attempt, view.lang)
    answer = RedirectResponse(address, 303, PRIVATE)
    begin_attempt(answer, atlas.settings, attempt)
    return answer


@router.get(CALLBACK)
def come_back(request: Request, atlas: Atlas) -> Response:
    """Begin a session, or link an identity, by what the provider says of who comes back."""
    try:
        answer = _finish(request, atlas, _provider(atlas))
    except AtlasError as error:
        _log.info("not signed in by the provider", code=error.code)
        view = View(request)
        answer = view.render(
            "oidc_failed.html",
            error.kind.status,
            # The address holds the code, which no other site is to be told.
            headers={**PRIVATE, "Referrer-Policy": "no-referrer"},
            section="",
            trail=[(view.gettext("Sign in"), view.link("/login")), (error.code, None)],
            error=error,
        )
    forget_attempt(answer, atlas.settings)
    return answer


def _finish(request: Request, atlas: Service, provider: OidcSignIn) -> Response:
    attempt = sent_attempt(request, atlas.settings, atlas.clock.now())
    sent = dict(request.query_params)
    if attempt.purpose == "link":
        session = sessions.session_of(request)
        if session is None:
            # Whoever began it is no longer signed in here.
            raise AtlasError(SIGN_IN_EXPIRED, minutes=SIGN_IN_MINUTES)
        provider.link(attempt, sent, session.account.id)
        return RedirectResponse(View(request).link(HOME), 303, PRIVATE)
    signed_in = provider.sign_in(attempt, sent)
    new = provider.begin(
        signed_in,
        network=client_network(request),
        user_agent=request.headers.get("user-agent", ""),
        replaces=sessions.cookie_secret(request),
    )
    sessions.start(request, new)
    language = atlas.accounts.people.get(signed_in.person).language
    return RedirectResponse(safe_next(attempt.target, language), 303, PRIVATE)


@router.get(SIGNED_OUT)
def signed_out(request: Request) -> Response:
    """Say that nobody is signed in any more, here and at the provider."""
    view = View(request)
    return view.render(
        "oidc_signed_out.html",
        headers=PRIVATE,
        section="",
        trail=[(view.gettext("Signed out"), None)],
    )


@router.post(BACK_CHANNEL)
async def back_channel_logout(request: Request, atlas: Atlas) -> Response:
    """End the sessions that the provider's logout token names (Back-Channel Logout 1.0, 2.5)."""
    form = await receive_form(request)

    def work() -> Response:
        try:
            _provider(atlas).end_by_token(form.get("logout_token", ""))
        except AtlasError as error:
            if error.kind is not LOGOUT_TOKEN_INVALID:
                raise
            _log.warning("logout token refused", reason=error.message("en"))
            told = {"error": "invalid_request", "error_description": error.message("en")}
            return JSONResponse(told, 400, _NO_STORE)
        return Response(status_code=200, headers=_NO_STORE)

    return await run_in_pool(thread_pools(request).writes, work)


@router.get(FRONT_CHANNEL)
def front_channel_logout(request: Request, atlas: Atlas) -> Response:
    """End the session that the provider names, in a frame of its page (Front-Channel Logout)."""
    provider = _provider(atlas)
    issuer, sid = (request.query_params.get(name, "") for name in ("iss", "sid"))
    provider.end_by_name(issuer, sid)
    at = urlsplit(provider.issuer)
    policy = f"default-src 'none'; frame-ancestors {at.scheme}://{at.netloc}"
    # The same whether a session ended or not: nobody learns which names there are.
    return Response(status_code=200, headers={**_NO_STORE, "Content-Security-Policy": policy})


def _provider(atlas: Service) -> OidcSignIn:
    if atlas.oidc is None:
        raise AtlasError(OIDC_OFF)
    return atlas.oidc
