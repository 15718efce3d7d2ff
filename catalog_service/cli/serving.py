"""``atlas serve``: the portal with its web, worker and SPARQL processes."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Final

import typer

from catalog_service.errors import JOURNAL_DAMAGED, JOURNAL_LOST
from catalog_service.settings import Settings
from ontology.errors import AtlasError

HOPELESS: Final = (JOURNAL_LOST, JOURNAL_DAMAGED)
ROLES = ("all", "web", "worker")
EVERYWHERE: Final = ("0.0.0.0", "::")  # noqa: S104 — recognised here, not listened on


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
    from catalog_service.atlas import Atlas
    from catalog_service.importing import end_lost_runs
    from catalog_service.serve.supervisor import serve as run_processes

    settings = reached_at(Settings(), host, port)
    # A journal that is out of reach now is what the processes are there to wait for, and report;
    # one that only its operator can put right is told at once.
    try:
        with suppress(OSError), Atlas(settings, create=False) as atlas:
            end_lost_runs(atlas)
    except AtlasError as error:
        if error.kind in HOPELESS:
            raise
    raise typer.Exit(
        run_processes(settings, host, port, workers, role)  # type: ignore[arg-type]
    )


def reached_at(settings: Settings, host: str, port: int) -> Settings:
    """Return the settings with the public address on which is listened, where none was set.

    Nothing is known of it where any free port, or every interface under any name, may be meant:
    of the latter this machine's own is taken.
    """
    if port == 0 or "public_url" in settings.model_fields_set:
        return settings
    name = "127.0.0.1" if host in EVERYWHERE else host
    address = f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"
    return settings.model_copy(update={"public_url": address})
