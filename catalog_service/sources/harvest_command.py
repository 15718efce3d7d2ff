"""``atlas harvest``: visit platforms, one or all."""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from catalog_service.console.opening import existing
from catalog_service.console.output import (
    EXIT_FAILED,
    EXIT_FINDINGS,
    Output,
    chosen,
    error_json,
    gettext,
    language,
)
from catalog_service.sources.interruption import interruptible
from catalog_service.sources.labels import counted, label
from catalog_service.sources.progress_remarks import progress_remarks
from catalog_service.sources.rule_tallies import print_tallies
from ontology.errors import AtlasError

if TYPE_CHECKING:
    from catalog_service.atlas import Atlas
    from catalog_service.rules.model import RuleTally
    from catalog_service.sources.harvests.model import HarvestResult

_SHOWN = 20
"""Problems and differences on a terminal; ``--json`` has all that are kept."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("harvest")(harvest_sources)


def harvest_sources(
    source: Annotated[str | None, typer.Argument(metavar="SOURCE", help="Source id.")] = None,
    all: Annotated[bool, typer.Option("--all", help="Every source with a platform.")] = False,  # noqa: A002
    full: Annotated[
        bool, typer.Option("--full", help="The whole list, not only what changed.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen.")] = False,
    accept_shorter: Annotated[
        bool,
        typer.Option("--accept-shorter", help="Believe a list much shorter than expected."),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Visit a platform and bring its source up to date."""
    from catalog_service.console.projecting import projecting
    from catalog_service.sources.harvests.service import harvest

    if (source is None) != all:
        raise typer.BadParameter(gettext("SOURCE or --all"), param_hint="SOURCE")
    out = Output(as_json=json)
    began = time.perf_counter()
    answers: list[dict[str, object]] = []
    worst = 0
    with (
        interruptible() as interruption,
        existing() as atlas,
        nullcontext() if dry_run else projecting(atlas, beside=_are_new(atlas, source)),
    ):
        for name in _names(atlas, source):
            if interruption.signal is not None:
                break
            try:
                result = harvest(
                    atlas,
                    name,
                    actor="cli",
                    full=full,
                    dry_run=dry_run,
                    accept_shorter=accept_shorter,
                    stopped=lambda: interruption.signal is not None,
                    progress=progress_remarks(out, name),
                )
            except AtlasError as error:
                if not all:
                    raise
                # The others are visited all the same.
                out.remark(f"{name}: {error.message(language())}")
                answers.append({"source": name, "status": "failed", "error": error_json(error)})
                worst = EXIT_FAILED
                continue
            tallies = _tallies(atlas, result)
            answers.append(_answer(name, result, tallies))
            _print(out, name, result, tallies)
            worst = max(worst, _exit_code(result))
    seconds = round(time.perf_counter() - began, 3)
    if all:
        out.result({"harvests": answers, "seconds": seconds})
    elif answers:
        out.result({**answers[0], "seconds": seconds, "dry_run": dry_run})
    if interruption.signal is not None:
        raise typer.Exit(interruption.exit_code)
    if worst:
        raise typer.Exit(worst)


def _are_new(atlas: Atlas, source: str | None) -> bool:
    """Tell whether a source is visited for the first time: then there is much to project."""
    from catalog_service.sources.harvests.store import HarvestStore

    store = HarvestStore(atlas.journal, atlas.clock)
    return any(one.listed is None for one in store.sources() if source in (None, one.source))


def _names(atlas: Atlas, source: str | None) -> list[str]:
    from catalog_service.sources.harvests.store import HarvestStore

    if source is not None:
        return [source]
    store = HarvestStore(atlas.journal, atlas.clock)
    paused = {one.id for one in atlas.journal.sources() if one.paused}
    return [one.source for one in store.sources() if one.source not in paused]


def _exit_code(result: HarvestResult) -> int:
    if result.status == "failed":
        return EXIT_FAILED
    found = result.error is not None or any(
        result.counters[name] for name in ("held", "rejected", "errors")
    )
    return EXIT_FINDINGS if found else 0


def _tallies(atlas: Atlas, result: HarvestResult) -> list[RuleTally]:
    """Return what the rules found in what a run brought; a dry run stores nothing to look at."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.sources.report import Report

    return [] if result.run is None else Report(atlas, result.run, OPERATOR).rules()


def _answer(name: str, result: HarvestResult, tallies: list[RuleTally]) -> dict[str, object]:
    from catalog_service.sources.harvests.model import COUNTERS
    from catalog_service.sources.remarks import remarks_of

    return {
        "source": name,
        "run": result.run,
        "status": result.status,
        "error": None if result.error is None else error_json(result.error),
        **{counter: result.counters[counter] for counter in COUNTERS},
        "seq": result.seq,
        "rules": [one.model_dump() for one in tallies],
        "remarks": [
            remark.model_dump() for remark in remarks_of(result.counters, result.decision, name)
        ],
        "problems": [asdict(problem) for problem in result.problems],
        "differences": [asdict(difference) for difference in result.differences],
    }


def _print(out: Output, name: str, result: HarvestResult, tallies: list[RuleTally]) -> None:
    from catalog_service.sources.harvests.model import COUNTERS
    from catalog_service.sources.remarks import remarks_of

    run = result.run or gettext("dry run")
    out.text(f"{name}  {label(result.status, language())}  {run}")
    out.text(counted(result.counters, COUNTERS, language()))
    if result.error is not None:
        out.text(f"{result.error.code}: {result.error.message(language())}")
    for remark in remarks_of(result.counters, result.decision, name):
        out.text(chosen(remark))
    print_tallies(out, tallies)
    for difference in result.differences[:_SHOWN]:
        what = label(difference.kind or difference.status, language())
        out.text(f"  {difference.remote_id}  {what}")
    for problem in result.problems[:_SHOWN]:
        message = problem.error["message"][language()]
        out.remark(f"{problem.remote_id or '–'}: {problem.error['code']}: {message}")
