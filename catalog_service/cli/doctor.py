"""``atlas doctor``: is everything well, and what to do where it is not."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Annotated, Literal

import typer

from catalog_service.addresses import without_user
from catalog_service.atlas import Atlas
from catalog_service.cli.output import EXIT_FINDINGS, Output, language, say
from catalog_service.settings import Settings
from ontology.errors import AtlasError

MIN_FREE_GIB = 2.0


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: ``ok``, ``warning`` (works, look at it) or ``failed``."""

    name: str
    verdict: Literal["ok", "warning", "failed"]
    detail: str


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False) -> None:
    """Look at settings, journal, graph, index and SPARQL. Exit 1 with warnings, 3 with failures."""
    out = Output(as_json=json)
    settings = Settings()
    with Atlas(settings) as atlas:
        checks = [
            _checked(name, look, atlas)
            for name, look in (
                ("python", _python),
                ("home", _home),
                ("journal", _journal),
                ("rules", _rules),
                ("projections", _projections),
                ("graph", _graph),
                ("index", _index),
                ("sparql", _sparql),
            )
        ]
    out.result({"checks": [asdict(check) for check in checks]})
    marks = {"ok": "✓", "warning": "!", "failed": "✗"}
    out.table(
        say("· 检查 结果", "· check result").split(),
        [(marks[c.verdict], c.name, c.detail) for c in checks],
    )
    verdicts = {c.verdict for c in checks}
    if "failed" in verdicts:
        raise typer.Exit(3)
    if "warning" in verdicts:
        raise typer.Exit(EXIT_FINDINGS)


def _checked(name: str, look: Callable[[Atlas], Check], atlas: Atlas) -> Check:
    try:
        return look(atlas)
    except AtlasError as error:
        return Check(name, "failed", f"{error.code}: {error.message(language())}")
    except OSError as error:
        return Check(name, "failed", str(error))


def _python(_: Atlas) -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    return Check("python", "ok", f"{version}, SQLite {sqlite3.sqlite_version}")


def _home(atlas: Atlas) -> Check:
    home = atlas.settings.home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    probe = home / ".doctor"
    probe.write_bytes(b"")
    probe.unlink()
    free = shutil.disk_usage(home).free / 2**30
    detail = say(f"{home}，剩余 {free:.1f} GiB", f"{home}, {free:.1f} GiB free")
    return Check("home", "ok" if free >= MIN_FREE_GIB else "warning", detail)


def _journal(atlas: Atlas) -> Check:
    atlas.journal.check_base_iri(atlas.settings.base_iri)
    counts = atlas.journal.counts()
    records = sum(c.records for c in counts)
    public = sum(c.public for c in counts)
    head = atlas.journal.head()
    detail = say(
        f"{head} 条变更，{records} 条记录，其中公开 {public} 条",
        f"{head} changes, {records} records, {public} of them public",
    )
    return Check("journal", "ok", detail)


def _rules(atlas: Atlas) -> Check:
    in_force = len(atlas.rules.in_force(atlas.clock.today()))
    _ = atlas.engine
    detail = say(f"今日有效 {in_force} 条", f"{in_force} in force today")
    return Check("rules", "ok", detail)


def _projections(atlas: Atlas) -> Check:
    head = atlas.journal.head()
    status = atlas.projection_status()
    if status is None:
        if head == 0:
            return Check("projections", "ok", say("目录为空", "the catalogue is empty"))
        detail = say(
            "尚未建立。请运行 `atlas index rebuild`。", "none yet. Run `atlas index rebuild`."
        )
        return Check("projections", "warning", detail)
    parts = list(_behind(atlas, head))
    if parts:
        return Check("projections", "warning", "; ".join(parts))
    return Check("projections", "ok", say(f"均已到达 {head}", f"all at {head}"))


def _behind(atlas: Atlas, head: int) -> Iterator[str]:
    status = atlas.projection_status()
    for row in status.projections if status is not None else ():
        if row.error:
            yield f"{row.name}: {row.error}"
        elif row.published < head:
            yield say(
                f"{row.name} 落后 {head - row.published}；若没有工作进程，请运行 `atlas serve` 或"
                " `atlas index rebuild`",
                f"{row.name} is {head - row.published} behind; if no worker runs, start "
                "`atlas serve` or run `atlas index rebuild`",
            )


def _graph(atlas: Atlas) -> Check:
    if atlas.settings.graph_url:
        return Check("graph", "ok", without_user(atlas.settings.graph_url))
    if atlas.journal.head() == 0:
        return Check("graph", "ok", say("目录为空", "the catalogue is empty"))
    snapshot = atlas.graph.current()
    detail = say(
        f"快照 {snapshot.number}，日志 {snapshot.checkpoint}",
        f"snapshot {snapshot.number} at {snapshot.checkpoint}",
    )
    return Check("graph", "ok", detail)


def _index(atlas: Atlas) -> Check:
    checkpoint = atlas.search.checkpoint()
    return Check("index", "ok", say(f"日志 {checkpoint}", f"at {checkpoint}"))


def _sparql(atlas: Atlas) -> Check:
    if not atlas.settings.graph_url and atlas.journal.head() == 0:
        return Check("sparql", "ok", say("目录为空", "the catalogue is empty"))
    answer = atlas.sparql.query("ASK { ?s ?p ?o }", client=None)
    return Check("sparql", "ok", f"{answer.milliseconds:.0f} ms")
