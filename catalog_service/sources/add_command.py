"""``atlas source add``: a source, and how it is visited."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from catalog_service.console.opening import made
from catalog_service.console.output import Output, gettext
from catalog_service.sources.source_lines import due_line, visited_json

Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("add")(add)


def add(
    source_id: Annotated[str, typer.Argument(metavar="ID")],
    type: Annotated[  # noqa: A002 — the option's name is fixed
        str | None,
        typer.Option(
            help="push (default): a client of the API; spreadsheet: files; else a type of "
            "platforms (docs/platforms)."
        ),
    ] = None,
    title: Annotated[str | None, typer.Option(help="Its name; default: the id.")] = None,
    url: Annotated[
        str | None, typer.Option(help="Where it is visited, or can be looked at.")
    ] = None,
    gate: Annotated[
        str | None, typer.Option(help="enforce or report (default of a new source).")
    ] = None,
    repeats: Annotated[
        str | None,
        typer.Option(help="What repeats the city's (R07): flag (default), or hold for a steward."),
    ] = None,
    organization: Annotated[
        str | None,
        typer.Option(help="Whose it is: an organization's name or IRI; none: the whole city's."),
    ] = None,
    allow: Annotated[
        list[str] | None,
        typer.Option(help="Inner address (host, IP or network, :port) that it may be visited at."),
    ] = None,
    option: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="A setting of its type.")
    ] = None,
    schedule: Annotated[
        str | None, typer.Option(help="When it is visited, as in cron (Shanghai's time); none.")
    ] = None,
    jitter_minutes: Annotated[int | None, typer.Option(help="Begin so late at most.")] = None,
    grace_days: Annotated[
        int | None, typer.Option(help="Days missing before a record is withdrawn.")
    ] = None,
    most_removed: Annotated[
        float | None, typer.Option(help="Share of records above which removals are decided.")
    ] = None,
    full_every_hours: Annotated[int | None, typer.Option(help="Hours between whole walks.")] = None,
    deadline_minutes: Annotated[
        int | None, typer.Option(help="Minutes that a run may take.")
    ] = None,
    requests_per_second: Annotated[float | None, typer.Option(help="At most.")] = None,
    parallel: Annotated[int | None, typer.Option(help="Requests at the same time.")] = None,
    peer: Annotated[
        bool | None,
        typer.Option("--peer/--no-peer", help="Public queries may ask it by SERVICE."),
    ] = None,
    notify_on: Annotated[
        str | None, typer.Option(help="failure, held (default: failures, too) or always.")
    ] = None,
    notify_webhook: Annotated[
        str | None, typer.Option(metavar="URL", help="Where signed notices go; none.")
    ] = None,
    notify_email: Annotated[
        list[str] | None, typer.Option(help="Who gets notices by e-mail; repeatable; none.")
    ] = None,
    restore: Annotated[
        bool, typer.Option("--restore", help="Take back a source that was removed.")
    ] = False,
    json: Json = False,
) -> None:
    """Add a source, or change what is given of one that is there."""
    from catalog_service.accounts.service import owner_named, owner_of, set_owner
    from catalog_service.duplicates.service import REPEATS, repeats_setting, set_repeats
    from catalog_service.sources.harvests.connecting import connect

    if gate not in (None, "enforce", "report"):
        raise typer.BadParameter(gettext("enforce or report"), param_hint="--gate")
    wanted = next((known for known in REPEATS if known == repeats), None)
    if repeats is not None and wanted is None:
        raise typer.BadParameter(", ".join(REPEATS), param_hint="--repeats")
    settings = {
        "schedule": schedule,
        "jitter_minutes": jitter_minutes,
        "grace_days": grace_days,
        "most_removed": most_removed,
        "full_every_hours": full_every_hours,
        "deadline_minutes": deadline_minutes,
        "requests_per_second": requests_per_second,
        "parallel": parallel,
        "peer": peer,
        "notify_on": notify_on,
        "notify_webhook": notify_webhook,
        "notify_emails": None if notify_email is None else tuple(notify_email),
        "allow": None if allow is None else tuple(allow),
        "options": None if option is None else dict(_pair(one) for one in option),
    }
    out = Output(as_json=json)
    with made(out) as atlas:
        owner_named(atlas.vocabulary, organization)  # before anything is stored
        source, visited = connect(
            atlas,
            source_id,
            kind=type,
            title=title,
            url=url,
            gate=gate,  # type: ignore[arg-type]  # checked above
            restore=restore,
            given={name: value for name, value in settings.items() if value is not None},
        )
        if wanted is not None:
            set_repeats(atlas, source_id, wanted)
        if organization is not None:
            set_owner(atlas.journal, atlas.vocabulary, source_id, organization)
        owner = owner_of(atlas.journal, source_id)
        holding = repeats_setting(atlas, source_id)
        secret = None
        if visited is not None and notify_webhook and visited.settings.notify_webhook:
            from catalog_service.sources.notices.webhook import shown_secret

            secret = shown_secret(atlas, source_id)
    out.result(
        {
            **asdict(source),
            "repeats": holding,
            "organization": owner,
            "harvest": visited_json(visited),
            "webhook_secret": secret,
        }
    )
    told = f"type={source.type}  gate={source.gate}  repeats={holding}"
    out.text(f"{source.id}  {source.title}  {told}")
    if visited is not None:
        out.text(gettext("next visit: {due}", due=due_line(visited.due)))
    if secret is not None:
        out.text(gettext("the webhook's receiver checks signatures with: {key}", key=secret))


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter("NAME=VALUE", param_hint="--option")
    return name, value
