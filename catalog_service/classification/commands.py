"""``atlas classification``: the guide's table, conditions, agreements, classes and reviews."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from catalog_service.console.opening import addressed, existing
from catalog_service.console.output import Output, gettext

app = typer.Typer(
    no_args_is_help=True, help="Classes of datasets, conditions, agreements, and reviews."
)

AFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]
Dataset = Annotated[str, typer.Argument(metavar="DATASET", help="IRI, or source/remote id.")]
Day = Annotated[datetime, typer.Option("--day", formats=["%Y-%m-%d"], help="The day it was.")]
InForce = Annotated[
    datetime | None,
    typer.Option("--in-force", formats=["%Y-%m-%d"], help="From this day on; today without."),
]
Origin = Annotated[str, typer.Option("--origin", help="The paper that it was taken from.")]
Why = Annotated[str, typer.Option("--reason", help="Why; it stays with the entry.")]


def _from(day: datetime | None, today: date) -> date:
    return today if day is None else day.date()


@app.command("import")
def import_table(
    file: AFile, in_force: InForce = None, origin: Origin = "", json: Json = False
) -> None:
    """Import the guide's table, CSV or workbook, as another version."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.classification import service

    out = Output(as_json=json)
    with existing() as atlas:
        day = _from(in_force, atlas.clock.today())
        found = service.import_guide(atlas, OPERATOR, (file.name, file.read_bytes()), day, origin)
    out.result({"version": found.version.number, "levels": [one.code for one in found.levels]})
    out.text(f"{found.version.number}  {' '.join(one.code for one in found.levels)}")


@app.command("conditions")
def import_conditions(
    file: AFile, in_force: InForce = None, origin: Origin = "", json: Json = False
) -> None:
    """Import templates of conditions by industry, CSV or workbook."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.classification import service

    out = Output(as_json=json)
    with existing() as atlas:
        day = _from(in_force, atlas.clock.today())
        given = (file.name, file.read_bytes())
        found = service.import_conditions(atlas, OPERATOR, given, day, origin)
    out.result({"conditions": found})
    out.text("  ".join(found))


@app.command("agreement")
def put_agreement(
    key: Annotated[str, typer.Argument(metavar="KEY", help="By which the agreement is named.")],
    file: AFile,
    name: Annotated[str, typer.Option("--name", help="What it is called, in Chinese.")],
    english: Annotated[str, typer.Option("--english", help="What it is called, in English.")] = "",
    in_force: InForce = None,
    origin: Origin = "",
) -> None:
    """Keep an agreement, Markdown with fields, as another version."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.classification import service
    from catalog_service.classification.model import Agreement

    names = {"zh": name} | ({"en": english} if english else {})
    with existing() as atlas:
        day = _from(in_force, atlas.clock.today())
        agreement = Agreement(names, file.read_text("utf-8"))
        service.put_agreement(atlas, OPERATOR, key, agreement, day, origin)
        number = service.agreement_versions(atlas, key)[-1].version.number
    Output(as_json=False).text(f"{key}  {number}")


@app.command("print")
def print_agreement(
    key: Annotated[str, typer.Argument(metavar="KEY")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="A file that ends in .md, .docx or .pdf.")
    ],
    dataset: Annotated[str, typer.Option("--dataset", help="Filled in for it.")] = "",
    version: Annotated[int | None, typer.Option("--version", help="Not the one in force.")] = None,
) -> None:
    """Write an agreement as Markdown, Word or PDF."""
    from catalog_service.classification.agreements import document_of, markdown_of
    from catalog_service.classification.service import agreement_in_force
    from catalog_service.documents.pdf import write_pdf
    from catalog_service.documents.word import write_word

    with addressed() as atlas:
        found = agreement_in_force(atlas, key, version)
        match output.suffix:
            case ".md":
                body = markdown_of(atlas, found, dataset or None).encode()
            case ".docx":
                body = write_word(document_of(atlas, found, dataset or None))
            case ".pdf":
                body = write_pdf(document_of(atlas, found, dataset or None))
            case _:
                raise typer.BadParameter(gettext(".md, .docx or .pdf"), param_hint="--output")
    output.write_bytes(body)


@app.command("show")
def show(json: Json = False) -> None:
    """The guide's table that is in force, if there is one."""
    from dataclasses import asdict

    from catalog_service.classification.service import guide_in_force

    out = Output(as_json=json)
    with existing() as atlas:
        found = guide_in_force(atlas)
    if found is None:
        out.result({"version": None, "levels": []})
        out.text(gettext("the operator has filled in no table of the guide"))
        return
    out.result({"version": found.version.number, "levels": [asdict(one) for one in found.levels]})
    out.table(
        gettext("level name open-type").split(),
        [(one.code, one.name.get("zh", ""), one.open_type or "–") for one in found.levels],
    )


@app.command("classify")
def classify(
    dataset: Dataset,
    level: Annotated[str, typer.Argument(metavar="LEVEL")],
    reason: Why,
    conditions: Annotated[
        list[str], typer.Option("--conditions", help="Key of a template; repeatable.")
    ] = [],  # noqa: B006 — typer copies it
    agreement: Annotated[str, typer.Option("--agreement", help="Key of an agreement.")] = "",
) -> None:
    """Put a dataset to a level of the table in force."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.classification import service

    with addressed() as atlas:
        service.classify(
            atlas,
            OPERATOR,
            dataset,
            level,
            conditions=tuple(conditions),
            agreement=agreement,
            reason=reason,
        )


@app.command("review")
def review(
    dataset: Dataset,
    kind: Annotated[Literal["secrecy", "expert"], typer.Argument(metavar="KIND")],
    outcome: Annotated[
        Literal["unconditional", "conditional", "none"], typer.Argument(metavar="OUTCOME")
    ],
    day: Day,
    reason: Why,
) -> None:
    """Enter a review of secrecy, or an opinion of the expert committee."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.classification import service

    with addressed() as atlas:
        number = service.review(atlas, OPERATOR, dataset, kind, day.date(), outcome, reason)
    Output(as_json=False).text(str(number))


@app.command("confirm")
def confirm(number: Annotated[int, typer.Argument(metavar="NUMBER")]) -> None:
    """Confirm a review."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.classification import service

    with addressed() as atlas:
        service.confirm(atlas, OPERATOR, number)


@app.command("file")
def file_agreement(
    dataset: Dataset,
    day: Day,
    reference: Annotated[str, typer.Option("--number", help="Number of the filing.")] = "",
) -> None:
    """Note that a dataset's agreement was filed (备案)."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.classification import service

    with addressed() as atlas:
        service.file_agreement(atlas, OPERATOR, dataset, day.date(), reference)
