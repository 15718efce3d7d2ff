"""``atlas index``: graph and search index against the journal."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from catalog_service.console.opening import existing
from catalog_service.console.output import EXIT_FINDINGS, Output, gettext, language
from ontology.errors import AtlasError

if TYPE_CHECKING:
    from catalog_service.atlas import Atlas
    from catalog_service.projections.compare import Comparison
    from catalog_service.projections.projection_health import ProjectionHealth

PROGRESS_SECONDS: Final = 5.0
"""How often a long command says how far it is."""

app = typer.Typer(no_args_is_help=True, help="Graph and search index against the journal.")
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]
MAX_LISTED = 1_000


@app.command("status")
def status(json: Json = False) -> None:
    """Say how far graph and index are behind the journal. Exit 1 where one is, or is not well.

    It asks what readers see, and not only what the worker said last.
    """
    out = Output(as_json=json)
    with existing() as atlas:
        healths = atlas.projection_health()
        head = atlas.journal.head()
    out.result({"head": head, "projections": [_told(c) for c in healths]})
    out.text(gettext("journal {head}", head=head))
    out.table(
        gettext("projection visible lag rebuilding problem").split(),
        [(c.name, c.reached, c.lag, _yes(c.rebuilding), _trouble(c) or "") for c in healths],
    )
    if not all(c.well and c.status.error is None for c in healths):
        raise typer.Exit(EXIT_FINDINGS)


def _told(c: ProjectionHealth) -> dict[str, Any]:
    return {
        "name": c.name,
        "applied": c.status.applied,
        "published": c.reached,
        "lag": c.lag,
        "rebuilding": c.rebuilding,
        "error": _trouble(c),
        "code": c.problem.code if c.problem is not None else None,
        "changed": c.status.changed,
    }


def _trouble(c: ProjectionHealth) -> str | None:
    """Return what is wrong, the reader's view first: it says what to do."""
    return c.problem.message(language()) if c.problem is not None else c.status.error


def _yes(what: bool) -> str:
    return gettext("yes") if what else ""


@app.command("rebuild")
def rebuild(
    name: Annotated[str, typer.Argument(help="graph, index or all.")] = "all",
    new_journal: Annotated[
        bool,
        typer.Option("--new-journal", help="An empty journal is meant: empty graph and index."),
    ] = False,
    json: Json = False,
) -> None:
    """Build graph and index anew from the journal, beside the live ones, then switch.

    Where `atlas serve` runs, its worker does it; else this process. A missing or empty journal
    beside a graph or index that hold another one's records is refused (journal-lost): they are the
    last public copy. With --new-journal it is made, and they are emptied.
    """
    from catalog_service.atlas import PROJECTIONS, Atlas
    from catalog_service.audit.service import Entry
    from catalog_service.settings import Settings

    if name not in (*PROJECTIONS, "all"):
        raise typer.BadParameter(", ".join((*PROJECTIONS, "all")))
    if new_journal and name != "all":
        raise typer.BadParameter("all", param_hint="--new-journal")
    names = PROJECTIONS if name == "all" else (name,)
    out = Output(as_json=json)
    began = time.perf_counter()
    with Atlas(Settings(), create=new_journal, new_journal=new_journal) as atlas:
        # Where there is no catalogue nothing is asked of anybody, and nothing made.
        _ = atlas.journal
        atlas.ask_projections("rebuild", names)
        atlas.audit.record(Entry("index.rebuild", details={"projections": list(names)}))
        head = atlas.journal.head()
    seconds = time.perf_counter() - began
    out.result({"rebuilt": list(names), "head": head, "seconds": round(seconds, 3)})
    told = ", ".join(names)
    out.text(gettext("rebuilt {told} in {seconds:.1f} s", told=told, seconds=seconds))


