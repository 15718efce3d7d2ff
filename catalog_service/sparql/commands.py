"""``atlas sparql``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from catalog_service.console.opening import existing

MEDIA_TYPES = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "turtle": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdfxml": "application/rdf+xml",
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sparql")(sparql)


def sparql(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="The text, or - for stdin.")],
    format: Annotated[  # noqa: A002 — the option's name is fixed
        str | None,
        typer.Option(help=f"One of {', '.join(MEDIA_TYPES)}; default json, for graphs turtle."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Run a SPARQL query against the newest snapshot."""
    if json:
        format = "json"  # noqa: A001
    if format is not None and format not in MEDIA_TYPES:
        raise typer.BadParameter(", ".join(MEDIA_TYPES), param_hint="--format")
    if query == "-":
        query = sys.stdin.read()
    accept = MEDIA_TYPES[format] if format else "application/sparql-results+json, text/turtle"
    with existing() as atlas:
        answer = atlas.sparql.query(query, accept=accept, client="cli")
    sys.stdout.buffer.write(answer.body)
    if not answer.body.endswith(b"\n"):
        sys.stdout.buffer.write(b"\n")
    sys.stdout.flush()
