"""``atlas doctor --deep``: every byte of journal, graph and index is looked at."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from catalog_service.atlas import Atlas
from catalog_service.audit.service import verify
from catalog_service.console.output import gettext, language, ngettext
from catalog_service.graph.verification import verify_live
from catalog_service.projections.compare import Comparison, compare
from ontology.errors import AtlasError

_SHOWN: Final = 5
_LISTED: Final = 1_000


@dataclass(frozen=True, slots=True)
class Check:
    """One check: ``ok``, ``warning`` (works, needs attention) or ``failed``."""

    name: str
    verdict: Literal["ok", "warning", "failed"]
    detail: str
    damages: tuple[str, ...] = ()
    """With ``--deep``: what is damaged, each by name, at most 1,000."""


def journal_content(atlas: Atlas) -> Check:
    """Verify the journal's bytes against its checksums."""
    found = atlas.journal.inspect()
    whole = gettext(
        "{changes} and {records} looked at, byte by byte",
        changes=ngettext("{count} change", "{count} changes", found.changes),
        records=ngettext("{count} record", "{count} records", found.records),
    )
    if not found.count:
        if found.unsummed:
            whole += gettext(
                "; of {unsummed}, written by an earlier version, the content alone",
                unsummed=found.unsummed,
            )
        return Check("journal-content", "ok", whole)
    detail = ngettext(
        "{count} damage in the journal: {damages}. Changes that are not named are "
        "whole, and graph and index still hold the public copy: do not rebuild them. "
        "Copy all files of the journal away, then restore a backup; without one, "
        "import the records that are named from their source again",
        "{count} damages in the journal: {damages}. Changes that are not named are "
        "whole, and graph and index still hold the public copy: do not rebuild them. "
        "Copy all files of the journal away, then restore a backup; without one, "
        "import the records that are named from their source again",
        found.count,
        damages=_some(found.damages),
    )
    return Check("journal-content", "failed", detail, tuple(found.damages))


def audit_content(atlas: Atlas) -> Check:
    """Verify the chain of the audit."""
    found = verify(atlas.journal)
    checked = ngettext("{count} entry checked", "{count} entries checked", found.entries)
    if not found.count:
        return Check("audit-content", "ok", checked)
    told = tuple(
        gettext("entry {number}: {what}", number=one.number, what=one.what.message(language()))
        for one in found.faults
    )
    detail = gettext(
        "{faults}. Copy the journal away as it is, and hold it against a backup and against the "
        "heads that were kept elsewhere (docs/audit.md)",
        faults=_some(told),
    )
    return Check("audit-content", "failed", detail, told)


def graph_content(atlas: Atlas) -> Check:
    """Look at the graph's files, and hold its contents against the journal."""
    broken = []
    if not atlas.settings.graph_url:
        try:
            verify_live(atlas.settings.home)
        except AtlasError as error:
            broken.append(error)
    return _content(atlas, "graph", broken)


def index_content(atlas: Atlas) -> Check:
    """Look at the index's files, and hold what it lists against the journal."""
    return _content(atlas, "index", [])


def _content(atlas: Atlas, name: str, broken: list[AtlasError]) -> Check:
    if atlas.journal.head() == 0:
        return Check(f"{name}-content", "ok", gettext("the catalogue is empty"))
    found: Comparison | None = None
    try:
        found = compare(atlas.journal, atlas.published(name), deep=True)
    except AtlasError as error:
        broken.append(error)
    safe = gettext("the journal is not touched by it")
    if broken:
        text = "; ".join(f"{error.code}: {error.message(language())}" for error in broken)
        return Check(f"{name}-content", "failed", f"{text} {safe}", tuple(map(str, broken)))
    assert found is not None
    if found.equal:
        return Check(
            f"{name}-content",
            "ok",
            ngettext("{count} public record agrees", "{count} public records agree", found.records),
        )
    wrong = (*found.missing, *found.extra, *found.different)
    detail = ngettext(
        "differs from the journal in {count} record: {records}. Run `atlas index "
        "compare --deep --repair`; {safe}",
        "differs from the journal in {count} records: {records}. Run `atlas index "
        "compare --deep --repair`; {safe}",
        found.count,
        records=_some(wrong),
        safe=safe,
    )
    verdict: Literal["warning", "failed"] = "warning" if found.behind else "failed"
    return Check(f"{name}-content", verdict, detail, wrong[:_LISTED])


def notes(atlas: Atlas) -> Check:
    """Check the worker's status file; losing it is harmless."""
    path = atlas.settings.home / "projections.json"
    try:
        for row in json.loads(path.read_text("utf-8"))["projections"]:
            published, head = int(row["published"]), atlas.journal.head()
            if published > head or (published and row["mark"] != atlas.journal.mark(published)):
                raise ValueError(f"{row['name']}: {published}")
    except FileNotFoundError:
        pass
    except (ValueError, KeyError, TypeError) as error:
        detail = gettext(
            "{path} is not what was written ({error}); nothing is lost, and the next "
            "write replaces it",
            path=path,
            error=error,
        )
        return Check("notes", "warning", detail, (str(error),))
    return Check("notes", "ok", "projections.json")


def _some(names: Sequence[str]) -> str:
    shown = "; ".join(names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown}; …"


DEEP: Final[tuple[tuple[str, Callable[[Atlas], Check]], ...]] = (
    ("journal-content", journal_content),
    ("audit-content", audit_content),
    ("graph-content", graph_content),
    ("index-content", index_content),
    ("notes", notes),
)
"""Further checks of ``--deep``."""
