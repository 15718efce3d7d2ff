"""``atlas open-list``: lists of what is opened, from their draft to their amendment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from catalog_service.console.days import day_given
from catalog_service.console.opening import existing
from catalog_service.console.output import EXIT_FINDINGS, Output, gettext
from catalog_service.open_list.exchange.left_out import tell_left_out

if TYPE_CHECKING:
    from catalog_service.atlas import Atlas
    from catalog_service.open_list.compared_files import Suffix
    from catalog_service.open_list.model import OpenList
    from translations import Lang

_LONG = frozenset({"rows_left_out", "rows_no_items", "titles"})
"""Details that are not told in the line of a step."""

app = typer.Typer(no_args_is_help=True, help="Open lists: what organizations open, year by year.")

OfOrganization = Annotated[str, typer.Argument(metavar="ORG", help="IRI, code or name.")]
OfYear = Annotated[int, typer.Argument(metavar="YEAR", min=2000, max=2999)]
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]
Why = Annotated[str, typer.Option("--reason", help="Why; it stays with the step.")]


def _named(atlas: Atlas, organization: str) -> str:
    from catalog_service.accounts.service import organization_named

    return organization_named(atlas.vocabulary, organization)


def _tell(out: Output, there: OpenList) -> None:
    last = there.steps[-1]
    out.result(
        {
            "organization": there.organization,
            "year": there.year,
            "state": there.state,
            "items": len(there.content.items),
            "content": there.content.hash,
            "details": dict(last.details),
        }
    )
    told = {name: value for name, value in last.details.items() if name not in _LONG}
    details = "  ".join(f"{name} {value}" for name, value in told.items())
    out.text(f"{there.year}  {there.state}  {len(there.content.items)}  {details}")
    tell_left_out(out, last.details)


@app.command("draft")
def draft(
    organization: OfOrganization,
    year: OfYear,
    file: Annotated[
        Path | None, typer.Option("--from", help="A CSV or workbook of a list.", exists=True)
    ] = None,
    last_year: Annotated[bool, typer.Option("--last-year", help="From last year's list.")] = False,
    json: Json = False,
) -> None:
    """Begin a list: from the catalogue, last year's list, or a file."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.open_list import service

    if file is not None and last_year:
        raise typer.BadParameter(gettext("--from, or --last-year"), param_hint="--from")
    given = None if file is None else (file.name, file.read_bytes())
    out = Output(as_json=json)
    with existing() as atlas:
        name = _named(atlas, organization)
        _tell(out, service.draft(atlas, OPERATOR, name, year, file=given, last_year=last_year))


@app.command("check")
def check(organization: OfOrganization, year: OfYear, json: Json = False) -> None:
    """Hold a draft against the rules. Exit 1 where there are violations."""
    from dataclasses import asdict

    from catalog_service.accounts.service import OPERATOR
    from catalog_service.open_list import service
    from catalog_service.open_list.checking import violations
    from catalog_service.open_list.cycle import lacks_calendar
    from catalog_service.open_list.deadlines import overdue

    out = Output(as_json=json)
    with existing() as atlas:
        there, found = service.check(atlas, OPERATOR, _named(atlas, organization), year)
        found = [*overdue(atlas, there), *found]
        calendar = not lacks_calendar(atlas, year)
    findings = [asdict(one) for one in found]
    out.result({"state": there.state, "calendar": calendar, "findings": findings})
    if not calendar:
        out.remark(
            gettext(
                "There is no calendar of working days for {year} yet: what is due that year is due "
                "on the days of the rule as they stand.",
                year=year,
            )
        )
    out.table(
        gettext("rule severity item finding").split(),
        [(one.rule, one.severity, one.title, one.zh) for one in found],
    )
    if violations(found):
        raise typer.Exit(EXIT_FINDINGS)


def _step(name: str, organization: str, year: int, reason: str, json: bool) -> None:
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.open_list import service

    out = Output(as_json=json)
    with existing() as atlas:
        _tell(out, service.take(atlas, OPERATOR, _named(atlas, organization), year, name, reason))


@app.command("review")
def review(organization: OfOrganization, year: OfYear, json: Json = False) -> None:
    """Say that a checked list was reviewed."""
    _step("review", organization, year, "", json)


@app.command("file")
def file_list(organization: OfOrganization, year: OfYear, json: Json = False) -> None:
    """File a reviewed list (报备), under the next number."""
    _step("file", organization, year, "", json)


@app.command("return")
def return_list(
    organization: OfOrganization, year: OfYear, reason: Why, json: Json = False
) -> None:
    """Return a filed list, with the reason."""
    _step("return", organization, year, reason, json)


@app.command("accept")
def accept(organization: OfOrganization, year: OfYear, json: Json = False) -> None:
    """Accept a filed list."""
    _step("accept", organization, year, "", json)


@app.command("publish")
def publish(organization: OfOrganization, year: OfYear, json: Json = False) -> None:
    """Publish an accepted list as a version."""
    _step("publish", organization, year, "", json)


