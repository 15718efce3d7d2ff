"""``atlas token``: who may write, and what."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from catalog_service.console.opening import existing, made
from catalog_service.console.output import Output, gettext

if TYPE_CHECKING:
    from catalog_service.accounts.tokens import Token

app = typer.Typer(no_args_is_help=True, help="Tokens of clients that write.")
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="Whose it is.")],
    scope: Annotated[
        list[str],
        typer.Option(
            help="admin, query, write, write:SOURCE, steward, steward:SOURCE; repeatable."
        ),
    ],
    days: Annotated[
        int | None, typer.Option(min=1, max=36_500, help="Days it is valid; default: ever.")
    ] = None,
    json: Json = False,
) -> None:
    """Make a token. Its secret is shown this once and kept nowhere."""
    out = Output(as_json=json)
    with made(out) as atlas:
        expires = atlas.clock.now() + timedelta(days=days) if days is not None else None
        new = atlas.tokens.create(name, scope, expires=expires)
    out.result({**_told(new.token), "secret": new.secret})
    out.text(new.secret)
    out.remark(gettext("Keep it now, it is not shown again. Use: Authorization: Bearer TOKEN"))


@app.command("list")
def list_tokens(json: Json = False) -> None:
    """List all tokens, the ended ones too; never their secrets."""
    out = Output(as_json=json)
    with existing() as atlas:
        tokens = atlas.tokens.list()
        logins = {one.id: one.login for one in atlas.accounts.people.list()} if tokens else {}
    out.result({"tokens": [_told(token) for token in tokens]})
    out.table(
        gettext("id name owner scopes expires revoked used").split(),
        [
            (
                t.id,
                t.name,
                logins.get(t.owner or "", "–"),
                " ".join(t.scopes),
                t.expires.date() if t.expires else "–",
                t.revoked.date() if t.revoked else "–",
                t.last_used or "–",
            )
            for t in tokens
        ],
    )


@app.command("revoke")
def revoke(token_id: Annotated[str, typer.Argument(metavar="ID")], json: Json = False) -> None:
    """End a token at once."""
    out = Output(as_json=json)
    with existing() as atlas:
        token = atlas.tokens.revoke(token_id)
    out.result(_told(token))
    out.text(gettext("revoked {id} ({name})", id=token.id, name=token.name))


def _told(token: Token) -> dict[str, Any]:
    """Return what is kept of a token, without how it is read again."""
    return {one.name: getattr(token, one.name) for one in fields(token) if one.name != "read_again"}
