"""``atlas index``: graph and search index against the journal."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from catalog_service.atlas import PROJECTIONS, Atlas
from catalog_service.cli.output import EXIT_FINDINGS, Output, say
from catalog_service.projections.compare import Comparison
from catalog_service.projections.compare import compare as compare_projection
from catalog_service.projections.compare import repair as repair_projection
from catalog_service.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Graph and search index against the journal.")
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]
MAX_LISTED = 1_000


@app.command("status")
def status(json: Json = False) -> None:
    """Say how far each projection is behind the journal. Exit 1 where one is."""
    out = Output(as_json=json)
    with Atlas(Settings()) as atlas:
        head = atlas.journal.head()
        found = atlas.projection_status()
    rows = found.projections if found is not None else ()
    out.result(
        {
            "head": head,
            "projections": [
                {
                    "name": row.name,
                    "applied": row.applied,
                    "published": row.published,
                    "lag": max(0, head - row.published),
                    "rebuilding": row.rebuilding,
                    "error": row.error,
                    "changed": row.changed,
                }
                for row in rows
            ],
        }
    )
    out.text(say(f"日志 {head}", f"journal {head}"))
    out.table(
        say("投影 已应用 已发布 落后 错误", "projection applied published lag error").split(),
        [(r.name, r.applied, r.published, max(0, head - r.published), r.error) for r in rows],
    )
    if any(row.published < head or row.error for row in rows) or (head and not rows):
        raise typer.Exit(EXIT_FINDINGS)


@app.command("rebuild")
def rebuild(
    name: Annotated[str, typer.Argument(help="graph, index or all.")] = "all", json: Json = False
) -> None:
    """Build graph and index anew from the journal, beside the live ones, then switch."""
    if name not in (*PROJECTIONS, "all"):
        raise typer.BadParameter(", ".join((*PROJECTIONS, "all")))
    out = Output(as_json=json)
    began = time.perf_counter()
    rebuilt = []
    with Atlas(Settings()) as atlas:
        with atlas.owning_projections() as projections:
            for projection in projections:
                if name in (projection.name, "all"):
                    checkpoint, records = atlas.journal.snapshot(public_only=True)
                    projection.rebuild(records, checkpoint)
                    projection.publish()
                    rebuilt.append(projection.name)
        atlas.bring_up()
        head = atlas.journal.head()
    seconds = time.perf_counter() - began
    out.result({"rebuilt": rebuilt, "head": head, "seconds": round(seconds, 3)})
    names = ", ".join(rebuilt)
    out.text(say(f"已重建 {names}，用时 {seconds:.1f} 秒", f"rebuilt {names} in {seconds:.1f} s"))


@app.command("compare")
def compare(
    deep: Annotated[bool, typer.Option("--deep", help="Compare the triples themselves.")] = False,
    repair: Annotated[bool, typer.Option("--repair", help="Mend what differs.")] = False,
    json: Json = False,
) -> None:
    """Compare graph and index with the journal, by count and hash. Exit 1 where they differ.

    With --deep each record's triples in the graph are held against the journal's canonical form.
    What the worker has not applied yet counts as a difference: on a busy catalogue compare again.
    """
    out = Output(as_json=json)
    rows: list[tuple[Comparison, int]] = []
    with Atlas(Settings()) as atlas:
        if repair:
            atlas.bring_up()
            with atlas.owning_projections() as projections:
                for projection in projections:
                    found = compare_projection(atlas.journal, projection, deep=deep)
                    mended = 0
                    if not found.equal:
                        mended = repair_projection(atlas.journal, projection, found)
                        found = compare_projection(atlas.journal, projection, deep=deep)
                    rows.append((found, mended))
        else:
            rows = [
                (compare_projection(atlas.journal, projection, deep=deep), 0)
                for projection in atlas.published_projections()
            ]
    out.result(
        {
            "equal": all(found.equal for found, _ in rows),
            "projections": [
                {
                    "name": found.name,
                    "deep": found.deep,
                    "checkpoint": found.checkpoint,
                    "behind": found.behind,
                    "records": found.records,
                    "missing": len(found.missing),
                    "extra": len(found.extra),
                    "different": len(found.different),
                    "repaired": mended,
                    "examples": {
                        "missing": list(found.missing[:MAX_LISTED]),
                        "extra": list(found.extra[:MAX_LISTED]),
                        "different": list(found.different[:MAX_LISTED]),
                    },
                }
                for found, mended in rows
            ],
        }
    )
    out.table(
        say(
            "投影 记录 缺少 多余 不同 已修复", "projection records missing extra different mended"
        ).split(),
        [
            (f.name, f.records, len(f.missing), len(f.extra), len(f.different), mended)
            for f, mended in rows
        ],
    )
    if not all(found.equal for found, _ in rows):
        raise typer.Exit(EXIT_FINDINGS)
