"""``atlas source notices|webhook-secret``: what became of notices, and the key that signs them."""

from __future__ import annotations

from typing import Annotated

import typer

from catalog_service.clock import SHANGHAI
from catalog_service.console.opening import existing
from catalog_service.console.output import Output, gettext, language
from catalog_service.sources.labels import label

Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


def register(app: typer.Typer) -> None:
    """Add the commands to those of sources."""
    app.command("notices")(notices)
    app.command("webhook-secret")(webhook_secret)


def notices(source_id: Annotated[str, typer.Argument(metavar="ID")], json: Json = False) -> None:
    """List the notices of a source of the last month, and why one was not sent."""
    from catalog_service.sources.notices.reporting import notices_of
    from catalog_service.sources.registry import known_source

    out = Output(as_json=json)
    with existing() as atlas:
        known_source(atlas.journal, source_id)
        found = notices_of(atlas.journal, source_id)
    out.result(
        {
            "notices": [
                {
                    "id": one.id,
                    "run": one.data["run"],
                    "channel": one.channel,
                    "target": one.target,
                    "state": one.state,
                    "attempts": one.attempts,
                    "created": one.created,
                    "error": one.error,
                }
                for one in found
            ]
        }
    )
    out.table(
        gettext("made run to state attempts error").split(),
        [
            (
                one.created.astimezone(SHANGHAI).isoformat(timespec="seconds"),
                one.data["run"] or "–",
                one.target,
                label(one.state, language()),
                one.attempts,
                "–" if one.error is None else one.error["message"][language()],
            )
            for one in found
        ],
    )


def webhook_secret(
    source_id: Annotated[str, typer.Argument(metavar="ID")], json: Json = False
) -> None:
    """Make a new key that signs a source's notices, and show it for the receiver."""
    from catalog_service.sources.notices.webhook import make_secret
    from catalog_service.sources.registry import known_source

    out = Output(as_json=json)
    with existing() as atlas:
        known_source(atlas.journal, source_id)
        secret = make_secret(atlas, source_id)
    out.result({"source": source_id, "webhook_secret": secret})
    out.text(secret)
