"""``atlas serve``: the portal with its web, worker and SPARQL processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import SplitResult, urlsplit

import typer

from catalog_service.console.output import Output, gettext

if TYPE_CHECKING:
    from catalog_service.settings import Settings

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
    from catalog_service.operations.supervisor import serve as run_processes
    from catalog_service.settings import Settings

    settings = reached_at(Settings(), host, port)
    if role != "worker":
        remark_on_identifiers(settings, host, port)
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


def remark_on_identifiers(settings: Settings, host: str, port: int) -> None:
    """Say so where the catalogue's identifiers do not lead to the address that is listened on.

    Identifiers never change, so that a catalogue of another port or machine is to be seen here,
    and yet nothing that it calls a dataset by is answered.
    """
    if answers_here(settings, host, port):
        return
    base = settings.base_iri
    here = settings.public_url if port else gettext("a free port")
    Output(as_json=False).remark(
        gettext(
            "note: identifiers of datasets begin with {base}, and this service is at "
            "{here}: identifiers will not answer here. Listen on the port that they "
            "name; behind a proxy that answers at {base}, set ATLAS_PUBLIC_URL={base}; "
            "for a new catalogue set ATLAS_BASE_IRI before the first import.",
            base=base,
            here=here,
        )
    )


def answers_here(settings: Settings, host: str, port: int) -> bool:
    """Tell whether identifiers lead to the public address, or to what is listened on."""
    base = urlsplit(settings.base_iri)
    if "public_url" in settings.model_fields_set and port == 0:
        return _origin(base) == _origin(urlsplit(settings.public_url))
    if port == 0:
        return False
    if _origin(base) == _origin(urlsplit(settings.public_url)):
        return True
    # Every interface is listened on: the name in the identifiers may well be this machine's.
    everywhere = host in EVERYWHERE and base.scheme == "http"
    return everywhere and _origin(base)[2] == port


def _origin(address: SplitResult) -> tuple[str, str, int]:
    name = (address.hostname or "").removesuffix(".")
    usual = 443 if address.scheme == "https" else 80
    return address.scheme, "127.0.0.1" if name == "localhost" else name, address.port or usual
