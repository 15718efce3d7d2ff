"""``/login``, ``/logout``, and setting a password anew by a link."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.errors import PASSWORD_REFUSED, SIGN_IN_REFUSED, SIGN_IN_THROTTLED
from catalog_service.accounts.next_address import safe_next
from catalog_service.accounts.oidc.leaving import leave_by_page
from catalog_service.accounts.oidc.service import OidcSignIn
from catalog_service.accounts.passwords import LEAST, MOST
from catalog_service.accounts.people import Account
from catalog_service.dependencies import Atlas
from catalog_service.http import sessions
from catalog_service.http.access import client_network
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import PRIVATE, receive_form
from catalog_service.site.rendering import View
from catalog_service.site.trust import in_language
from ontology.errors import AtlasError

router = APIRouter(include_in_schema=False)

_SHOWN_ON_FORM = (SIGN_IN_REFUSED, SIGN_IN_THROTTLED)


@router.get("/login")
def login_form(request: Request, atlas: Atlas) -> Response:
    """The form."""
    asked = request.query_params
    return _login(
        View(request),
        atlas.oidc,
        safe_next(asked.get("next", "")),
        password_set=asked.get("said") == "password",
    )


@router.post("/login")
async def log_in(request: Request, atlas: Atlas) -> Response:
    """Begin a session, and go where the form says."""
    form = await receive_form(request)
    sessions.check_origin(request)

    def work() -> Response:
        view = View(request)
        try:
            new = atlas.accounts.sign_in(
                form.get("login", ""),
                form.get("password", ""),
                form.get("code", ""),
                network=client_network(request),
                user_agent=request.headers.get("user-agent", ""),
                replaces=sessions.cookie_secret(request),
            )
        except AtlasError as error:
            if error.kind not in _SHOWN_ON_FORM:
                raise
            return _login(view, atlas.oidc, safe_next(form.get("next", "")), form, error)
        sessions.start(request, new)
        account = atlas.accounts.people.get(new.session.person)
        target = safe_next(form.get("next", ""), account.language)
        if atlas.accounts.lacks_codes(account):
            # Before anything else.
            target = view.link("/account")
        return RedirectResponse(target, 303, PRIVATE)

    return await run_in_pool(thread_pools(request).checks, work)


@router.get("/logout")
def logout_form(request: Request) -> Response:
    """A button: an address alone, which another page may hold as a picture, ends nothing."""
    view = View(request)
    return view.render(
        "logout.html",
        headers=PRIVATE,
        section="",
        trail=[(view.gettext("Sign out"), None)],
    )


@router.post("/logout")
async def log_out(request: Request, atlas: Atlas) -> Response:
    """End this session, here and in the browser, and at the provider that it began by."""
    form = await receive_form(request)

    def work() -> Response:
        session = sessions.check_form(request, form)
        sessions.end(request)
        view = View(request)
        if session is None:
            return RedirectResponse(view.link("/login"), 303, PRIVATE)
        atlas.accounts.sessions.end(session.account.id, session.session.id)
        oidc = atlas.oidc if session.session.provider is not None else None
        address = None if oidc is None else oidc.end_session_address(session.session.id)
        if oidc is None or address is None:
            return RedirectResponse(view.link("/login"), 303, PRIVATE)
        return leave_by_page(view, address, in_language(oidc.name, view.lang))

    return await run_in_pool(thread_pools(request).writes, work)


@router.get("/login/reset")
def reset_form(request: Request, atlas: Atlas) -> Response:
    """A form that has a link sent."""
    return _reset(View(request), sends=atlas.accounts.mailer is not None)


@router.post("/login/reset")
async def ask_for_link(request: Request, atlas: Atlas) -> Response:
    """Have a link sent to an address; says the same whether there is an account with it."""
    form = await receive_form(request)
    sessions.check_origin(request)

    def work() -> Response:
        view = View(request)
        network = client_network(request)
        atlas.accounts.throttle.check(form.get("email", ""), network)
        atlas.accounts.throttle.failed(form.get("email", ""), network)
        atlas.accounts.send_reset(form.get("email", ""), atlas.settings.public_url)
        return _reset(view, sends=atlas.accounts.mailer is not None, asked=True)

    return await run_in_pool(thread_pools(request).writes, work)


@router.get("/login/password")
def password_form(request: Request, atlas: Atlas) -> Response:
    """A form for a new password, for whoever has a link."""
    link = request.query_params.get("link", "")
    return _password(View(request), atlas.accounts.account_of_link(link), link)


@router.post("/login/password")
async def set_password(request: Request, atlas: Atlas) -> Response:
    """Set the password that a link is for, and end all sessions of its account."""
    form = await receive_form(request)
    sessions.check_origin(request)

    def work() -> Response:
        view, link = View(request), form.get("link", "")
        try:
            atlas.accounts.reset_password(link, form.get("password", ""))
        except AtlasError as error:
            if error.kind is not PASSWORD_REFUSED:
                raise
            return _password(view, atlas.accounts.account_of_link(link), link, error)
        return RedirectResponse(view.link("/login", said="password"), 303, PRIVATE)

    return await run_in_pool(thread_pools(request).checks, work)


def _login(
    view: View,
    oidc: OidcSignIn | None,
    target: str,
    form: Mapping[str, str] | None = None,
    error: AtlasError | None = None,
    *,
    password_set: bool = False,
) -> Response:
    headers = dict(PRIVATE)
    if error is not None and error.kind is SIGN_IN_THROTTLED:
        headers["Retry-After"] = str(60 * int(str(error.params["minutes"])))
    return view.render(
        "login.html",
        200 if error is None else error.kind.status,
        headers=headers,
        section="",
        trail=[(view.gettext("Sign in"), None)],
        next=target,
        provider=None if oidc is None else in_language(oidc.name, view.lang),
        login=(form or {}).get("login", "")[:80],
        password_set=password_set,
        error=error,
    )


def _reset(view: View, *, sends: bool, asked: bool = False) -> Response:
    return view.render(
        "reset.html",
        headers=PRIVATE,
        section="",
        trail=[
            (view.gettext("Sign in"), view.link("/login")),
            (view.gettext("New password"), None),
        ],
        sends=sends,
        asked=asked,
    )


def _password(view: View, account: Account, link: str, error: AtlasError | None = None) -> Response:
    return view.render(
        "new_password.html",
        200 if error is None else error.kind.status,
        # Not "no-referrer": browsers would name no origin with the form, and it would be refused.
        headers={**PRIVATE, "Referrer-Policy": "same-origin"},
        section="",
        trail=[
            (view.gettext("Sign in"), view.link("/login")),
            (view.gettext("New password"), None),
        ],
        account=account,
        link_secret=link,
        error=error,
        least=LEAST,
        most=MOST,
    )