@app.command("propose")
def propose(
    organization: OfOrganization,
    year: OfYear,
    item: Annotated[str, typer.Argument(metavar="ITEM", help="SOURCE/ID, or its own key.")],
    reason: Why,
    open_type: Annotated[str | None, typer.Option(help="无条件开放, 有条件开放, 非开放")] = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="The item is to go.")] = False,
    code: Annotated[str, typer.Option(help="Kind of reason, as docs/open-lists.md.")] = "other",
    json: Json = False,
) -> None:
    """Propose to change or withdraw an item of a published list; it joins what waits."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.open_list import service
    from catalog_service.open_list.differences import ItemChange, with_fields
    from catalog_service.open_list.errors import LIST_ITEM
    from catalog_service.open_list.seen import working_content
    from ontology.errors import AtlasError

    out = Output(as_json=json)
    with existing() as atlas:
        name = _named(atlas, organization)
        before = working_content(atlas, service.get(atlas, name, year)).items.get(item)
        if before is None:
            raise AtlasError(LIST_ITEM, key=item[:200])
        fields = {} if open_type is None else {"open_type": open_type}
        after = None if withdraw else with_fields(before, fields)
        change = frozenset({ItemChange(before, after)})
        _tell(out, service.propose(atlas, OPERATOR, (name, year), change, reason, code))


@app.command("retract")
def retract(
    organization: OfOrganization,
    year: OfYear,
    item: Annotated[str, typer.Argument(metavar="ITEM", help="SOURCE/ID, or its own key.")],
    reason: Why = "",
    json: Json = False,
) -> None:
    """Take an item out of the amendment that waits."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.open_list import service

    out = Output(as_json=json)
    with existing() as atlas:
        name = _named(atlas, organization), year
        _tell(out, service.retract(atlas, OPERATOR, name, [item], reason))


@app.command("refuse")
def refuse(
    organization: OfOrganization,
    year: OfYear,
    reason: Why,
    items: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ITEM]...", help="SOURCE/ID, or its own key; without: all."),
    ] = None,
    json: Json = False,
) -> None:
    """Refuse the amendment that waits, or some of its items, with the reason."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.open_list import service

    out = Output(as_json=json)
    with existing() as atlas:
        name = _named(atlas, organization), year
        _tell(out, service.refuse(atlas, OPERATOR, name, reason, items or ()))


@app.command("abandon")
def abandon(organization: OfOrganization, year: OfYear, reason: Why, json: Json = False) -> None:
    """Give up a draft that was never filed; it counts nowhere, and may be begun anew."""
    _step("abandon", organization, year, reason, json)


@app.command("amend")
def amend(
    organization: OfOrganization,
    year: OfYear,
    day: Annotated[
        str | None, typer.Option("--from", help="The day from which on it counts.")
    ] = None,
    json: Json = False,
) -> None:
    """Release the amendment that waits; what restricts is announced before it counts."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.open_list import service

    out = Output(as_json=json)
    chosen = None if day is None else day_given(day)
    with existing() as atlas:
        _tell(out, service.amend(atlas, OPERATOR, _named(atlas, organization), year, chosen))


@app.command("evaluate")
def evaluate(
    organization: OfOrganization,
    year: OfYear,
    item: Annotated[str | None, typer.Argument(metavar="ITEM", help="SOURCE/ID.")] = None,
    decision: Annotated[
        str, typer.Option(help="keep, open-further, restrict, sample, improve, withdraw")
    ] = "keep",
    reason: Annotated[str, typer.Option("--reason", help="Why; it stays with the step.")] = "",
    finish: Annotated[bool, typer.Option("--finish", help="End the evaluation.")] = False,
    json: Json = False,
) -> None:
    """Decide about an item, or show how far the evaluation is. Exit 1 while items are left."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.open_list import evaluation, service

    out = Output(as_json=json)
    with existing() as atlas:
        name = _named(atlas, organization)
        if item is not None:
            evaluation.decide(atlas, OPERATOR, (name, year), item, decision, reason)
        if finish:
            _tell(out, evaluation.finish(atlas, OPERATOR, name, year))
            return
        decided = evaluation.decisions_of(atlas, name, year)
        found = evaluation.progress(service.get(atlas, name, year), decided)
    out.result({"items": found.items, "decided": found.decided})
    out.text(f"{found.decided} / {found.items}")
    if found.decided < found.items:
        raise typer.Exit(EXIT_FINDINGS)


@app.command("diff")
def differences(
    organization: OfOrganization,
    year: OfYear,
    against: Annotated[
        str, typer.Option("--against", help="catalog, filed, or a year.", show_default=False)
    ] = "",
    write: Annotated[
        Path | None,
        typer.Option("--write", dir_okay=False, help="Is written: .xlsx, .ttl or .json"),
    ] = None,
    json: Json = False,
) -> None:
    """Show what differs from the catalogue, what was filed, or the list of another year."""
    from catalog_service.console.output import language
    from catalog_service.open_list import service
    from catalog_service.open_list.compared_files import written
    from catalog_service.open_list.comparing import compare
    from catalog_service.open_list.outcomes import comparison_answer

    out = Output(as_json=json)
    suffix = "" if write is None else write.suffix[1:].casefold()
    if write is not None and suffix not in ("json", "xlsx", "ttl"):
        raise typer.BadParameter(gettext("a file .xlsx, .ttl or .json"), param_hint="--write")
    with existing() as atlas:
        found = compare(atlas, service.get(atlas, _named(atlas, organization), year), against)
        if write is not None:
            write.write_bytes(
                written(atlas, cast("Lang", language()), found, cast("Suffix", suffix))
            )
    out.result(comparison_answer(found).model_dump(mode="json"))
    out.table(
        gettext("change item fields").split(),
        [
            (one.kind, one.here.title, " ".join(f.field for f in one.fields))
            for one in found.changes
        ],
    )
