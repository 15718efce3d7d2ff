"""From files to a thesaurus: the package's own entries, then a steward's, in the order of names."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from ontology.errors import AtlasError
from search.analysis.normalization import normal
from search.bilingual.words import chinese_of
from search.thesaurus.errors import THESAURUS_NO_SCHEME, THESAURUS_NO_TERM
from search.thesaurus.index import Thesaurus
from search.thesaurus.model import Entry, Word
from search.thesaurus.turtle import EntryStatements, ThesaurusFile, read_file, short

ENTRIES: Final = Path(__file__).resolve().parent / "entries"
"""The entries that come with the program."""


def files(folder: Path) -> list[Path]:
    """Return the Turtle files of a folder, by name; none where there is no folder."""
    return sorted(folder.glob("[!.]*.ttl")) if folder.is_dir() else []


@cache
def _shipped() -> tuple[ThesaurusFile, ...]:
    return tuple(read_file(path) for path in files(ENTRIES))


@cache
def builtin() -> Thesaurus:
    """Return the thesaurus that comes with the program."""
    return Thesaurus(merged(_shipped()), chinese_of())


def load(paths: Iterable[Path]) -> Thesaurus:
    """Return the program's thesaurus with what further files add, change or take away.

    Raises `AtlasError` (``thesaurus-…``) with file and line for the first that is wrong.
    """
    further = tuple(read_file(path) for path in paths)
    if not further:
        return builtin()
    return Thesaurus(merged((*_shipped(), *further)), chinese_of())


def entries_of(paths: Iterable[Path], *more: ThesaurusFile) -> tuple[Entry, ...]:
    """Return the entries alone, of the program, of files, and of files that are read already.

    For looking one up: the index of a thesaurus takes longer than its entries. Raises as `load`.
    """
    further = [*(read_file(path) for path in paths), *more]
    return merged((*_shipped(), *further)) if further else builtin().entries


def load_good(paths: Iterable[Path]) -> tuple[Thesaurus, AtlasError | None]:
    """Return the thesaurus like `load`, without the files that are wrong, and the first error.

    The error has its file and line; None where all files are used.
    """
    used: list[ThesaurusFile] = []
    problem: AtlasError | None = None
    for path in paths:
        try:
            file = read_file(path)
            # It must also be consistent with the files before it.
            merged((*_shipped(), *used, file))
        except AtlasError as error:
            problem = problem or error
        else:
            used.append(file)
    if not used:
        return builtin(), problem
    return Thesaurus(merged((*_shipped(), *used)), chinese_of()), problem


def merged(sources: Iterable[ThesaurusFile]) -> tuple[Entry, ...]:
    """Bring together what files say, a later one outdoing an earlier."""
    entries: dict[str, Entry] = {}
    subjects: dict[str, str] = {}
    for source in sources:
        subjects |= {iri: about for iri, about in source.schemes.items() if about}
        for said in source.entries:
            if said.disabled:
                entries.pop(said.iri, None)
            else:
                entries[said.iri] = _with(entries.get(said.iri), said, source, subjects)
    return tuple(entries.values())


def _with(
    known: Entry | None, said: EntryStatements, source: ThesaurusFile, subjects: dict[str, str]
) -> Entry:
    official = known.official if known else ()
    preferred = said.preferred or (official[0] if official else "")
    if not preferred:
        place = source.place(short(said.iri), said.iri)
        raise AtlasError(THESAURUS_NO_TERM, place=place, entry=short(said.iri))
    # An entry stays in the scheme that it was first put into, unless a file moves it by name.
    scheme = known.scheme if known else said.scheme
    if not scheme:
        place = source.place(short(said.iri), said.iri)
        raise AtlasError(THESAURUS_NO_SCHEME, place=place, entry=short(said.iri))
    terms = dict.fromkeys((preferred, *official[1:], *said.official))
    words: dict[tuple[str, str], Word] = {
        (normal(word.text), word.lang): word for word in (known.words if known else ())
    }
    words |= said.words
    return Entry(
        iri=said.iri,
        scheme=scheme,
        subject=subjects.get(scheme, ""),
        official=tuple(term for term in terms if normal(term) not in said.without),
        english=said.english or (known.english if known else ""),
        words=tuple(word for key, word in words.items() if key[0] not in said.without),
        file=source.name,
    )
