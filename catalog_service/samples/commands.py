"""``atlas sample``: sample sets of conditional datasets, drawn, looked at, released, withdrawn."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from catalog_service.console.opening import addressed
from catalog_service.console.output import Output, gettext

if TYPE_CHECKING:
    from catalog_service.samples.model import Sample

app = typer.Typer(no_args_is_help=True, help="Sample sets of conditional datasets (R20).")

OfSample = Annotated[
    str,
    typer.Argument(metavar="SAMPLE", help="Its number, or its dataset: then the newest one."),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]
Why = Annotated[str, typer.Option("--reason", help="Why; it stays with the sample.")]


@app.command("draw")
def draw(
    dataset: Annotated[str, typer.Argument(metavar="DATASET", help="IRI, or source/remote id.")],
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="The whole table, CSV or workbook.")
    ],
    size: Annotated[int, typer.Option("--size", help="Rows to draw, at most.")] = 1_000,
    seed: Annotated[
        str, typer.Option("--seed", help="The same gives the same rows; any text.")
    ] = "1",
    strata: Annotated[
        list[str], typer.Option("--strata", help="Column to stratify by; repeatable.")
    ] = [],  # noqa: B006 - typer copies it
    group: Annotated[
        list[str],
        typer.Option("--group", help="Further column that makes small groups; repeatable."),
    ] = [],  # noqa: B006
    json: Json = False,
) -> None:
    """Draw a sample from a dataset's table, and keep it to be looked at."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.samples import service
    from harvesters.readers.files import Input

    with addressed() as atlas:
        wish = service.Wish(size, seed, tuple(strata), tuple(group))
        found = service.draw(atlas, OPERATOR, dataset, Input(file.name, path=file), wish)
    _show(found, json)


@app.command("show")
def show(
    sample: Annotated[
        str | None,
        typer.Argument(
            metavar="SAMPLE", help="Its number, or its dataset; without: all that there are."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """A sample with its distances from the whole, or all samples."""
    from catalog_service.accounts.service import OPERATOR, Action
    from catalog_service.samples import service
    from catalog_service.samples.model import STATES

    with addressed() as atlas:
        if sample is not None:
            number = service.sample_named(atlas, sample)
            one = service.sample_for(atlas, OPERATOR, Action.DATASET_READ_HELD, number)
            _show(one, json)
            return
        found = service.samples_for(atlas, OPERATOR)
    out = Output(as_json=json)
    out.result({"samples": [_told(one) for one in found]})
    out.table(
        gettext("number state rows dataset").split(),
        [(one.number, gettext(STATES[one.state]), one.report.rows, one.dataset) for one in found],
    )


@app.command("ask")
def ask(sample: OfSample) -> None:
    """Ask another to release a sample that one has looked at."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.samples import service

    with addressed() as atlas:
        service.ask(atlas, OPERATOR, service.sample_named(atlas, sample))


@app.command("release")
def release(sample: OfSample) -> None:
    """Release a sample that somebody else drew: its record and its file become public."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.samples import service

    with addressed() as atlas:
        service.release(atlas, OPERATOR, service.sample_named(atlas, sample))


@app.command("withdraw")
def withdraw(sample: OfSample, reason: Why) -> None:
    """Withdraw a released sample: its file is served no longer."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.samples import service

    with addressed() as atlas:
        service.withdraw(atlas, OPERATOR, service.sample_named(atlas, sample), reason)


@app.command("discard")
def discard(sample: OfSample, reason: Why) -> None:
    """Give up a sample that was not released."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.samples import service

    with addressed() as atlas:
        service.discard(atlas, OPERATOR, service.sample_named(atlas, sample), reason)


def _show(one: Sample, json: bool) -> None:
    from catalog_service.samples.model import COLUMN_KINDS, MEASURES, STATES

    out = Output(as_json=json)
    out.result(_told(one))
    report = one.report
    out.text(
        gettext(
            "sample {number}, {state}: {rows} of {whole} rows, {groups} groups of {rows_left} rows "
            "left out, {cells} cells taken out",
            number=one.number,
            state=gettext(STATES[one.state]),
            rows=report.rows,
            whole=report.whole_rows,
            groups=report.suppressed_groups,
            rows_left=report.suppressed_rows,
            cells=report.cells_left_out,
        )
    )
    out.text(f"SHA-256 {one.file}")
    if one.plan.smallest is None:
        out.text(gettext("drawn without a smallest group: ATLAS_SAMPLE_SMALLEST_GROUP is not set"))
    out.table(
        gettext("column kind distance measure").split(),
        [
            (
                column.name,
                gettext(COLUMN_KINDS[column.kind]),
                "–" if column.distance is None else f"{column.distance:.4f}",
                gettext(MEASURES[column.measure]) if column.measure else "–",
            )
            for column in report.columns
        ],
    )


def _told(one: Sample) -> dict[str, Any]:
    steps = [
        {"state": step.state, "actor": step.actor, "time": step.time.isoformat(), **_why(step)}
        for step in one.steps
    ]
    return {**asdict(one), "state": one.state, "steps": steps}


def _why(step: Any) -> dict[str, str]:
    return {"reason": step.reason} if step.reason else {}
