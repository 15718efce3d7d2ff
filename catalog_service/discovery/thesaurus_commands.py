"""``atlas thesaurus``: everyday words and official terms, and what an edit does to rankings."""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import asdict
from typing import Annotated, Final

import typer

from catalog_service.console.auditing import record_outside
from catalog_service.console.output import EXIT_FINDINGS, Output, gettext, ngettext, pgettext
from catalog_service.discovery import thesaurus_file_commands
from catalog_service.discovery.thesaurus_file_commands import Json, folder
from search.analysis.normalization import normal
from search.thesaurus import Expansion, Kind, Thesaurus, Word, load
from search.thesaurus.load import files
from search.thesaurus.model import KINDS, WEIGHTS
from search.thesaurus.turtle import short
from search.thesaurus.writing import add as add_word
from search.thesaurus.writing import entry_of
from search.thesaurus.writing import language as language_of

app = typer.Typer(no_args_is_help=True, help="Everyday words and official terms.")

thesaurus_file_commands.register(app)

NEAREST: Final = 5
"""Official terms that are named where one is not known."""


def _scheme(iri: str) -> str:
    return iri.rpartition("/")[2]


def _expansion(expansion: Expansion) -> dict[str, object]:
    return {**asdict(expansion), "terms": list(expansion.terms)}


@app.command("list")
def list_entries(
    scheme: Annotated[
        str | None, typer.Option(help="Show the entries of one file, such as health.")
    ] = None,
    json: Json = False,
) -> None:
    """Count entries and pairs by file, or list the entries of one."""
    out = Output(as_json=json)
    thesaurus = load(files(folder()))
    entries, pairs = Counter[str](), Counter[str]()
    for entry in thesaurus.entries:
        entries[entry.scheme] += 1
    for pair in thesaurus.pairs():
        pairs[pair.entry.scheme] += 1
    chosen = [e for e in thesaurus.entries if scheme is not None and _scheme(e.scheme) == scheme]
    if scheme is not None and not chosen:
        raise typer.BadParameter(", ".join(map(_scheme, entries)), param_hint="--scheme")
    out.result(
        {
            "entries": len(thesaurus.entries),
            "pairs": len(thesaurus),
            "schemes": [
                {"scheme": _scheme(name), "entries": entries[name], "pairs": pairs[name]}
                for name in entries
            ],
            "listed": [
                {
                    "concept": entry.iri,
                    "official": list(entry.official),
                    "english": entry.english,
                    "words": [asdict(word) for word in entry.words],
                }
                for entry in chosen
            ],
        }
    )
    if scheme is None:
        rows = [(_scheme(name), entries[name], pairs[name]) for name in entries]
        out.table(gettext("scheme entries pairs").split(), rows)
    for entry in chosen:
        words = " ".join(word.text for word in entry.words)
        out.text(f"{' / '.join(entry.official)} ({entry.english}) ← {words}")
    out.text(
        gettext(
            "{entries}, {pairs}",
            entries=ngettext("{count} entry", "{count} entries", len(thesaurus.entries)),
            pairs=ngettext("{count} pair", "{count} pairs", len(thesaurus)),
        )
    )


@app.command("show")
def show(
    word: Annotated[str, typer.Argument(help="A word, or the whole text of a search.")],
    json: Json = False,
) -> None:
    """Show what a word leads to, and which words lead to it. Exit 1 where it is not known."""
    out = Output(as_json=json)
    thesaurus = load(files(folder()))
    matches = thesaurus.lookup(word)
    own = entry_of(word, thesaurus.entries)
    led = [] if own is None else [p for p in thesaurus.pairs() if p.entry is own]
    out.result(
        {
            "word": word,
            "matches": [
                {
                    "start": match.start,
                    "end": match.end,
                    "text": match.text,
                    "official": match.official,
                    "expansions": [_expansion(e) for e in match.expansions],
                }
                for match in matches
            ],
            "words": [asdict(pair.word) for pair in led],
        }
    )
    for match in matches:
        mark = gettext(" (official)") if match.official else ""
        out.text(f"{match.text}{mark}")
        for e in match.expansions:
            out.text(f"  → {' / '.join(e.terms)}  {e.kind} {e.weight:g}  {short(e.concept)}")
    for pair in led:
        out.text(f"  ← {pair.word.text}  {pair.word.kind} {pair.word.weight:g}")
    if not matches:
        out.text(gettext("not in the thesaurus"))
        raise typer.Exit(EXIT_FINDINGS)


@app.command("add")
def add(
    word: Annotated[str, typer.Argument(help="What people say.")],
    official: Annotated[str, typer.Argument(help="The official term that it leads to.")],
    kind: Annotated[str, typer.Option(help=f"One of {', '.join(KINDS)}.")] = "",
    weight: Annotated[
        float | None, typer.Option(help="Above 0, at most 1; default: by the kind.")
    ] = None,
    new: Annotated[
        bool, typer.Option("--new", help="Make an entry for an official term that has none.")
    ] = False,
    json: Json = False,
) -> None:
    """Add a word to the steward's own file; in use within a second. Exit 1 where it is known."""
    out = Output(as_json=json)
    lang = language_of(word)
    given = kind or ("english" if lang == "en" else "synonym")
    chosen: Kind | None = next((k for k in KINDS if k == given), None)
    if chosen is None:
        raise typer.BadParameter(", ".join(KINDS), param_hint="--kind")
    if weight is not None and not 0 < weight <= 1:
        raise typer.BadParameter("0 < … ≤ 1", param_hint="--weight")
    if language_of(official) != "zh":
        raise typer.BadParameter(gettext("an official term is Chinese"), param_hint="OFFICIAL")
    added = Word(word, lang, chosen, WEIGHTS[chosen] if weight is None else weight)
    own = folder()
    thesaurus = load(files(own))
    entry = entry_of(official, thesaurus.entries)
    if entry is None and not new:
        raise typer.BadParameter(_unknown(official, thesaurus), param_hint="OFFICIAL")
    known = entry is not None and (
        normal(word) in {normal(term) for term in entry.official}
        or any(
            (e.concept, e.kind, e.weight) == (entry.iri, added.kind, added.weight)
            for e in thesaurus.expansions(word)
        )
    )
    if known:
        out.result({"added": False, "word": word, "file": None, "turtle": None})
        out.text(gettext("it is in the thesaurus already"))
        raise typer.Exit(EXIT_FINDINGS)
    # Told before it is done: the file is no part of the journal's transactions.
    record_outside(
        "thesaurus.write",
        {"word": word, "official": official, "kind": added.kind, "weight": added.weight},
    )
    path, turtle = add_word(own, official, added, thesaurus)
    out.result({"added": True, "word": word, "file": str(path), "turtle": turtle})
    out.text(turtle)
    out.remark(gettext("written to {path}", path=path))


def _unknown(official: str, thesaurus: Thesaurus) -> str:
    """Say that no entry has an official term, which are near it, and how to make one."""
    terms = [term for entry in thesaurus.entries for term in entry.official]
    # What the word itself leads to, then what has it within, then what is written alike.
    led = [e.terms[0] for e in thesaurus.expansions(official)]
    within = [term for term in terms if official in term or term in official]
    alike = difflib.get_close_matches(official, terms, n=NEAREST, cutoff=0.5)
    nearest = list(dict.fromkeys([*led, *within, *alike]))[:NEAREST]
    return gettext(
        "no entry has the official term {official}{near}. Use one that there is, or "
        "--new to make an entry",
        official=official,
        near=gettext("; near it are: {terms}", terms=pgettext("list", ", ").join(nearest))
        if nearest
        else "",
    )
