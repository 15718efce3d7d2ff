"""``atlas open-list export`` and ``import``: lists as files for people's spreadsheets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from catalog_service.console.opening import existing
from catalog_service.console.output import EXIT_FINDINGS, Output, gettext, language
from catalog_service.open_list.exchange.left_out import tell_aside, tell_left_out

if TYPE_CHECKING:
    from catalog_service.atlas import Atlas
    from catalog_service.open_list.exchange.service import Preview

OfOrganization = Annotated[str, typer.Argument(metavar="ORG", help="IRI, code or name.")]
OfYear = Annotated[int, typer.Argument(metavar="YEAR", min=2000, max=2999)]
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


def register(app: typer.Typer) -> None:
    """Add the commands to those of open lists."""
    app.command("export")(export_list)
    app.command("import")(import_list)


def export_list(
    organization: OfOrganization,
    year: OfYear,
    file: Annotated[Path, typer.Argument(dir_okay=False, help="Is written: .xlsx or .csv")],
    lang: Annotated[
        Literal["zh", "en"], typer.Option(help="The language of the headings: zh or en.")
    ] = "zh",
) -> None:
    """Write a list in the regulation's columns: a workbook to be edited, or a CSV."""
    from catalog_service.open_list import service
    from catalog_service.open_list.exchange.answers import workbook_of
    from catalog_service.open_list.outcomes import as_csv

    ending = file.suffix.lower()
    if ending not in (".xlsx", ".csv"):
        raise typer.BadParameter(gettext("a name that ends in .xlsx or .csv"), param_hint="FILE")
    with existing() as atlas:
        there = service.get(atlas, _named(atlas, organization), year)
        name = (there.organization, year)
        body = (
            as_csv(there.content)
            if ending == ".csv"
            else workbook_of(atlas, lang, there.content, name)
        )
    file.write_bytes(body)


def import_list(
    organization: OfOrganization,
    year: OfYear,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    apply: Annotated[
        bool, typer.Option("--apply", help="Write all changes that nobody contradicts.")
    ] = False,
    reason: Annotated[
        str, typer.Option("--reason", help="Why; a published list asks for it.")
    ] = "",
    json: Json = False,
) -> None:
    """Take an edited workbook in: show what it changes, and write it with --apply.

    Where there is no list yet, one is begun from the file. Exit 1 where rows have errors, or where
    something was changed here and in the workbook.
    """
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.open_list import service
    from catalog_service.open_list.errors import UNKNOWN_LIST
    from catalog_service.open_list.exchange import service as exchange
    from ontology.errors import AtlasError

    out = Output(as_json=json)
    body = file.read_bytes()
    with existing() as atlas:
        name = (_named(atlas, organization), year)
        try:
            service.get(atlas, *name)
        except AtlasError as error:
            if error.kind is not UNKNOWN_LIST:
                raise
            begun = service.draft(atlas, OPERATOR, *name, file=(file.name, body))
            details = begun.steps[-1].details
            items = len(begun.content.items)
            out.result(
                {
                    "state": begun.state,
                    "items": items,
                    "rows_left_out": list(details.get("rows_left_out", ())),
                    "left_out": list(details.get("rows_no_items", ())),
                }
            )
            out.text(f"{year}  {begun.state}  {items}")
            tell_left_out(out, details)
            return
        upload = exchange.receive(atlas, OPERATOR, name, file.name, body)
        found = exchange.preview(atlas, upload)
        if apply:
            exchange.apply(atlas, OPERATOR, upload, None, {}, reason)
        exchange.forget(atlas, OPERATOR, upload)
    _tell(out, found, apply)
    if found.faulty or found.of("conflict"):
        raise typer.Exit(EXIT_FINDINGS)


def _tell(out: Output, found: Preview, was_applied: bool) -> None:
    problems = [
        (row.number, one.message(language())) for row in found.faulty for one in row.problems
    ]
    out.result(
        {
            "applied": was_applied,
            "has_base": found.has_base,
            "is_whole": found.is_whole,
            "changes": [
                {
                    "state": one.state,
                    "row": one.number or None,
                    "key": one.key,
                    "title": one.here.title,
                    "cells": [
                        {"field": c.field, "before": c.base, "here": c.theirs, "workbook": c.mine}
                        for c in one.cells
                    ],
                }
                for one in found.changes
            ],
            "left_out": [{"row": one.number, "why": one.why} for one in found.aside],
            "errors": [{"row": row, "message": message} for row, message in problems],
        }
    )
    out.table(
        gettext("row change item cells").split(),
        [
            (
                str(one.number or "–"),
                one.state,
                one.here.title,
                " ".join(c.field for c in one.cells),
            )
            for one in found.changes
        ],
    )
    for one in found.aside:
        tell_aside(out, one.number, one.why)
    for row, message in problems:
        out.text(f"{row}  {message}")


def _named(atlas: Atlas, organization: str) -> str:
    from catalog_service.accounts.service import organization_named

    return organization_named(atlas.vocabulary, organization)
