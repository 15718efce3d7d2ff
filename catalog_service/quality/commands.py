"""``atlas quality``: measures the public records, and tells what was measured."""

from __future__ import annotations

from typing import Annotated

import typer

from catalog_service.console.opening import addressed, existing
from catalog_service.console.output import Output, gettext, ngettext
from catalog_service.quality.badges.commands import app as badges
from catalog_service.shares import shown_percent

app = typer.Typer(help="Measured quality of the public records, by day.")
app.add_typer(badges, name="badges")
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@app.command("evaluate")
def evaluate(
    source: Annotated[
        str | None, typer.Option(metavar="ID", help="Only the records of this source.")
    ] = None,
    data: Annotated[
        bool,
        typer.Option(
            "--data", help="Fetch and profile the files themselves, where that is allowed."
        ),
    ] = False,
    links: Annotated[
        bool,
        typer.Option(
            "--links", help="Ask whether addresses of records answer, where that is allowed."
        ),
    ] = False,
    json: Json = False,
) -> None:
    """Measure the public records today; the worker does so every night."""
    from catalog_service.quality import service

    out = Output(as_json=json)
    if links:
        _ask(out, source)
    if data:
        _profile(out, source)
    if links or data:
        return
    with existing() as atlas:
        done = service.evaluate(atlas, source=source)
        today = atlas.clock.today()
        figures = [
            (metric, days[-1])
            for metric in service.METRICS
            if done is not None and done.figures and (days := service.course(atlas, metric, 1))
        ]
    out.result(
        {
            "day": today.isoformat(),
            "measured": done is not None,
            "records": done.records if done else 0,
            "changed": done.changed if done else 0,
            "figures": {
                metric: {"judged": one.judged, "passed": one.passed, "percent": one.percent}
                for metric, one in figures
            },
        }
    )
    if done is None:
        out.text(gettext("Nothing was measured: a later day than today was measured already."))
        return
    out.text(
        gettext(
            "{records} records measured on {day}; {changed} measurements changed.",
            records=done.records,
            day=today.isoformat(),
            changed=done.changed,
        )
    )
    out.table(
        gettext("metric judged passed percent").split(),
        [
            (
                metric,
                str(one.judged),
                str(one.passed),
                "–" if one.percent is None else shown_percent(one.percent),
            )
            for metric, one in figures
        ],
    )


def _ask(out: Output, source: str | None) -> None:
    from catalog_service.quality.addresses.model import Asked
    from catalog_service.quality.service import ask_addresses
    from harvesters.platforms.web_address import shown

    def tell(address: str, found: Asked) -> None:
        status = "" if found.status is None else f" ({found.status})"
        out.text(f"{shown(address)}: {found.outcome}{status}")

    with existing() as atlas:
        done = ask_addresses(atlas, source=source, told=tell)
    out.result({"addresses": done.addresses, "asked": done.asked, "outcomes": dict(done.outcomes)})
    out.text(
        gettext(
            "{asked} of {addresses} addresses were asked: {answered} answered, {failed} failed.",
            asked=done.asked,
            addresses=done.addresses,
            answered=done.answered,
            failed=done.failed,
        )
    )


def _profile(out: Output, source: str | None) -> None:
    from catalog_service.quality.service import Kept, profile_data

    def tell(iri: str, found: Kept) -> None:
        if found.profile is None:
            out.text(f"{iri}: {found.reason}")
        else:
            rows = found.profile.rows
            out.text(ngettext("{iri}: {count} row", "{iri}: {count} rows", rows, iri=iri))

    with existing() as atlas:
        done = profile_data(atlas, source=source, told=tell)
    out.result({"files": done.files, "profiled": done.profiled, "failed": done.failed})
    out.text(
        gettext(
            "{profiled} of {files} files profiled; of {failed} no profile could be made, the "
            "others were looked at today already.",
            profiled=done.profiled,
            files=done.files,
            failed=done.failed,
        )
    )


@app.command("show")
def show(
    iri: Annotated[str, typer.Argument(help="IRI, or source/identifier.")], json: Json = False
) -> None:
    """Show what was measured of a record, the newest first."""
    from catalog_service.quality.service import measurements_of, points_kept
    from catalog_service.stored_records import known_record

    out = Output(as_json=json)
    with addressed() as atlas:
        record = known_record(atlas, iri)
        found = [one for many in measurements_of(atlas, record.iri).values() for one in many]
        points = points_kept(atlas, record.iri)
    out.result(
        {
            "iri": record.iri,
            "measurements": [
                {
                    "metric": one.metric,
                    "day": one.day.isoformat(),
                    "result": one.result,
                    "reason": one.reason,
                }
                for one in found
            ],
            "mqa": [
                {
                    "since": day.isoformat(),
                    "points": 0 if one is None else one.points,
                    "gains": {} if one is None else dict(one.gains),
                    "gone": one is None,
                }
                for day, one in points
            ],
        }
    )
    now = points[0][1] if points else None
    if now is not None:
        out.text(gettext("{points} of 405 points of MQA", points=now.points))
    if not found:
        out.text(gettext("Nothing was measured of it yet: atlas quality evaluate does so."))
    out.table(
        gettext("metric since result reason").split(),
        [(one.metric, one.day.isoformat(), one.result, one.reason) for one in found],
    )
