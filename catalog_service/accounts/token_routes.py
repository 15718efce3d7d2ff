"""``/api/v1/tokens``: tokens of one's own, and for administrators all of them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from catalog_service.accounts.actions import Action
from catalog_service.accounts.errors import TOKEN_MAKES_NONE
from catalog_service.accounts.organizations import organization_named
from catalog_service.accounts.principal import Person
from catalog_service.accounts.token_desk import TokenDesk, Wanted, owner_names
from catalog_service.accounts.tokens import Token
from catalog_service.dependencies import Atlas
from catalog_service.http.access import Bearer, guarded
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.thread_pools import run, thread_pools
from ontology.errors import AtlasError

router = APIRouter(
    prefix="/api/v1/tokens", tags=["accounts"], route_class=guarded(Action.TOKEN_MANAGE_OWN)
)


class TokenAnswer(BaseModel):
    """A token, without its secret."""

    id: str
    name: str
    scopes: list[str]
    owner: str | None
    """The person whose it is; null: the installation's."""
    owner_name: str | None
    organization: str | None
    """IRI of the one organization over which it acts; null: all that its owner may."""
    created: datetime
    expires: datetime | None
    revoked: datetime | None
    last_used: date | None


class TokenList(BaseModel):
    """Tokens, the newest first, the ended ones too."""

    tokens: list[TokenAnswer]


class NewTokenAnswer(TokenAnswer):
    """A token just made."""

    secret: str
    """What the client sends; it is shown this once, and kept nowhere."""


class TokenBody(BaseModel):
    """The token that is wanted."""

    model_config = ConfigDict(extra="forbid")

    name: str
    scopes: Annotated[list[str], Field(max_length=20)]
    days: int
    """How many days it is good, today not counted."""
    organization: str | None = None
    """IRI, notation or name of the one organization over which it is to act."""


@router.get("", summary="Tokens of one’s own; for administrators all")
def list_tokens(atlas: Atlas, bearer: Bearer) -> TokenList:
    """Tell when each ends and was last used; never what is sent."""
    found = TokenDesk(atlas, bearer).visible()
    names = owner_names(atlas, found)
    return TokenList(tokens=[TokenAnswer(**_values(one, names)) for one in found])


@router.post("", status_code=201, summary="Make a token of one’s own")
async def make_token(
    request: Request, atlas: Atlas, bearer: Bearer, body: TokenBody
) -> NewTokenAnswer:
    """For whoever is signed in: a token makes none."""

    def work() -> NewTokenAnswer:
        desk = TokenDesk(atlas, bearer)
        if not isinstance(bearer, Person):
            raise AtlasError(TOKEN_MAKES_NONE)
        given = body.organization
        organization = None if not given else organization_named(atlas.vocabulary, given)
        # More than a century is no day that can be reckoned with.
        days = min(max(body.days, 0), 36_500)
        last = atlas.clock.today() + timedelta(days=days)
        new = desk.make(bearer, Wanted(body.name, tuple(body.scopes), organization, last))
        names = {bearer.id: bearer.name}
        return NewTokenAnswer(secret=new.secret, **_values(new.token, names))

    return await run(thread_pools(request).writes, work)


@router.delete("/{token}", summary="Revoke a token")
async def revoke_token(request: Request, atlas: Atlas, bearer: Bearer, token: str) -> TokenAnswer:
    """One's own at once; an administrator's of the whole city any."""

    def work() -> TokenAnswer:
        ended = TokenDesk(atlas, bearer).revoke(decode_segment(token))
        return TokenAnswer(**_values(ended, owner_names(atlas, [ended])))

    return await run(thread_pools(request).writes, work)


def _values(token: Token, names: dict[str, str]) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "scopes": list(token.scopes),
        "owner": token.owner,
        "owner_name": names.get(token.owner or ""),
        "organization": token.organization,
        "created": token.created,
        "expires": token.expires,
        "revoked": token.revoked,
        "last_used": token.last_used,
    }
