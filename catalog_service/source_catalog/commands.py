"""``atlas source-catalog``: which department a data item comes from (数源目录)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catalog_service.console.opening import existing
from catalog_service.console.output import EXIT_FINDINGS, Output, error_json, gettext, language

app = typer.Typer(
    no_args_is_help=True, help="The source catalogue: which department a data item comes from."
)
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@app.command("list")
def list_items(json: Json = False) -> None:
    """List the data items with department, source, updating, quality standard and way of use."""
    from catalog_service.source_catalog.outcomes import item_answer
    from catalog_service.source_catalog.service import items

    out = Output(as_json=json)
    with existing() as atlas:
        found = items(atlas)
    out.result({"items": [item_answer(one).model_dump(mode="json") for one in found]})
    claims = [one.claim for one in found]
    out.table(
        gettext("item department source updated quality use").split(),
        [(c.item, c.department, c.source, c.mechanism, c.quality, c.use) for c in claims],
    )


@app.command("import")
def import_file(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, XLSX, XLS or ODS.")],
    json: Json = False,
) -> None:
    """Read data items from a table. Exit 1 where a row could not be taken in."""
    from catalog_service.source_catalog.service import import_items
    from catalog_service.source_catalog.table_file import read_items
    from harvesters.readers.files import Input

    out = Output(as_json=json)
    with existing() as atlas:
        result = import_items(atlas, read_items(Input(path.name, path)))
    counts = {
        "created": result.created,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "rejected": len(result.errors),
    }
    out.result({**counts, "errors": [error_json(error) for error in result.errors]})
    out.text("  ".join(f"{name} {count}" for name, count in counts.items()))
    for error in result.errors:
        out.remark(f"{error.place}: {error.message(language())}")
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
    from catalog_service.source_catalog.outcomes import conflict_answer
    from catalog_service.source_catalog.service import conflicts

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