@app.command("vectors")
def vectors(json: Json = False) -> None:
    """Make the vectors that are missing, where there is a model; then searches use them.

    Where `atlas serve` runs its worker does so by itself, and this ends with projections-locked.
    """
    from catalog_service.operations.vectors import fill_vectors

    out = Output(as_json=json)
    began = time.perf_counter()
    last = began

    def tell(made: int, left: int) -> None:
        nonlocal last
        if left and time.perf_counter() - last >= PROGRESS_SECONDS:
            last = time.perf_counter()
            out.remark(gettext("{made} made, {left} left", made=made, left=left))

    with existing() as atlas:
        made = fill_vectors(atlas, tell)
    seconds = time.perf_counter() - began
    out.result({"made": made, "seconds": round(seconds, 3)})
    out.text(gettext("{made} had none; took {seconds:.1f} s", made=made, seconds=seconds))


@app.command("compare")
def compare(
    deep: Annotated[bool, typer.Option("--deep", help="Compare the triples themselves.")] = False,
    repair: Annotated[bool, typer.Option("--repair", help="Mend what differs.")] = False,
    json: Json = False,
) -> None:
    """Compare graph and index with the journal, by count and hash. Exit 1 where they differ.

    With --deep each record's triples in the graph are held against the journal's canonical form,
    and its default graph against all its graphs: "default graph" counts statements.
    What the worker has not applied yet counts as a difference: on a busy catalogue compare again.
    With --repair the running worker mends what differs, or this process where none runs.
    """
    from catalog_service.audit.service import Entry

    out = Output(as_json=json)
    with existing() as atlas:
        found = _compare(atlas, deep=deep)
        mended = [0] * len(found)
        wrong = [c.name for c in found if not c.equal]
        if repair and wrong:
            atlas.ask_projections("repair-deep" if deep else "repair", wrong)
            after = _compare(atlas, deep=deep)
            mended = [max(0, a.count - b.count) for a, b in zip(found, after, strict=True)]
            found = after
            told = {"projections": wrong, "deep": deep, "mended": sum(mended)}
            atlas.audit.record(Entry("index.repair", details=told))
    out.result(
        {
            "equal": all(c.equal for c in found),
            "projections": [
                {
                    "name": c.name,
                    "deep": c.deep,
                    "checkpoint": c.checkpoint,
                    "behind": c.behind,
                    "records": c.records,
                    "missing": len(c.missing),
                    "extra": len(c.extra),
                    "different": len(c.different),
                    "default_graph": c.strays,
                    "repaired": number,
                    "examples": {
                        "missing": list(c.missing[:MAX_LISTED]),
                        "extra": list(c.extra[:MAX_LISTED]),
                        "different": list(c.different[:MAX_LISTED]),
                    },
                }
                for c, number in zip(found, mended, strict=True)
            ],
        }
    )
    out.table(
        gettext("projection records missing extra different default-graph mended").split(),
        [
            (c.name, c.records, len(c.missing), len(c.extra), len(c.different), c.strays, number)
            for c, number in zip(found, mended, strict=True)
        ],
    )
    if not all(c.equal for c in found):
        raise typer.Exit(EXIT_FINDINGS)


def _compare(atlas: Atlas, *, deep: bool) -> Sequence[Comparison]:
    from catalog_service.atlas import PROJECTIONS

    return [_compare_one(atlas, name, deep=deep) for name in PROJECTIONS]


def _compare_one(atlas: Atlas, name: str, *, deep: bool) -> Comparison:
    """Compare what readers see; what is not there, or can't be read, holds nothing."""
    from catalog_service.projections.compare import compare as compare_projection
    from catalog_service.projections.protocol import DAMAGED
    from catalog_service.projections.reader_view import Nothing

    try:
        return compare_projection(atlas.journal, atlas.published(name), deep=deep)
    except AtlasError as error:
        # Codes that mean: nothing is held.
        if error.code not in DAMAGED | {"no-snapshot"}:
            raise
        return compare_projection(atlas.journal, Nothing(name))
