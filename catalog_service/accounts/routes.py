"""``/api/v1/me``: who asks, and what they may do."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from catalog_service.accounts.actions import Action
from catalog_service.accounts.own_tokens import OwnToken
from catalog_service.accounts.principal import Person, Principal
from catalog_service.accounts.tokens import Token
from catalog_service.dependencies import Atlas
from catalog_service.errors import NOT_AUTHENTICATED
from catalog_service.http.access import Bearer
from ontology.errors import AtlasError

router = APIRouter(prefix="/api/v1", tags=["accounts"])


class RoleAnswer(BaseModel):
    """A role that is in force."""

    role: str
    organization: str | None
    """IRI; null: the whole city."""
    until: datetime | None
    delegated_by: str | None
    """The person whose role it is."""


class MeAnswer(BaseModel):
    """Who asks."""

    kind: Literal["person", "token"]
    id: str
    name: str
    actor: str
    """What histories keep."""
    language: str | None
    roles: list[RoleAnswer]
    scopes: list[str]
    """Of a token."""
    owner: str | None
    """The person whose token it is; null: a person, or a token of the installation."""
    organization: str | None
    """IRI of the one organization over which the token's owner lets it act."""
    actions: list[str]
    """What is allowed over some organization at least."""


@router.get("/me", summary="Who asks, and what they may do")
def get_me(_atlas: Atlas, bearer: Bearer) -> MeAnswer:
    """Of a token, or of the person whose session the cookie names; 401 for anybody else.

    A person's token comes with the roles of its owner.
    """
    if bearer is None:
        raise AtlasError(NOT_AUTHENTICATED)
    person = _person_of(bearer)
    allowed = [action for action in Action if _is_allowed(bearer, action)]
    return MeAnswer(
        kind="token" if isinstance(bearer, Token) else "person",
        id=bearer.id,
        name=bearer.name,
        actor=bearer.actor,
        language=person.language if person else None,
        roles=[
            RoleAnswer(
                role=one.role.value,
                organization=one.organization,
                until=one.until,
                delegated_by=one.delegated_by,
            )
            for one in (person.grants if person else ())
        ],
        scopes=list(bearer.scopes) if isinstance(bearer, Token) else [],
        owner=bearer.owner if isinstance(bearer, Token) else None,
        organization=bearer.organization if isinstance(bearer, Token) else None,
        actions=[action.value for action in allowed],
    )


def _person_of(principal: Principal) -> Person | None:
    if isinstance(principal, OwnToken):
        return principal.person
    return principal if isinstance(principal, Person) else None


def _is_allowed(principal: Principal, action: Action) -> bool:
    if isinstance(principal, Token):
        bound = principal.sources(action)
        if not isinstance(principal, OwnToken):
            return bound != frozenset()
        if bound is not None:
            return any(principal.may_over(action, one) for one in bound)
    return principal.may(action, None) or principal.organizations(action) != frozenset()
