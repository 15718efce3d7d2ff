"""``atlas report``: reports of a month, a quarter or a year, as text or in a file's format."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from catalog_service.console.opening import existing
from catalog_service.console.output import Output, gettext, language

if TYPE_CHECKING:
    from catalog_service.reports.period import Kind
    from translations import Lang

app = typer.Typer(
    no_args_is_help=True, help="Reports of open data, by month, quarter and year (R36)."
)

Format = Literal["html", "docx", "pdf", "xlsx", "csv", "ttl", "json"]
OfPeriod = Annotated[str, typer.Argument(metavar="PERIOD", help="2026-11, 2026-Q4 or 2026.")]
OfOrganization = Annotated[
    str | None, typer.Option("--org", metavar="ID", help="IRI, code or name; without: the city.")
]
AsFormat = Annotated[Format | None, typer.Option("--format", help="Write this to standard output.")]
AsOf = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="As of the end of this day of the period."),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@app.command("month")
def month(
    period: OfPeriod,
    org: OfOrganization = None,
    form: AsFormat = None,
    day: AsOf = None,
    json: Json = False,
) -> None:
    """The report of a month, such as 2026-11."""
    _report("month", period, org, form, day, json)


@app.command("quarter")
def quarter(
    period: OfPeriod,
    org: OfOrganization = None,
    form: AsFormat = None,
    day: AsOf = None,
    json: Json = False,
) -> None:
    """The report of a quarter, such as 2026-Q4."""
    _report("quarter", period, org, form, day, json)


@app.command("year")
def year(
    period: OfPeriod,
    org: OfOrganization = None,
    form: AsFormat = None,
    day: AsOf = None,
    json: Json = False,
) -> None:
    """The report of a year, such as 2026."""
    _report("year", period, org, form, day, json)


@app.command("measure")
def measure(json: Json = False) -> None:
    """Count today what reports say beside measured quality; the worker does so every night."""
    from catalog_service.reports import service

    out = Output(as_json=json)
    with existing() as atlas:
        done = service.measure(atlas)
        today = atlas.clock.today()
    out.result(
        {
            "day": today.isoformat(),
            "measured": done is not None,
            "records": 0 if done is None else done.records,
        }
    )
    if done is None:
        out.text(gettext("Nothing was counted: a later day than today was counted already."))
        return
    out.text(
        gettext("{records} records counted on {day}.", records=done.records, day=today.isoformat())
    )


def _report(
    kind: Kind,
    text: str,
    organization: str | None,
    form: Format | None,
    day: datetime | None,
    json: bool,
) -> None:
    from catalog_service.reports import service
    from catalog_service.reports.files import FORMATS
    from catalog_service.reports.wording import Words

    period = service.Period.named(text)
    if period.kind != kind:
        raise typer.BadParameter(gettext("this is another kind of period"), param_hint="PERIOD")
    with existing() as atlas:
        found = service.compose(
            atlas,
            period,
            service.named(atlas, organization or ""),
            None if day is None else day.date(),
        )
    lang: Lang = "zh" if language() == "zh" else "en"
    if json or form is not None:
        sys.stdout.buffer.write(FORMATS[form or "json"].write(found, lang))
        sys.stdout.flush()
        return
    out, words = Output(as_json=False), Words(lang)
    out.text(words.title(found))
    out.text(words.span(found))
    if found.is_unfinished:
        out.text(words.unfinished(found))
    out.table(
        words.headings,
        [
            (
                words.label(one.kind.name),
                words.now(one),
                words.change(one),
                words.aim(one),
                words.place(one),
            )
            for one in found.lines
        ],
    )
    for due in found.due:
        out.text(words.due(found, due))
