"""``atlas show`` and ``atlas history``: one record, now or then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from catalog_service.clock import SHANGHAI
from catalog_service.console.opening import addressed
from catalog_service.console.output import Output, gettext, pgettext
from catalog_service.errors import RECORD_NOT_FOUND
from catalog_service.output_formats import BY_NAME
from ontology.errors import AtlasError

if TYPE_CHECKING:
    from catalog_service.journal.model import Change, State

Iri = Annotated[str, typer.Argument(metavar="IRI", help="The record's IRI, or SOURCE/ID.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("show")(show)
    app.command("history")(history)


def show(
    iri: Iri,
    at: Annotated[
        str | None, typer.Option(metavar="TIME", help="As it was then (ISO 8601).")
    ] = None,
    format: Annotated[  # noqa: A002 — the option's name is fixed
        str, typer.Option(help=f"One of {', '.join(BY_NAME)}.")
    ] = "turtle",
    json: Json = False,
) -> None:
    """Print one record as RDF, now or as it was."""
    from catalog_service.datasets.visibility import times_ahead
    from catalog_service.http.times import parse_time
    from catalog_service.stored_records import known_record
    from ontology.serialization import write_lines

    if format not in BY_NAME:
        raise typer.BadParameter(", ".join(BY_NAME), param_hint="--format")
    out = Output(as_json=json)
    with addressed() as atlas:
        stored = known_record(atlas, iri)
        iri = stored.iri
        seen = stored if at is None else atlas.journal.at(iri, parse_time(at))
        ahead = None if at is None else times_ahead(atlas, iri)
    if ahead is not None:
        until = ahead.astimezone(SHANGHAI).isoformat(timespec="seconds")
        out.remark(
            gettext(
                "the clock was ahead when changes of it were written: they are dated up to "
                "{until}, and it may have stood otherwise then",
                until=until,
            )
        )
    text = None
    if seen is not None and seen.nquads is not None and seen.state in ("active", "held"):
        text = write_lines(seen.nquads, BY_NAME[format].rdf).body.decode()
    out.result(
        {
            "iri": stored.iri,
            "focus": seen.focus if seen else None,
            "source": stored.source,
            "remote_id": stored.remote_id,
            "state": seen.state if seen else None,
            "public": seen.public if seen else False,
            "hash": seen.hash if seen else None,
            "at": at,
            "times_ahead": ahead.isoformat() if ahead else None,
            "format": format,
            "content": text,
        }
    )
    if text is None:
        state = seen.state if seen is not None else pgettext("version", "none")
        out.remark(gettext("no good version (state: {state})", state=state))
        raise typer.Exit(1)
    if seen is not None and not seen.public:
        out.remark(_not_public(seen.state))
    out.text(text.rstrip("\n"))


def history(iri: Iri, json: Json = False) -> None:
    """List every change of one record, oldest first."""
    from catalog_service.datasets.service import counted
    from catalog_service.stored_records import record_iri

    out = Output(as_json=json)
    with addressed() as atlas:
        iri = record_iri(atlas.settings.base_iri, iri)
        changes = atlas.journal.history(iri)
        if not changes:
            raise AtlasError(RECORD_NOT_FOUND, iri=iri)
    rows = list(counted(changes))
    out.result(
        {
            "iri": iri,
            "changes": [
                {
                    "seq": c.seq,
                    "time": c.time.isoformat(),
                    "kind": c.kind,
                    "hash": c.hash,
                    "public": c.public,
                    "actor": c.actor,
                    "run": c.run,
                    "reason": c.reason,
                    "added": added,
                    "removed": removed,
                }
                for c, added, removed in rows
            ],
        }
    )
    out.table(
        gettext("seq time change public +/− actor reason").split(),
        [
            (
                c.seq,
                c.time.astimezone(SHANGHAI).isoformat(timespec="seconds"),
                c.kind,
                _publicity(c),
                f"+{added} −{removed}",
                c.actor,
                c.reason or "",
            )
            for c, added, removed in rows
        ],
    )


def _publicity(change: Change) -> str:
    """Return what a change made of its record's being public."""
    if change.public:
        return "✓"
    if change.kind in ("created", "updated", "revived", "released"):
        return _not_public("active")
    return "–"


def _not_public(state: State) -> str:
    """Return why a version that is there is not public."""
    if state == "held":
        return gettext("not public: waits for a steward")
    return gettext("not public: 非开放")
