"""``atlas organization``: what organizations demand, and where they want their notices."""

from __future__ import annotations

from typing import Annotated

import typer

from catalog_service.console.opening import existing
from catalog_service.console.output import Output, gettext

app = typer.Typer(no_args_is_help=True, help="Settings of organizations.")
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@app.command("list")
def list_settings(json: Json = False) -> None:
    """List the organizations that demand four eyes, or have a webhook for notices."""
    from catalog_service.accounts.four_eyes import FourEyes
    from catalog_service.notices.service import OrganizationWebhooks

    out = Output(as_json=json)
    with existing() as atlas:
        demanding = FourEyes(atlas.journal).demanding()
        webhooks = OrganizationWebhooks(atlas.journal, atlas.settings).shown()
        found = sorted({*demanding, *webhooks})
        names = {one: atlas.accounts.hierarchy.names(one) for one in found}
    out.result(
        {
            "organizations": [
                {"organization": one, "four_eyes": one in demanding, "webhook": webhooks.get(one)}
                for one in found
            ]
        }
    )
    out.table(
        gettext("organization name four-eyes webhook").split(),
        [
            (one, names[one]["zh"], "✓" if one in demanding else "–", webhooks.get(one, "–"))
            for one in found
        ],
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
    webhook: Annotated[
        str | None,
        typer.Option(help="Where its notices are sent; '' for nowhere. Prints the key that signs."),
    ] = None,
    allow: Annotated[
        list[str] | None,
        typer.Option(help="Inner address that may be reached for its webhook; repeatable."),
    ] = None,
    json: Json = False,
) -> None:
    """Change what an organization demands, and where its notices go.

    Where 非开放 becomes open, and in reviews of secrecy, another releases always.
    """
    from catalog_service.accounts.four_eyes import FourEyes
    from catalog_service.accounts.service import organization_named
    from catalog_service.notices.service import OrganizationWebhooks

    out = Output(as_json=json)
    with existing() as atlas:
        iri = organization_named(atlas.vocabulary, organization)
        setting = FourEyes(atlas.journal)
        if four_eyes is not None:
            setting.demand(iri, four_eyes, reason=reason)
        demanded, key = setting.is_demanded_by(iri), None
        webhooks = OrganizationWebhooks(atlas.journal, atlas.settings)
        if webhook:
            key = webhooks.set(iri, webhook, reason=reason, allow=allow or ())
        elif webhook is not None:
            webhooks.remove(iri, reason=reason)
        shown = webhooks.shown().get(iri)
    out.result({"organization": iri, "four_eyes": demanded, "webhook": shown, "key": key})
    out.text(f"{iri}  {'✓' if demanded else '–'}  {shown or '–'}")
    if key is not None:
        out.text(key)
