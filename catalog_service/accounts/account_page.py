"""``/account``: one's own password, second factor, sessions, language and roles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import segno
from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.actions import ROLE_LABELS, Action
from catalog_service.accounts.errors import (
    CODE_REFUSED,
    PASSWORD_REFUSED,
    SECOND_FACTOR_NEEDED,
    SIGN_IN_REFUSED,
)
from catalog_service.accounts.passwords import LEAST, MOST
from catalog_service.accounts.people import Account
from catalog_service.accounts.principal import Person
from catalog_service.accounts.second_factor import address_of
from catalog_service.accounts.shown_roles import organization_name, time_of
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.http import sessions
from catalog_service.http.access import client_network
from catalog_service.http.sessions import check_form, session_of
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import PRIVATE, receive_form
from catalog_service.site.rendering import View
from catalog_service.site.trust import in_language
from ontology.errors import AtlasError

router = APIRouter(include_in_schema=False)

_SHOWN_ON_PAGE = (PASSWORD_REFUSED, CODE_REFUSED, SIGN_IN_REFUSED, SECOND_FACTOR_NEEDED)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows beside what always stands there."""

    done: str | None = None
    """What was just done: password, sessions, totp-remove."""
    error: AtlasError | None = None
    secret: str | None = None
    """Of a device that is being set up."""
    codes: tuple[str, ...] = ()
    """Recovery codes, shown this once."""


@router.get("/account")
def account_page(request: Request, atlas: Atlas) -> Response:
    """One's own account; who is not signed in is led to where one signs in."""
    view = View(request)
    if view.session is None:
        return RedirectResponse(view.link("/login", next="/account"), 303, PRIVATE)
    return _render(view, atlas, Shown())


@router.post("/account")
async def change_account(request: Request, atlas: Atlas) -> Response:
    """Do what the form says, to one's own account alone."""
    form = await receive_form(request)

    def work() -> Response:
        view = View(request)
        session = check_form(request, form)
        if session is None:
            return RedirectResponse(view.link("/login", next="/account"), 303, PRIVATE)
        action = form.get("action", "")
        do = _ACTIONS.get(action)
        if do is None:
            expected = ", ".join(_ACTIONS)
            raise AtlasError(PARAMETER_INVALID, name="action", value=action[:80], expected=expected)
        account = session.account
        try:
            if action in _NEED_PASSWORD:
                _confirm(atlas, request, account, form)
            shown = do(atlas, request, account, form)
        except AtlasError as error:
            if error.kind not in _SHOWN_ON_PAGE:
                raise
            shown = Shown(error=error, secret=_still_begun(atlas, account, action, form))
        if shown is None:
            return RedirectResponse(view.link("/account"), 303, PRIVATE)
        return _render(view, atlas, shown)

    return await run_in_pool(thread_pools(request).checks, work)


def _confirm(atlas: Service, request: Request, account: Account, form: Mapping[str, str]) -> None:
    """Ask for the password again before what would lock its owner out.

    Throttled as signing in is; raises ``sign-in-refused``, ``sign-in-throttled``.
    """
    accounts, network = atlas.accounts, client_network(request)
    if not accounts.passwords.has(account.id):
        return
    accounts.throttle.check(account.login, network)
    if not accounts.passwords.is_right(account.id, form.get("password", "")):
        accounts.throttle.failed(account.login, network, account.id)
        raise AtlasError(SIGN_IN_REFUSED)


def _password(
    atlas: Service, request: Request, account: Account, form: Mapping[str, str]
) -> Shown | None:
    atlas.accounts.set_password(account, form.get("new_password", ""))
    _end_others(atlas, request, account)
    return Shown(done="password")


def _begin_totp(
    atlas: Service, _request: Request, account: Account, _form: Mapping[str, str]
) -> Shown | None:
    return Shown(secret=atlas.accounts.second_factors.begin(account.id))


def _confirm_totp(
    atlas: Service, request: Request, account: Account, form: Mapping[str, str]
) -> Shown | None:
    codes = atlas.accounts.second_factors.confirm(account.id, form.get("code", ""))
    _end_others(atlas, request, account)
    return Shown(codes=tuple(codes))


def _still_begun(
    atlas: Service, account: Account, action: str, form: Mapping[str, str]
) -> str | None:
    """Return the secret for which a code was refused, to type another code of it.

    Only as its own form sent it: whoever has a session alone is told no secret.
    """
    secret = form.get("secret", "")
    if action != "totp-confirm" or not secret:
        return None
    return secret if atlas.accounts.second_factors.is_begun(account.id, secret) else None


