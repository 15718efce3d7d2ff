"""``atlas audit``: the head to keep elsewhere, checking the chain, exporting it."""

from __future__ import annotations

import sys
from functools import cache, partial
from typing import TYPE_CHECKING, Annotated

import typer

from catalog_service.audit.errors import HEAD_INVALID
from catalog_service.console.opening import existing
from catalog_service.console.output import EXIT_FINDINGS, Output, gettext, language, ngettext
from ontology.errors import AtlasError

if TYPE_CHECKING:
    from datetime import datetime

    from catalog_service.atlas import Atlas

app = typer.Typer(no_args_is_help=True, help="Who did what, append-only and chained by hashes.")
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@app.command("head")
def head(json: Json = False) -> None:
    """Print the hash of the last entry; kept elsewhere, it shows whether the end was cut off."""
    out = Output(as_json=json)
    with existing() as atlas:
        found = atlas.audit.head()
    out.result({"number": found.number, "hash": found.hash, "time": found.time})
    out.text(f"{found.hash}  {found.number}  {found.time.isoformat() if found.time else '–'}")


@app.command("verify")
def verify(
    kept: Annotated[
        str | None,
        typer.Option("--head", help="A hash that `atlas audit head` printed and you kept."),
    ] = None,
    json: Json = False,
) -> None:
    """Check every entry by its hash and the one before; exit 1 where something is wrong."""
    from catalog_service.audit.verification import is_hash
    from catalog_service.audit.verification import verify as check

    if kept is not None and not is_hash(kept):
        raise AtlasError(HEAD_INVALID, value=kept[:80])
    out = Output(as_json=json)
    with existing() as atlas:
        found = check(atlas.journal, kept)
    out.result(
        {
            "entries": found.entries,
            "head": found.head,
            "whole": not found.count,
            "faults": [
                {
                    "number": fault.number,
                    "what": {"zh": fault.what.message("zh"), "en": fault.what.message("en")},
                }
                for fault in found.faults
            ],
        }
    )
    for fault in found.faults:
        what = fault.what.message(language())
        out.text(gettext("entry {number}: {what}", number=fault.number, what=what))
    checked = ngettext("{count} entry checked", "{count} entries checked", found.entries)
    if found.count:
        wrong = ngettext("{count} fault", "{count} faults", found.count)
        out.text(f"{checked}: {wrong}")
        raise typer.Exit(EXIT_FINDINGS)
    out.text(gettext("{checked}: whole. Head: {head}", checked=checked, head=found.head))
    if kept is None:
        out.remark(gettext("Whether the end is missing shows only with a head kept elsewhere."))


@app.command("export")
def export(
    start: Annotated[
        str | None, typer.Option("--from", help="From this day or time on, in Shanghai.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", help="Up to this day, with it, or this time.")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="jsonl or csv.")] = "jsonl",
) -> None:
    """Write entries to standard output; JSON lines carry all that the hashes are made of."""
    from catalog_service.audit.export import lines
    from catalog_service.audit.service import Entry, Wanted

    if form not in ("jsonl", "csv"):
        raise typer.BadParameter(gettext("jsonl or csv"), param_hint="--format")
    wanted = Wanted(start=_time(start, is_end=False), end=_time(end, is_end=True))
    details = {"from": start, "to": end, "format": form}
    with existing() as atlas:
        atlas.audit.record(Entry("audit.export", details=details))
        found = atlas.audit.walk(wanted)
        named = cache(partial(_name, atlas, language()))
        for line in lines(found, "csv" if form == "csv" else "jsonl", named):
            sys.stdout.buffer.write(line.encode())
    sys.stdout.flush()


def _name(atlas: Atlas, lang: str, subject: str) -> str:
    """Return what a subject is called; persons stay references: a file outlives an account."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.audit.names import subject_names

    if subject.startswith("person:"):
        return ""
    return subject_names(atlas, [subject], OPERATOR).get(subject, {}).get(lang, "")


def _time(text: str | None, *, is_end: bool) -> datetime | None:
    from catalog_service.http.times import parse_start, parse_time

    if text is None:
        return None
    return parse_time(text) if is_end else parse_start(text)
