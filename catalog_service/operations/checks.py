"""What `atlas doctor` looks at: each part of the service, and what to do where it is not well."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from catalog_service.atlas import Atlas
from catalog_service.clock import SHANGHAI
from catalog_service.console.output import gettext, language, ngettext
from catalog_service.errors import JOURNAL_MISSING
from catalog_service.operations.deep_checks import DEEP, Check
from catalog_service.projections.projection_health import ProjectionHealth
from catalog_service.settings import PREFIX, unknown_variables
from catalog_service.settings_urls import without_user
from catalog_service.sources.service import lost_runs, unfinished_removals
from ontology.errors import AtlasError
from search.embeddings.errors import EMBEDDING_CHANGED

if TYPE_CHECKING:
    from search.embeddings.factory import Embedding

MIN_FREE_GIB = 2.0
EMBEDDING_SECONDS = 10.0
CLOCKS_DIFFER = timedelta(minutes=1)
_PROBE = "公共数据"


def run_checks(atlas: Atlas, *, deep: bool) -> Iterator[Check]:
    """Look at settings, journal and all that depends on it; ``deep`` reads everything once."""
    for name, look in (("python", _python), ("settings", _settings), ("home", _home)):
        yield _checked(name, look, atlas)
    try:
        _ = atlas.journal
    except AtlasError as error:
        # Nobody's catalogue is broken where there is none; there is nothing more to look at.
        missing = error.kind is JOURNAL_MISSING
        text = error.message(language())
        yield Check("journal", "warning" if missing else "failed", f"{error.code}: {text}")
        yield _checked("rules", _rules, atlas)
        yield _checked("thesaurus", _thesaurus, atlas)
        return
    looks: list[tuple[str, Callable[[Atlas], Check]]] = [
        ("journal", _journal),
        ("clock", _clock),
        ("runs", _runs),
        ("removals", _removals),
        ("rules", _rules),
        ("thesaurus", _thesaurus),
        ("projections", _projections),
        ("graph", _graph),
        ("index", _index),
        ("sparql", _sparql),
        *(DEEP if deep else ()),
    ]
    if atlas.settings.graph_url:
        looks.insert(looks.index(("graph", _graph)) + 1, ("graph-server", _graph_server))
    for title, checking in looks:
        yield _checked(title, checking, atlas)
    if atlas.embedding is not None:
        yield look_at_vectors(atlas, atlas.embedding)


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


def _settings(_: Atlas) -> Check:
    unknown = unknown_variables(os.environ)
    if unknown:
        return Check("settings", "warning", " ".join(e.message(language()) for e in unknown))
    given = sorted(n for n in os.environ if n.startswith(PREFIX))
    if Path("atlas.toml").is_file():
        given.append("atlas.toml")
    default = gettext("all as by default")
    return Check("settings", "ok", " ".join(given) or default)


def _home(atlas: Atlas) -> Check:
    home = atlas.settings.home.resolve()
    if not home.exists():
        return Check("home", "ok", gettext("{home}, not made yet", home=home))
    probe = home / ".doctor"
    probe.write_bytes(b"")
    probe.unlink()
    free = shutil.disk_usage(home).free / 2**30
    detail = gettext("{home}, {free:.1f} GiB free", home=home, free=free)
    return Check("home", "ok" if free >= MIN_FREE_GIB else "warning", detail)


def _journal(atlas: Atlas) -> Check:
    atlas.journal.check_base_iri(atlas.settings.base_iri)
    counts = atlas.journal.counts()
    records = sum(c.records for c in counts)
    public = sum(c.public for c in counts)
    head = atlas.journal.head()
    detail = gettext(
        "{changes}, {records}, {public} of them public",
        changes=ngettext("{count} change", "{count} changes", head),
        records=ngettext("{count} record", "{count} records", records),
        public=public,
    )
    return Check("journal", "ok", detail)


def _clock(atlas: Atlas) -> Check:
    now = atlas.clock.now()
    ahead = atlas.journal.ahead(now + CLOCKS_DIFFER)
    if ahead is None:
        return Check("clock", "ok", now.astimezone(SHANGHAI).isoformat(timespec="seconds"))
    until = ahead.time.astimezone(SHANGHAI).isoformat(timespec="seconds")
    detail = gettext(
        "changes {first} to {last} carry times later than now (to {until}): the "
        "clock was ahead when they were written, or is behind now. Set it right; "
        "what is written before that time is given it too, and `?at=` answers by "
        "these times",
        first=ahead.first,
        last=ahead.last,
        until=until,
    )
    return Check("clock", "warning", detail)


def _runs(atlas: Atlas) -> Check:
    lost = lost_runs(atlas)
    if lost:
        names = " ".join(run.id for run in lost)
        detail = gettext("{names} broke off: import the same file again to go on", names=names)
        return Check("runs", "warning", detail)
    running = len(atlas.journal.runs(status="running"))
    return Check("runs", "ok", gettext("{runs} under way", runs=running))


def _removals(atlas: Atlas) -> Check:
    """Look for sources that were removed and whose records were not all withdrawn."""
    left = unfinished_removals(atlas)
    if not left:
        return Check("removals", "ok", gettext("none is unfinished"))
    told = " ".join(
        gettext(
            "{source} was removed, and {records} not withdrawn yet: run `atlas source remove "
            "{source} --withdraw` again.",
            source=name,
            records=ngettext("{count} record is", "{count} records are", count),
        )
        for name, count in left.items()
    )
    return Check("removals", "warning", told)


def _rules(atlas: Atlas) -> Check:
    in_force = len(atlas.rules.in_force(atlas.clock.today()))
    _ = atlas.engine
    detail = gettext("{in_force} in force today", in_force=in_force)
    return Check("rules", "ok", detail)


def _thesaurus(atlas: Atlas) -> Check:
    problem = atlas.thesaurus.problem
    if problem is not None:
        # Searches go on without it: nothing has failed.
        return Check("thesaurus", "warning", f"{problem.code}: {problem.message(language())}")
    words = len(set(atlas.thesaurus.current().words()))
    return Check("thesaurus", "ok", ngettext("{count} word", "{count} words", words))


def _projections(atlas: Atlas) -> Check:
    healths = atlas.projection_health()
    # What is wrong with one of them stands in its own line; here is who keeps them in step.
    parts = list(_behind(healths))
    if parts:
        return Check("projections", "warning", "; ".join(parts))
    head = max(c.head for c in healths)
    if head == 0:
        return Check("projections", "ok", gettext("the catalogue is empty"))
    return Check("projections", "ok", gettext("all at {head}", head=head))


def _behind(healths: Sequence[ProjectionHealth]) -> Iterator[str]:
    for c in healths:
        if c.problem is not None:
            yield gettext("{name}: see below", name=c.name)
        elif c.status.error:
            yield f"{c.name}: {c.status.error}"
        elif c.rebuilding:
            yield gettext("{name} is being built anew", name=c.name)
        elif c.lag:
            yield gettext(
                "{name} is {lag} behind; if no worker runs, start `atlas serve` or run "
                "`atlas index rebuild {name}`",
                name=c.name,
                lag=c.lag,
            )


def _health(atlas: Atlas, name: str) -> ProjectionHealth:
    """Return the checkpoint of a projection and its lag; raises its problem."""
    found = next(c for c in atlas.projection_health() if c.name == name)
    if found.problem is not None:
        raise found.problem
    return found


def _graph(atlas: Atlas) -> Check:
    found = _health(atlas, "graph")
    if atlas.settings.graph_url:
        url = without_user(atlas.settings.graph_url)
        return Check("graph", "ok", gettext("{url} at {reached}", url=url, reached=found.reached))
    if found.head == 0:
        return Check("graph", "ok", gettext("the catalogue is empty"))
    number = atlas.graph.current().number
    detail = gettext("snapshot {number} at {reached}", number=number, reached=found.reached)
    return Check("graph", "ok", detail)


def _graph_server(atlas: Atlas) -> Check:
    engine = atlas.graph_engine()
    if engine.kind == "fuseki":
        detail = gettext(
            "{name}: stops queries at their deadline, in whole seconds; unknown functions have no "
            "value there instead of an error; its memory is bounded by Java's -Xmx alone",
            name=engine.name,
        )
    elif engine.kind == "oxigraph":
        detail = gettext(
            "{name}: cannot be told when to stop a query, and bounds neither time nor memory: give "
            "it bounds of its own (--timeout-s, a container)",
            name=engine.name,
        )
    else:
        detail = gettext(
            "an engine that does not say its name: it is not tested with this program, and cannot "
            "be told when to stop a query. See docs/graph.md"
        )
        return Check("graph-server", "warning", detail)
    return Check("graph-server", "ok", detail)


def _index(atlas: Atlas) -> Check:
    found = _health(atlas, "index")
    return Check("index", "ok", gettext("at {reached}", reached=found.reached))


def look_at_vectors(atlas: Atlas, embedding: Embedding) -> Check:
    """Ask for one vector: searches go on without, so that nothing has failed."""
    try:
        with closing(embedding.server()) as server, closing(embedding.vectors()) as vectors:
            now = server.embed([_PROBE], EMBEDDING_SECONDS).shape[1]
            kept, count = vectors.dimension(), vectors.size()
            if kept and kept != now:
                raise AtlasError(
                    EMBEDDING_CHANGED, model=server.model, kept=kept, now=now, path=embedding.folder
                )
            size = atlas.index.size()
    except AtlasError as error:
        return Check("vectors", "warning", f"{error.code}: {error.message(language())}")
    detail = ngettext(
        "{url}, {numbers} numbers; {made} of {count} record has a vector",
        "{url}, {numbers} numbers; {made} of {count} records have a vector",
        size,
        url=embedding.place,
        numbers=now,
        made=count,
    )
    return Check("vectors", "ok", detail)


def _sparql(atlas: Atlas) -> Check:
    if not atlas.settings.graph_url and atlas.journal.head() == 0:
        return Check("sparql", "ok", gettext("the catalogue is empty"))
    answer = atlas.sparql.query("ASK { ?s ?p ?o }", client=None)
    return Check("sparql", "ok", f"{answer.milliseconds:.0f} ms")
