"""``atlas mcp``."""

from __future__ import annotations

import typer

from catalog_service.console.opening import addressed


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("mcp")(mcp)


def mcp() -> None:
    """Answer an assistant over standard input and output, read-only."""
    from catalog_service.assistants.stdio import serve

    with addressed() as atlas:
        serve(atlas)
