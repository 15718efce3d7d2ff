"""``atlas thesaurus check`` and ``preview``: what a file says wrongly, and what it would change."""

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
    language,
    say,
)
from catalog_service.settings import Settings
from ontology.errors import AtlasError, FilePosition
from search.model import Hit, Query
from search.thesaurus import Thesaurus, load
from search.thesaurus.checks import Finding, findings
from search.thesaurus.errors import THESAURUS_UNREADABLE
from search.thesaurus.load import files
from search.thesaurus.preview import SHOWN, Change, compare
from search.thesaurus.turtle import short

Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]

FOLDER: Final = "thesaurus"
"""Folder of the steward's own files in the data folder."""

_PROBLEMS: Final = {
    "official-word": (
        "日常用语就是本词条的规范用语",
        "the word is an official term of its own entry",
    ),
    "twice": ("同一词条中重复", "the entry has the word twice"),
    "same-term": ("两个词条的首选规范用语相同", "two entries have the same preferred term"),
    "cycle": (
        "词条互为对方的规范用语，循环",
        "words of the entries are each other's official terms",
    ),
    "ambiguous": ("指向的词条太多", "the word leads to too many entries"),
    "no-words": ("没有指向它的词", "nothing leads to the entry"),
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("check")(check)
    app.command("preview")(preview)


def folder() -> Path:
    """Return the folder of the steward's own files."""
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
        out.text(f"{f.file}: {say(*_PROBLEMS[f.problem])}: {f.word} ({entries})")
    if thesaurus is not None:
        out.text(
            say(
                f"{len(thesaurus.entries)} 个词条，{len(thesaurus)} 个词对，{len(found)} 个问题",
                f"{len(thesaurus.entries)} entries, {len(thesaurus)} pairs, {len(found)} findings",
            )
        )
    raise typer.Exit(EXIT_FINDINGS if error is not None or found else EXIT_DONE)


def _with(file: Path | None) -> list[Path]:
    """The files in use; ``file`` stands for the one of its name among them, else comes last."""
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
        raise typer.BadParameter(
            say("请给出检索词", "give searches"), param_hint="QUERIES, --query"
        )
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
            say("之前 之后 变化 名称", "before after change title").split(),
            [(p.before or "–", p.after or "–", _word(p.change), p.title) for p in change.places],
        )
        out.text()
    out.text(
        say(
            f"{len(changes)} 个检索中 {len(changed)} 个的前 {limit} 条会变化",
            f"{len(changed)} of {len(changes)} searches would change among the first {limit}",
        )
    )
    raise typer.Exit(EXIT_FINDINGS if changed else EXIT_DONE)


def _word(change: str) -> str:
    zh = {"same": "不变", "moved": "移动", "new": "新出现", "gone": "消失"}
    return say(zh[change], change)


def _change(change: Change) -> dict[str, object]:
    return {
        "query": change.query,
        "changed": change.changed,
        **{name: change.count(name) for name in ("moved", "new", "gone")},
        "places": [{**asdict(place), "change": place.change} for place in change.places],
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
    from search.index.embedded import EmbeddedEngine

    engine = EmbeddedEngine(Settings().home / "index", thesaurus=lambda: thesaurus)
    stack.callback(engine.close)
    return lambda text: engine.search(Query(text=text, limit=limit, facets=False)).hits
