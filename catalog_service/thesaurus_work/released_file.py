"""The file of released edits, beside a steward's own in the data folder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from catalog_service.context import Service
from catalog_service.thesaurus_work.model import Draft
from ontology.errors import AtlasError, FilePosition
from search.bilingual.words import chinese_of
from search.thesaurus import Thesaurus
from search.thesaurus.errors import THESAURUS_UNREADABLE
from search.thesaurus.load import entries_of, files
from search.thesaurus.model import Entry, Word
from search.thesaurus.turtle import read
from search.thesaurus.writing import (
    HEAD,
    entry_iri,
    entry_of,
    language,
    statement,
    taken_away,
)

RELEASED: Final = "workbench.ttl"
"""Written from the released edits, and again whenever it differs from them."""


def others(atlas: Service) -> list[Path]:
    """Return the files in use but that of the released edits."""
    return [path for path in files(_folder(atlas)) if path.name != RELEASED]


def turtle(drafts: Sequence[Draft], base: Sequence[Entry]) -> str:
    """Return the file of some edits, on top of entries; "" of none."""
    if not drafts:
        return ""
    made: dict[str, Entry] = {}
    parts = [HEAD]
    for draft in drafts:
        entry = entry_of(draft.official, base) or made.get(draft.official)
        lang = language(draft.word)
        if draft.change == "take":
            if entry is not None:
                parts.append(taken_away(entry, draft.word, lang))
            continue
        word = Word(draft.word, lang, draft.kind, draft.weight)
        parts.append(statement(entry, draft.official, word))
        if entry is None:
            iri = entry_iri(draft.official)
            made[draft.official] = Entry(iri, "", "", (draft.official,), "", (), RELEASED)
    return "\n".join(parts)


def entries_with(atlas: Service, drafts: Sequence[Draft]) -> tuple[Entry, ...]:
    """Return the entries as they are with these edits and the steward's own files."""
    used = others(atlas)
    text = turtle(drafts, entries_of(used))
    return entries_of(used, *([read(text, RELEASED)] if text else []))


def with_edits(atlas: Service, drafts: Sequence[Draft]) -> Thesaurus:
    """Return the whole thesaurus of `entries_with`, to search with."""
    return Thesaurus(entries_with(atlas, drafts), chinese_of())


def write(atlas: Service, drafts: Sequence[Draft]) -> bool:
    """Write the file of the released edits where it differs; tell whether it did.

    Raises `AtlasError` (``thesaurus-…``): the file that is there then stays.
    """
    path = _folder(atlas) / RELEASED
    used = others(atlas)
    text = turtle(drafts, entries_of(used)) if drafts else ""
    try:
        if (path.read_text("utf-8") if path.exists() else "") == text:
            return False
        if text:
            entries_of(used, read(text, str(path)))
            path.parent.mkdir(parents=True, exist_ok=True)
            # A name that is not looked at: it starts with a dot.
            beside = path.with_name(f".{RELEASED}")
            beside.write_text(text, "utf-8")
            os.replace(beside, path)  # noqa: PTH105
        else:
            path.unlink()
    except OSError as error:
        raise AtlasError(
            THESAURUS_UNREADABLE, place=FilePosition(str(path)), reason=error
        ) from error
    return True


def _folder(atlas: Service) -> Path:
    return atlas.settings.home / "thesaurus"
