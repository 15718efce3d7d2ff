"""``atlas source credentials``: what a source proves itself with at its platform."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from catalog_service.console.opening import existing
from catalog_service.console.output import Output, gettext

_MOST_CHARACTERS = 16_384


def register(app: typer.Typer) -> None:
    """Add the command to those of sources."""
    app.command("credentials")(credentials)


def credentials(
    source_id: Annotated[str, typer.Argument(metavar="ID")],
    type: Annotated[  # noqa: A002 — the option's name is fixed
        str | None, typer.Option(help="header, basic, query or oauth.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Name of the header field or query parameter.")
    ] = None,
    user: Annotated[str | None, typer.Option(help="User name (basic).")] = None,
    token_url: Annotated[
        str | None, typer.Option(help="Where the token is requested (oauth).")
    ] = None,
    client_id: Annotated[str | None, typer.Option(help="The OAuth client.")] = None,
    scope: Annotated[str | None, typer.Option(help="Scope of the token (oauth).")] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Keep none.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Keep the credentials of a source, encrypted. The secret is read from standard input."""
    from catalog_service.sources.connection.source_credentials import (
        KINDS,
        forget_credentials,
        put_credentials,
    )

    if forget == (type is not None):
        raise typer.BadParameter("--type, --forget", param_hint="--type")
    if type is not None and type not in KINDS:
        raise typer.BadParameter(", ".join(KINDS), param_hint="--type")
    out = Output(as_json=json)
    with existing() as atlas:
        if type is None:
            forget_credentials(atlas, source_id)
        else:
            given = {
                "name": name,
                "user": user,
                "token_url": token_url,
                "client_id": client_id,
                "scope": scope,
                "secret": read_secret(),
            }
            put_credentials(
                atlas, source_id, type, {key: value for key, value in given.items() if value}
            )
    out.result({"source": source_id, "credentials": type})
    out.text(f"{source_id}  credentials={type or 'none'}")


def read_secret() -> str:
    """Read a secret: typed unseen at a terminal, else all of standard input but its line end.

    Never from an argument: other users of the machine see those, and shells keep them.
    """
    if sys.stdin.isatty():
        return str(typer.prompt(gettext("Secret"), hide_input=True, err=True))
    return sys.stdin.read(_MOST_CHARACTERS).removesuffix("\n").removesuffix("\r")
