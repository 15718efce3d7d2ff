"""``atlas source add|list|show|gate``: where records come from, and how strictly they are held."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from catalog_service.clock import SHANGHAI
from catalog_service.console.opening import existing, made
from catalog_service.console.output import Output, gettext, language, severity_name
from catalog_service.sources.labels import counted, label

if TYPE_CHECKING:
    from catalog_service.sources.connection.model import HarvestSource

app = typer.Typer(no_args_is_help=True, help="The sources of records.")
MAX_RUNS = 10
"""Runs shown of a source, the newest first."""
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@app.command("list")
def list_sources(
    every: Annotated[bool, typer.Option("--all", help="Also those that were removed.")] = False,
    json: Json = False,
) -> None:
    """List the sources with their gates and records."""
    from catalog_service.sources.registry import summaries

    out = Output(as_json=json)
    with existing() as atlas:
        found = summaries(atlas.journal, removed=every)
    out.result(
        {
            "sources": [
                {**asdict(one.source), "records": one.states, "public": one.public} for one in found
            ]
        }
    )
    out.table(
        gettext("source type gate active public held").split(),
        [
            (
                one.source.id,
                one.source.type,
                one.source.gate,
                one.states.get("active", 0),
                one.public,
                one.states.get("held", 0),
            )
            for one in found
        ],
    )


@app.command("add")
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
    from catalog_service.duplicates.service import REPEATS, repeats_setting, set_repeats
    from catalog_service.sources.harvests.connecting import connect

    if gate not in (None, "enforce", "report"):
        raise typer.BadParameter("enforce or report", param_hint="--gate")
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
        holding = repeats_setting(atlas, source_id)
        secret = None
        if visited is not None and notify_webhook and visited.settings.notify_webhook:
            from catalog_service.sources.notices.webhook import shown_secret

            secret = shown_secret(atlas, source_id)
    out.result(
        {
            **asdict(source),
            "repeats": holding,
            "harvest": _visited_json(visited),
            "webhook_secret": secret,
        }
    )
    told = f"type={source.type}  gate={source.gate}  repeats={holding}"
    out.text(f"{source.id}  {source.title}  {told}")
    if visited is not None:
        out.text(gettext("next visit: {due}", due=_when(visited.due)))
    if secret is not None:
        out.text(gettext("the webhook's receiver checks signatures with: {key}", key=secret))


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter("NAME=VALUE", param_hint="--option")
    return name, value


def _when(time: datetime | None) -> str:
    if time is None:
        return gettext("when told to")
    return time.astimezone(SHANGHAI).isoformat(timespec="seconds")


def _visit_parts(url: str | None, visited: HarvestSource) -> list[str]:
    """Return where and how a source is visited, as far as it is not as usual."""
    settings = visited.settings
    told = [
        ("schedule", settings.schedule),
        ("allow", ",".join(settings.allow)),
        ("options", ",".join(f"{name}={value}" for name, value in settings.options.items())),
        ("credentials", "yes" if visited.has_credentials else ""),
        ("notices", " ".join(target for _, target in settings.notice_targets())),
    ]
    return [url or "–", *(f"{name}={value}" for name, value in told if value)]


def _visited_json(visited: HarvestSource | None) -> dict[str, object] | None:
    if visited is None:
        return None
    return {
        **visited.settings.model_dump(),
        "due": visited.due,
        "full_walk": visited.full_walk,
        "listed": visited.listed,
        "credentials": visited.has_credentials,
    }


@app.command("pause")
def pause(
    source_id: Annotated[str, typer.Argument(metavar="ID")],
    resume: Annotated[bool, typer.Option("--resume", help="Take records again.")] = False,
    json: Json = False,
) -> None:
    """Take no records of a source for now; what is there stays."""
    from catalog_service.sources.registry import known_source

    out = Output(as_json=json)
    with existing() as atlas:
        known_source(atlas.journal, source_id)
        source = atlas.journal.put_source(source_id, paused=not resume)
    out.result(asdict(source))
    out.text(f"{source.id}  paused={str(source.paused).lower()}")


@app.command("show")
def show(source_id: Annotated[str, typer.Argument(metavar="ID")], json: Json = False) -> None:
    """Show one source: how it is visited, its records, its findings by rule, its last runs."""
    from catalog_service.duplicates.service import repeats_setting
    from catalog_service.sources.harvests.store import HarvestStore
    from catalog_service.sources.registry import summary

    out = Output(as_json=json)
    with existing() as atlas:
        found = summary(atlas.journal, source_id)
        rules = atlas.journal.findings_summary(source_id)
        runs = atlas.journal.runs(source_id, limit=MAX_RUNS)
        repeats = repeats_setting(atlas, source_id)
        visits = HarvestStore(atlas.journal, atlas.clock).sources()
    visited = next((one for one in visits if one.source == source_id), None)
    out.result(
        {
            **asdict(found.source),
            "repeats": repeats,
            "harvest": _visited_json(visited),
            "records": found.states,
            "public": found.public,
            "rules": [
                {"rule": r.rule_id, "severity": r.severity, "records": r.records} for r in rules
            ],
            "runs": [
                {
                    "id": r.id,
                    "status": r.status,
                    "started": r.started,
                    "finished": r.finished,
                    "counters": dict(r.counters),
                    "message": r.message,
                }
                for r in runs
            ],
        }
    )
    source = found.source
    told = f"type={source.type}  gate={source.gate}  repeats={repeats}"
    out.text(f"{source_id}  {source.title}  {told}")
    if source.removed is not None:
        out.text(gettext("removed: {time}", time=_when(source.removed)))
    if visited is not None:
        out.text("  ".join(_visit_parts(source.url, visited)))
        out.text(gettext("next visit: {due}", due=_when(visited.due)))
    counts = [f"{label(state, language())} {count}" for state, count in found.states.items()]
    out.text("  ".join([*counts, gettext("public {count}", count=found.public)]))
    out.table(
        gettext("rule severity records").split(),
        [(r.rule_id, severity_name(r.severity), r.records) for r in rules],
    )
    out.text()
    out.table(
        gettext("run status began counters").split(),
        [
            (
                r.id,
                label(r.status, language()),
                r.started.astimezone(SHANGHAI).isoformat(timespec="seconds"),
                counted(r.counters, (name for name, n in r.counters.items() if n), language()),
            )
            for r in runs
        ],
    )


@app.command("gate")
def set_gate(
    source_id: Annotated[str, typer.Argument(metavar="ID")],
    gate: Annotated[str, typer.Argument(metavar="enforce|report")],
    json: Json = False,
) -> None:
    """Let a source's gate enforce the rules, or only report."""
    from catalog_service.sources.registry import set_gate as change_gate

    if gate not in ("enforce", "report"):
        raise typer.BadParameter("enforce or report")
    out = Output(as_json=json)
    with existing() as atlas:
        source = change_gate(atlas.journal, source_id, gate)  # type: ignore[arg-type]
    out.result(asdict(source))
    out.text(f"{source.id}  gate={source.gate}")
