"""``/account/tokens``: tokens of one's own; ``/accounts/tokens``: all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.actions import Action
from catalog_service.accounts.errors import SCOPE_NEEDED, SCOPE_NOT_HELD, TOKEN_END_NEEDED
from catalog_service.accounts.organizations import organization_named
from catalog_service.accounts.principal import Person
from catalog_service.accounts.service import require
from catalog_service.accounts.shown_roles import last_day, organization_name, time_of
from catalog_service.accounts.token_desk import (
    BOUND,
    SCOPE_LABELS,
    TokenDesk,
    Wanted,
    is_good,
    owner_names,
)
from catalog_service.accounts.tokens import MAX_NAME, NewToken, Token
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.errors import ILLEGAL_SCOPE, ILLEGAL_TOKEN_NAME, PARAMETER_INVALID
from catalog_service.http.access import Bearer
from catalog_service.http.sessions import check_form
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import PRIVATE, receive_form, sender_of
from catalog_service.site.paging import part_of
from catalog_service.site.rendering import View
from ontology.dates import read_date
from ontology.errors import AtlasError

router = APIRouter(include_in_schema=False)

MINE = "/account/tokens"
ALL = "/accounts/tokens"
PER_PAGE: Final = 100
"""Tokens on one page."""
_SHOWN_ON_FORM = (SCOPE_NEEDED, SCOPE_NOT_HELD, TOKEN_END_NEEDED, ILLEGAL_SCOPE, ILLEGAL_TOKEN_NAME)


@router.get(MINE)
def own_tokens_page(request: Request, atlas: Atlas) -> Response:
    """One's own tokens, and a form for a new one."""
    view = View(request)
    if view.session is None:
        return RedirectResponse(view.link("/login", next=MINE), 303, PRIVATE)
    return _mine(view, atlas, atlas.accounts.signed_in(view.session))


@router.post(MINE)
async def change_own_tokens(request: Request, atlas: Atlas) -> Response:
    """Make or revoke a token of one's own."""
    form = await receive_form(request)

    def work() -> Response:
        view = View(request)
        session = check_form(request, form)
        if session is None:
            return RedirectResponse(view.link("/login", next=MINE), 303, PRIVATE)
        person = atlas.accounts.signed_in(session)
        desk, action = TokenDesk(atlas, person), form.get("action", "")
        if action == "revoke":
            desk.revoke_mine(form.get("revoked", ""))
            return RedirectResponse(view.link(MINE), 303, PRIVATE)
        if action != "make":
            expected = "make, revoke"
            raise AtlasError(PARAMETER_INVALID, name="action", value=action[:80], expected=expected)
        try:
            new = desk.make(person, _wanted(atlas, form))
        except AtlasError as error:
            if error.kind not in _SHOWN_ON_FORM:
                raise
            return _mine(view, atlas, person, form=form, error=error)
        return _mine(view, atlas, person, new=new)

    return await run_in_pool(thread_pools(request).writes, work)


@router.get(ALL)
def all_tokens_page(request: Request, atlas: Atlas, bearer: Bearer) -> Response:
    """All tokens, of people and of the installation."""
    view = View(request)
    if bearer is None:
        return RedirectResponse(view.link("/login", next=ALL), 303, PRIVATE)
    require(bearer, Action.TOKEN_MANAGE, None)
    now = atlas.clock.now()
    # Those that are good first, the newest of them first of all.
    found = sorted(TokenDesk(atlas, bearer).visible(), key=lambda one: not is_good(one, now))
    ended = sum(not is_good(one, now) for one in found)
    part = part_of(view, ALL, len(found), PER_PAGE)
    shown = found[part.offset : part.offset + PER_PAGE]
    return view.render(
        "all_tokens.html",
        headers=PRIVATE,
        section="",
        trail=[
            (view.gettext("Accounts"), view.link("/accounts")),
            (view.gettext("Tokens"), None),
        ],
        good=[one for one in shown if is_good(one, now)],
        ended=[one for one in shown if not is_good(one, now)],
        part=part,
        ended_in_all=ended,
        owners=owner_names(atlas, shown),
        **_shared(view, atlas),
    )


@router.post(ALL)
async def revoke_any_token(request: Request, atlas: Atlas) -> Response:
    """Revoke a token, whosever it is."""
    form = await receive_form(request)

    def work() -> Response:
        principal = require(sender_of(request, form), Action.TOKEN_MANAGE, None)
        TokenDesk(atlas, principal).revoke(form.get("revoked", ""))
        return RedirectResponse(View(request).link(ALL), 303, PRIVATE)

    return await run_in_pool(thread_pools(request).writes, work)


def _wanted(atlas: Service, form: Mapping[str, str]) -> Wanted:
    source = form.get("source", "").strip()
    scopes = [
        f"{scope}:{source}" if source and scope in BOUND else scope
        for scope in SCOPE_LABELS
        if form.get(f"scope-{scope}")
    ]
    given = form.get("organization", "").strip()
    found = read_date(form.get("until", "").strip())
    return Wanted(
        form.get("name", "").strip(),
        tuple(scopes),
        organization_named(atlas.vocabulary, given) if given else None,
        None if found is None else found.last,
    )


def _mine(
    view: View,
    atlas: Service,
    person: Person,
    *,
    new: NewToken | None = None,
    form: Mapping[str, str] | None = None,
    error: AtlasError | None = None,
) -> Response:
    desk, now = TokenDesk(atlas, person), atlas.clock.now()
    found = desk.mine()
    over = desk.organizations(person)
    scopes = desk.scopes(person)
    concepts = atlas.vocabulary.offered("organization")
    among = desk.sources(person)
    return view.render(
        "own_tokens.html",
        200 if error is None else error.kind.status,
        headers=PRIVATE,
        section="",
        trail=[
            (view.gettext("My account"), view.link("/account")),
            (view.gettext("My tokens"), None),
        ],
        good=[one for one in found if is_good(one, now)],
        ended=[one for one in found if not is_good(one, now)],
        new=new,
        error=error,
        given=form or {},
        scopes=[(one, view.gettext(SCOPE_LABELS[one])) for one in scopes],
        organizations=[(c.iri, view.name(c)) for c in concepts if over is None or c.iri in over],
        sources=[
            (one.id, one.title or one.id)
            for one in atlas.journal.sources()
            if among is None or one.id in among
        ]
        if not set(BOUND).isdisjoint(scopes)
        else [],
        today=atlas.clock.today(),
        last_day=desk.last_day,
        most_name=MAX_NAME,
        days=atlas.settings.token_days,
        **_shared(view, atlas),
    )


def _shared(view: View, atlas: Service) -> dict[str, Any]:
    return {
        "organization_name": lambda iri: organization_name(view, atlas.vocabulary, iri),
        "time_of": time_of,
        "last_day_of": last_day,
        "scope_text": lambda token: _scope_text(view, token),
    }


def _scope_text(view: View, token: Token) -> list[tuple[str, str]]:
    """Return a token's scopes, each with what it means."""
    found = []
    for scope in token.scopes:
        kind, _, source = scope.partition(":")
        label = view.gettext(SCOPE_LABELS[kind])
        if kind == "admin" and token.owner is None:
            label = view.gettext("Everything")
        found.append((scope, f"{label} ({source})" if source else label))
    return found
