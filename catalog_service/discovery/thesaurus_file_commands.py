"""``atlas thesaurus check`` and ``preview``: mistakes in a file, and what it would change."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer

from catalog_service.console.output import (
    EXIT_DONE,
    EXIT_FINDINGS,
    Output,
    error_json,
    gettext,
    language,
    ngettext,
    pgettext,
)
from ontology.errors import AtlasError, FilePosition
from search.model import Hit, Query
from search.thesaurus import Thesaurus, load
from search.thesaurus.checks import Finding, findings
from search.thesaurus.errors import THESAURUS_UNREADABLE
from search.thesaurus.load import files
from search.thesaurus.preview import SHOWN, SearchChange, compare
from search.thesaurus.turtle import short
from translations import N_, NP_

Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]

FOLDER: Final = "thesaurus"
"""Folder of the steward's own files in the data folder."""

_PROBLEMS: Final = {
    "official-word": N_("the word is an official term of its own entry"),
    "twice": N_("the entry has the word twice"),
    "same-term": N_("two entries have the same preferred term"),
    "cycle": N_("words of the entries are each other's official terms"),
    "ambiguous": N_("the word leads to too many entries"),
    "no-words": N_("nothing leads to the entry"),
}

_CHANGES: Final = {
    "same": NP_("change", "same"),
    "moved": NP_("change", "moved"),
    "new": NP_("change", "new"),
    "gone": NP_("change", "gone"),
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("check")(check)
    app.command("preview")(preview)


def folder() -> Path:
    """Return the folder of the steward's own files."""
    from catalog_service.settings import Settings

    return Settings().home / FOLDER


def check(
    file: Annotated[
        Path | None, typer.Argument(help="A file to check beside those in use.")
    ] = None,
    json: Json = False,
) -> None:
    """Check the files in use, or one more beside them. Exit 1 where something is wrong."""
    out = Output(as_json=json)
    error: AtlasError | None = None
    found: list[Finding] = []
    thesaurus: Thesaurus | None = None
    try:
        thesaurus = load(_with(file))
        found = findings(thesaurus.entries)
    except AtlasError as caught:
        error = caught
    out.result(
        {
            "entries": len(thesaurus.entries) if thesaurus is not None else None,
            "pairs": len(thesaurus) if thesaurus is not None else None,
            "error": error_json(error) if error is not None else None,
            "findings": [{**asdict(f), "entries": list(f.entries)} for f in found],
        }
    )
    if error is not None:
        out.text(f"{error.code}: {error.message(language())}")
    for f in found:
        entries = " → ".join(map(short, f.entries))
        out.text(f"{f.file}: {gettext(_PROBLEMS[f.problem])}: {f.word} ({entries})")
    if thesaurus is not None:
        out.text(
            gettext(
                "{entries}, {pairs}, {findings}",
                entries=ngettext("{count} entry", "{count} entries", len(thesaurus.entries)),
                pairs=ngettext("{count} pair", "{count} pairs", len(thesaurus)),
                findings=ngettext("{count} finding", "{count} findings", len(found)),
            )
        )
    raise typer.Exit(EXIT_FINDINGS if error is not None or found else EXIT_DONE)


def _with(file: Path | None) -> list[Path]:
    """The files in use; ``file`` replaces the one of its name among them, else comes last."""
    used = files(folder())
    if file is None:
        return used
    if file.name in {path.name for path in used}:
        return [file if path.name == file.name else path for path in used]
    return [*used, file]


def preview(
    file: Annotated[Path, typer.Argument(help="The edited or new file.")],
    queries: Annotated[
        Path | None,
        typer.Argument(help="Searches: tab-separated with a column “query”, or one on each line."),
    ] = None,
    query: Annotated[
        list[str] | None, typer.Option("--query", help="A search; may be given several times.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="Hits that are compared.")] = SHOWN,
    json: Json = False,
) -> None:
    """Say how the first hits of searches would change with an edited file.

    Changes nothing; exit 1 where a ranking would change.
    """
    out = Output(as_json=json)
    texts = [*(_queries(queries) if queries is not None else ()), *(query or ())]
    if not texts:
        raise typer.BadParameter(gettext("give searches"), param_hint="QUERIES, --query")
    before, after = load(files(folder())), load(_with(file))
    with ExitStack() as stack:
        changes = compare(texts, _searching(before, limit, stack), _searching(after, limit, stack))
    changed = [change for change in changes if change.changed]
    out.result(
        {
            "queries": len(changes),
            "changed": len(changed),
            "pairs": {"before": len(before), "after": len(after)},
            "results": [_change(change) for change in changes],
        }
    )
    for change in changed:
        out.text(f"{change.query}")
        out.table(
            gettext("before after change title").split(),
            [
                (p.before or "–", p.after or "–", pgettext("change", _CHANGES[p.change]), p.title)
                for p in change.datasets
            ],
        )
        out.text()
    out.text(
        ngettext(
            "{changed} of {count} search would change among the first {limit}",
            "{changed} of {count} searches would change among the first {limit}",
            len(changes),
            changed=len(changed),
            limit=limit,
        )
    )
    raise typer.Exit(EXIT_FINDINGS if changed else EXIT_DONE)


def _change(change: SearchChange) -> dict[str, object]:
    return {
        "query": change.query,
        "changed": change.changed,
        **{name: change.count(name) for name in ("moved", "new", "gone")},
        "places": [{**asdict(one), "change": one.change} for one in change.datasets],
    }


def _queries(path: Path) -> list[str]:
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise AtlasError(
            THESAURUS_UNREADABLE, place=FilePosition(str(path)), reason=error
        ) from error
    rows = [row for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) if any(row)]
    if rows and "query" in rows[0]:
        column = rows[0].index("query")
        return [row[column] for row in rows[1:] if len(row) > column and row[column].strip()]
    return [row[0] for row in rows if row[0].strip()]


def _searching(
    thesaurus: Thesaurus, limit: int, stack: ExitStack
) -> Callable[[str], Sequence[Hit]]:
    """Search the index of the data folder with a thesaurus of one's own."""
    from catalog_service.settings import Settings
    from search.index.embedded import EmbeddedIndex
    from search.service import SearchService

    index = EmbeddedIndex(Settings().home / "index")
    stack.callback(index.close)
    service = SearchService(index, lambda: thesaurus)
    return lambda text: service.search(Query(text=text, limit=limit, facets=False)).hits
