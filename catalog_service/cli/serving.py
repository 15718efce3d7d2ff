"""``atlas serve``: the portal with its web, worker and SPARQL processes."""

from __future__ import annotations

from typing import Annotated

import typer

from catalog_service.settings import Settings

ROLES = ("all", "web", "worker")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free port.")] = 8080,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Web processes.")] = 1,
    role: Annotated[str, typer.Option(help=f"One of {', '.join(ROLES)}.")] = "all",
) -> None:
    """Serve pages, API and SPARQL, and keep graph and index in step with the journal."""
    if role not in ROLES:
        raise typer.BadParameter(", ".join(ROLES), param_hint="--role")
    from catalog_service.serve.supervisor import serve as run_processes

    raise typer.Exit(
        run_processes(Settings(), host, port, workers, role)  # type: ignore[arg-type]
    )
