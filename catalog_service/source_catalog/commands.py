"""``atlas source-catalog``: which department a data item comes from (数源目录)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catalog_service.console.opening import existing
from catalog_service.console.output import EXIT_FINDINGS, Output, gettext, language
from catalog_service.source_catalog.wording import outcome_word, text_word

app = typer.Typer(
    no_args_is_help=True, help="The source catalogue: which department a data item comes from."
)
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@app.command("list")
def list_items(
    query: Annotated[str, typer.Option(help="Only items with these words in their names.")] = "",
    department: Annotated[str, typer.Option(help="Only its items, by any of its names.")] = "",
    json: Json = False,
) -> None:
    """List the data items with department, source, updating, quality standard and way of use."""
    from catalog_service.source_catalog.department_names import unknown_department
    from catalog_service.source_catalog.edit_commands import outside_remark
    from catalog_service.source_catalog.outcomes import item_answer
    from catalog_service.source_catalog.service import Filter, items

    out = Output(as_json=json)
    with existing() as atlas:
        found = items(atlas, Filter(query, department))
        base = atlas.settings.base_iri
        outside = unknown_department(atlas.vocabulary, department) if not found else None
    out.result({"items": [item_answer(one, base).model_dump(mode="json") for one in found]})
    out.table(
        gettext("item department source updated quality use").split(),
        [one.claim.texts for one in found],
    )
    if outside is not None:
        out.remark(outside_remark(outside))


@app.command("import")
def import_file(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, XLSX, XLS or ODS.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be added and changed.")
    ] = False,
    reason: Annotated[
        str, typer.Option(help="Why; it stays in the history. Default: the file's name.")
    ] = "",
    json: Json = False,
) -> None:
    """Read data items from a table. Exit 1 where a row could not be taken in."""
    from catalog_service.source_catalog.edit_commands import outside_remark
    from catalog_service.source_catalog.importing import import_items, preview_import
    from catalog_service.source_catalog.outcomes import import_answer
    from catalog_service.source_catalog.table_file import read_table
    from harvesters.readers.files import Input

    out = Output(as_json=json)
    with existing() as atlas:
        table = read_table(Input(path.name, path))
        if dry_run:
            result = preview_import(atlas, table)
        else:
            reason = reason.strip() or path.name
            result = import_items(atlas, table, actor="cli", reason=reason)
    answer = import_answer(result, dry_run=dry_run)
    out.result(answer.model_dump(mode="json"))
    if dry_run:
        for one in result.differences:
            word = outcome_word(one.action)
            out.text(f"{word}  {one.claim.item}  {one.claim.department}")
            for text in one.texts:
                said = f"{text.before or '–'} → {text.after or '–'}"
                out.text(f"  {text_word(text.name)}: {said}")
    counts = {
        "created": answer.created,
        "updated": answer.updated,
        "unchanged": answer.unchanged,
        "untouched": answer.untouched,
        "rejected": answer.rejected,
    }
    out.text("  ".join(f"{outcome_word(name)} {count}" for name, count in counts.items()))
    for repeat in result.repeated:
        out.remark(
            gettext(
                "Row {line}: {item}, {department} is the same data item as row {later}, which "
                "holds.",
                line=repeat.row.line,
                item=repeat.row.claim.item,
                department=repeat.row.claim.department,
                later=repeat.later.line,
            )
        )
    for outside in result.outside:
        out.remark(outside_remark(outside))
    for error in result.errors:
        out.remark(f"{error.place}: {error.kind.message(language(), error.params)}")
    if result.errors:
        raise typer.Exit(EXIT_FINDINGS)


@app.command("export")
def export_items(
    output: Annotated[
        Path | None, typer.Option(help="File to write; default: standard output.")
    ] = None,
) -> None:
    """Write the source catalogue as CSV, which can be imported again."""
    from catalog_service.source_catalog.service import items
    from catalog_service.source_catalog.table_file import write_items

    with existing() as atlas:
        text = "".join(write_items(one.claim for one in items(atlas)))
    if output is None:
        typer.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8", newline="")


@app.command("conflicts")
def list_conflicts(json: Json = False) -> None:
    """List data items with more than one source. Exit 1 where there are any."""
    from catalog_service.source_catalog.conflicts import conflicts
    from catalog_service.source_catalog.outcomes import conflict_answer

    out = Output(as_json=json)
    with existing() as atlas:
        found = conflicts(atlas)
    out.result({"conflicts": [conflict_answer(one).model_dump(mode="json") for one in found]})
    for one in found:
        departments = "、".join(one.departments)
        if one.kind == "claimed-twice":
            text = gettext(
                "{item}: claimed by {departments}", item=one.item, departments=departments
            )
        else:
            text = gettext(
                "{item}: comes from {departments}, and others collect it:",
                item=one.item,
                departments=departments,
            )
        out.text(text)
        for iri, (title, publishers) in one.datasets.items():
            out.text(f"  {title}  {' · '.join(publishers)}  {iri}")
    if found:
        raise typer.Exit(EXIT_FINDINGS)
