"""``/accounts``: people, their roles and delegations, for administrators."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.accounts import reset_address
from catalog_service.accounts.actions import ROLE_LABELS, Action, Role
from catalog_service.accounts.administration import Administration, NewAccount
from catalog_service.accounts.errors import ORGANIZATION_NEEDED, UNKNOWN_ROLE, UNTIL_NEEDED
from catalog_service.accounts.organizations import organization_named
from catalog_service.accounts.principal import Principal
from catalog_service.accounts.service import require_somewhere
from catalog_service.accounts.shown_roles import last_day, organization_name, time_of
from catalog_service.accounts.token_desk import is_good
from catalog_service.actor_names import names_of
from catalog_service.audit.service import Entry
from catalog_service.clock import SHANGHAI
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.http.access import Bearer
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import MAX_REASON, PRIVATE, reason_of, receive_form, sender_of
from catalog_service.site.page_sessions import sign_in
from catalog_service.site.paging import part_of
from catalog_service.site.rendering import View
from ontology.dates import read_date
from ontology.errors import AtlasError

router = APIRouter(include_in_schema=False)

PER_PAGE: Final = 100
"""Accounts on one page."""
CITY: Final = "city"
"""What a form says for the whole city: nothing is over it because somebody forgot to choose."""


@router.get("/accounts")
def accounts_page(
    request: Request,
    atlas: Atlas,
    bearer: Bearer,
    q: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """The accounts within reach, by part of a name, and a form for a new one."""
    view = View(request)
    if bearer is None:
        return RedirectResponse(view.link("/login", next="/accounts"), 303, PRIVATE)
    principal = require_somewhere(bearer, Action.USER_MANAGE)
    # Before it is shown: what cannot be told to the audit is not read.
    atlas.audit.record(Entry("personal_data.read", details={"what": "accounts"}))
    return _people(view, atlas, principal, q.strip())


@router.post("/accounts")
async def create_account(request: Request, atlas: Atlas) -> Response:
    """Make an account, and show the link by which its person sets a password."""
    form = await receive_form(request)

    def work() -> Response:
        view = View(request)
        principal = sender_of(request, form)
        administration = Administration(atlas.accounts, principal)
        new = NewAccount(
            form.get("login", ""),
            form.get("name", ""),
            form.get("email", "") or None,
            _role(form) if form.get("role") else None,
            _organization(atlas, form) if form.get("role") else None,
        )
        account = administration.create(new, reason_of(form))
        secret, expires = administration.reset(account.id)
        return _person(view, atlas, principal, account.id, (secret, expires))

    return await run_in_pool(thread_pools(request).writes, work)


@router.get("/accounts/{person}")
def person_page(request: Request, atlas: Atlas, bearer: Bearer, person: str) -> Response:
    """One account."""
    view = View(request)
    if bearer is None:
        return sign_in(view)
    require_somewhere(bearer, Action.USER_MANAGE)
    identifier = decode_segment(person)
    told = Entry("personal_data.read", f"person:{identifier}", details={"what": "account"})
    atlas.audit.record(told)
    return _person(view, atlas, bearer, identifier)


@router.post("/accounts/{person}")
async def change_person(request: Request, atlas: Atlas, person: str) -> Response:
    """Grant, revoke, delegate, disable, as the form says."""
    form = await receive_form(request)
    identifier = decode_segment(person)

    def work() -> Response:
        view = View(request)
        principal = require_somewhere(sender_of(request, form), Action.USER_MANAGE)
        administration = Administration(atlas.accounts, principal)
        if form.get("action") == "reset":
            return _person(view, atlas, principal, identifier, administration.reset(identifier))
        _change(atlas, administration, identifier, form)
        return RedirectResponse(view.link(f"/accounts/{identifier}"), 303, PRIVATE)

    return await run_in_pool(thread_pools(request).writes, work)


def _change(
    atlas: Service, administration: Administration, person: str, form: Mapping[str, str]
) -> None:
    action = form.get("action", "")
    if action == "grant":
        administration.grant(
            person,
            _role(form),
            _organization(atlas, form),
            until=_until(form),
            reason=reason_of(form),
        )
    elif action == "revoke":
        administration.revoke(person, form.get("grant", ""))
    elif action == "delegate":
        administration.delegate(
            person,
            form.get("to", ""),
            _role(form),
            _organization(atlas, form),
            until=_until(form),
            reason=reason_of(form),
        )
    elif action == "end-delegation":
        administration.end_delegation(person, form.get("delegation", ""))
    elif action == "disable":
        successor = form.get("successor", "").strip() or None
        administration.disable(person, successor=successor, reason=reason_of(form))
    elif action == "enable":
        administration.enable(person)
    elif action == "sessions-end":
        administration.end_sessions(person)
    elif action == "token-revoke":
        administration.revoke_token(person, form.get("revoked", ""))
    else:
        expected = (
            "grant, revoke, delegate, end-delegation, disable, enable, sessions-end, token-revoke, "
            "reset"
        )
        raise AtlasError(PARAMETER_INVALID, name="action", value=action[:80], expected=expected)


def _role(form: Mapping[str, str]) -> Role:
    given = form.get("role", "")
    try:
        return Role(given)
    except ValueError as error:
        raise AtlasError(UNKNOWN_ROLE, role=given[:80], roles=", ".join(Role)) from error


def _organization(atlas: Service, form: Mapping[str, str]) -> str | None:
    """Return the organization that a form names; None: the whole city, which is chosen, too.

    Raises ``organization-needed`` and ``unknown-organization``.
    """
    given = form.get("organization", "").strip()
    if not given:
        raise AtlasError(ORGANIZATION_NEEDED)
    return None if given == CITY else organization_named(atlas.vocabulary, given)


def _until(form: Mapping[str, str]) -> datetime | None:
    """Return the end of the day that a form names, in Shanghai; raises ``until-needed``."""
    given = form.get("until", "").strip()
    if not given:
        return None
    found = read_date(given)
    if found is None:
        raise AtlasError(UNTIL_NEEDED)
    end = datetime.combine(found.last + timedelta(days=1), time(), SHANGHAI)
    return end.astimezone(UTC)


def _people(view: View, atlas: Service, principal: Principal, words: str) -> Response:
    wanted = words.casefold()
    found = [
        one
        for one in Administration(atlas.accounts, principal).reachable()
        if wanted in one.account.login or wanted in one.account.name.casefold()
    ]
    own = [("q", words)] if words else []
    part = part_of(view, "/accounts", len(found), PER_PAGE, own)
    return view.render(
        "people.html",
        headers=PRIVATE,
        section="",
        trail=[(view.gettext("Accounts"), None)],
        listed=found[part.offset : part.offset + PER_PAGE],
        part=part,
        words=words,
        manages_tokens=principal.may(Action.TOKEN_MANAGE, None),
        **_shared(view, atlas, principal),
    )


def _person(
    view: View,
    atlas: Service,
    principal: Principal,
    identifier: str,
    link: tuple[str, datetime] | None = None,
) -> Response:
    listed = Administration(atlas.accounts, principal).show(identifier)
    people = atlas.accounts.people
    others = {
        one
        for delegation in listed.delegations
        for one in (delegation.from_person, delegation.to_person)
    }
    values: dict[str, Any] = {
        "names": {
            **{one: people.get(one).name for one in others},
            **names_of(atlas, (one.granted_by for one in listed.grants)),
        },
        "successor": people.get(listed.account.successor) if listed.account.successor else None,
        "open_sessions": atlas.accounts.sessions.of(identifier),
        "tokens": [
            one for one in atlas.accounts.tokens.list(identifier) if is_good(one, atlas.clock.now())
        ],
    }
    return view.render(
        "person.html",
        headers=PRIVATE,
        section="",
        trail=[(view.gettext("Accounts"), view.link("/accounts")), (listed.account.name, None)],
        listed=listed,
        person=listed.account,
        reset_link=None if link is None else reset_address(atlas.settings.public_url, link[0]),
        reset_expires=None if link is None else link[1],
        **values,
        **_shared(view, atlas, principal),
    )


def _shared(view: View, atlas: Service, principal: Principal) -> dict[str, Any]:
    organizations = atlas.vocabulary.offered("organization")
    return {
        "roles": [(role.value, view.gettext(ROLE_LABELS[role])) for role in Role],
        "role_name": lambda role: view.gettext(ROLE_LABELS[role]),
        "organization_name": lambda iri: organization_name(view, atlas.vocabulary, iri),
        "organizations": [(one.iri, view.name(one)) for one in organizations],
        "reaches_all": principal.organizations(Action.USER_MANAGE) is None,
        "time_of": time_of,
        "last_day_of": last_day,
        "most_reason": MAX_REASON,
    }