def _remove_totp(
    atlas: Service, _request: Request, account: Account, _form: Mapping[str, str]
) -> Shown | None:
    if _must_have_codes(atlas, atlas.accounts.principal(account)):
        raise AtlasError(SECOND_FACTOR_NEEDED, name=account.name)
    atlas.accounts.second_factors.remove(account.id)
    return Shown(done="totp-remove")


def _must_have_codes(atlas: Service, person: Person) -> bool:
    return not atlas.settings.roles_with_codes.isdisjoint(role.value for role in person.roles)


def _end_session(
    atlas: Service, _request: Request, account: Account, form: Mapping[str, str]
) -> Shown | None:
    atlas.accounts.sessions.end(account.id, form.get("session", ""))
    return None


def _end_other_sessions(
    atlas: Service, request: Request, account: Account, _form: Mapping[str, str]
) -> Shown | None:
    _end_others(atlas, request, account)
    return Shown(done="sessions")


def _set_language(
    atlas: Service, _request: Request, account: Account, form: Mapping[str, str]
) -> Shown | None:
    atlas.accounts.people.change(account.id, language=form.get("language", ""))
    return None


def _end_others(atlas: Service, request: Request, account: Account) -> None:
    session = session_of(request)
    atlas.accounts.sessions.end_all(account.id, but=None if session is None else session.session.id)


_Do = Callable[[Service, Request, Account, Mapping[str, str]], Shown | None]
_ACTIONS: dict[str, _Do] = {
    "password": _password,
    "totp-begin": _begin_totp,
    "totp-confirm": _confirm_totp,
    "totp-remove": _remove_totp,
    "session-end": _end_session,
    "sessions-end": _end_other_sessions,
    "language": _set_language,
}
_NEED_PASSWORD = ("password", "totp-begin", "totp-remove")


def _render(view: View, atlas: Service, shown: Shown) -> Response:
    session = sessions.session_of(view.request)
    assert session is not None  # looked at before
    account = atlas.accounts.people.get(session.account.id)
    person = atlas.accounts.principal(account)
    acting = atlas.accounts.signed_in(session)
    names = {one.id: one.name for one in atlas.accounts.people.list()} if person.grants else {}
    factors = atlas.accounts.second_factors
    values: dict[str, Any] = {
        "roles": [
            (
                view.gettext(ROLE_LABELS[one.role]),
                organization_name(view, atlas.vocabulary, one.organization),
                one.until,
                names.get(one.delegated_by or ""),
            )
            for one in person.grants
        ],
        "lacks_codes": acting.lacks_codes,
        "must_have_codes": _must_have_codes(atlas, person),
        "manages_accounts": acting.organizations(Action.USER_MANAGE) != frozenset(),
        "makes_tokens": acting.may(Action.TOKEN_MANAGE_OWN, None),
        "works_here": acting.may(Action.WORKBENCH_READ, None),
        "open_sessions": atlas.accounts.sessions.of(account.id),
        "picture": _picture(shown.secret, account.login) if shown.secret else None,
    }
    return view.render(
        "account.html",
        200 if shown.error is None else shown.error.kind.status,
        headers=PRIVATE,
        section="",
        trail=[(view.gettext("My account"), None)],
        account=account,
        this=session.session.id,
        shown=shown,
        has_password=atlas.accounts.passwords.has(account.id),
        has_totp=factors.is_set(account.id),
        offers_totp=atlas.settings.secret_file is not None,
        codes_left=factors.codes_left(account.id),
        oidc=_oidc(view, atlas, account.id),
        time_of=time_of,
        least=LEAST,
        most=MOST,
        **values,
    )


def _oidc(view: View, atlas: Service, person: str) -> dict[str, Any] | None:
    """Return what the page says of the OpenID provider; None: none is set up."""
    if atlas.oidc is None:
        return None
    link = atlas.oidc.identities.of_person(person, atlas.oidc.issuer)
    return {
        "name": in_language(atlas.oidc.name, view.lang),
        "linked": None if link is None else link.linked,
        "may_unlink": atlas.accounts.passwords.has(person),
    }


def _picture(secret: str, login: str) -> Markup:
    """Return the QR code as SVG, drawn without styles, which pages forbid."""
    code = segno.make(address_of(secret, login), micro=False)
    return Markup(  # noqa: S704 — made by segno from squares
        code.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=False)
    )
