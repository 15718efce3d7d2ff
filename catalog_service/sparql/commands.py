"""``atlas sparql``."""

from __future__ import annotations

import sys
from typing import Annotated, Final

import typer

from catalog_service.console.opening import existing
from catalog_service.sparql.formats import QUERY_GRAPH_FORMATS, RESULT_FORMATS
from catalog_service.sparql.model import Client

FORMATS: Final = {known.name: known for known in (*RESULT_FORMATS, *QUERY_GRAPH_FORMATS)}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sparql")(sparql)


def sparql(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="The text, or - for stdin.")],
    format: Annotated[  # noqa: A002 — the option's name is fixed
        str | None,
        typer.Option(help=f"One of {', '.join(FORMATS)}; default json, for graphs turtle."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Run a SPARQL query against the newest snapshot."""
    if json:
        format = "json"  # noqa: A001
    if format is not None and format not in FORMATS:
        raise typer.BadParameter(", ".join(FORMATS), param_hint="--format")
    if query == "-":
        query = sys.stdin.read()
    accept = FORMATS[format].media_type if format else ""
    with existing() as atlas:
        answer = atlas.sparql.query(query, accept=accept, client=Client("cli"))
    sys.stdout.buffer.write(answer.body)
    if not answer.body.endswith(b"\n"):
        sys.stdout.buffer.write(b"\n")
    sys.stdout.flush()
