"""``atlas organization``: what organizations demand of those who work for them."""

from __future__ import annotations

from typing import Annotated

import typer

from catalog_service.console.opening import existing
from catalog_service.console.output import Output, gettext

app = typer.Typer(no_args_is_help=True, help="Settings of organizations.")
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@app.command("list")
def list_settings(json: Json = False) -> None:
    """List the organizations that demand four eyes for all that they release."""
    from catalog_service.accounts.four_eyes import FourEyes

    out = Output(as_json=json)
    with existing() as atlas:
        demanding = FourEyes(atlas.journal).demanding()
        names = {one: atlas.accounts.hierarchy.names(one) for one in demanding}
    out.result({"organizations": [{"organization": one, "four_eyes": True} for one in demanding]})
    out.table(
        gettext("organization name four-eyes").split(),
        [(one, names[one]["zh"], "✓") for one in demanding],
    )


@app.command("set")
def set_organization(
    organization: Annotated[
        str, typer.Argument(metavar="ORGANIZATION", help="Its IRI, notation or name.")
    ],
    reason: Annotated[str, typer.Option(help="Why: it stands in the audit.")],
    four_eyes: Annotated[
        bool | None,
        typer.Option(
            "--four-eyes/--no-four-eyes",
            help="Whether what one person wrote another must release.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Change what an organization demands.

    Where 非开放 becomes open, and in reviews of secrecy, another releases always.
    """
    from catalog_service.accounts.four_eyes import FourEyes
    from catalog_service.accounts.service import organization_named

    out = Output(as_json=json)
    with existing() as atlas:
        iri = organization_named(atlas.vocabulary, organization)
        setting = FourEyes(atlas.journal)
        if four_eyes is not None:
            setting.demand(iri, four_eyes, reason=reason)
        demanded = setting.is_demanded_by(iri)
    out.result({"organization": iri, "four_eyes": demanded})
    out.text(f"{iri}  {'✓' if demanded else '–'}")
