"""Adding a word to a steward's own file, as a steward would write it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from ontology.errors import AtlasError, FilePosition
from search.analysis.normalization import normal
from search.thesaurus.errors import THESAURUS_UNREADABLE
from search.thesaurus.index import Thesaurus
from search.thesaurus.model import THESAURUS, WEIGHTS, Entry, Kind, Word
from search.thesaurus.turtle import read, read_file

OWN: Final = "own.ttl"
"""The file in a steward's folder that words are added to."""

HEAD: Final = """@prefix : <https://w3id.org/shdata/thesaurus/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix th: <https://w3id.org/shdata/def/thesaurus#> .

:scheme\\/own a skos:ConceptScheme ;
    skos:prefLabel "本目录自己的词"@zh, "Words of this catalogue"@en .
"""
_PROPERTY: Final[Mapping[Kind, str]] = {
    "synonym": "skos:altLabel",
    "english": "skos:altLabel",
    "abbreviation": "th:abbreviation",
    "narrower": "th:narrower",
    "broader": "th:broader",
    "field": "th:field",
    "related": "th:related",
}
_CHINESE: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]")
_SPECIAL: Final = re.compile(r"([~.\-!$&'()*+,;=/?#@%])")
_NAME: Final = re.compile(r"[\w~.\-!$&'()*+,;=/?#@%]+")


def language(word: str) -> str:
    """Return ``zh`` for a word with a Chinese character in it, else ``en``."""
    return "zh" if _CHINESE.search(word) else "en"


def entry_of(official: str, entries: Iterable[Entry]) -> Entry | None:
    """Return the entry of an official term, the one that prefers it first; None where none is."""
    key = normal(official)
    found = [e for e in entries if key in {normal(term) for term in e.official}]
    return min(found, key=lambda entry: normal(entry.official[0]) != key, default=None)


def entry_iri(official: str) -> str:
    """Return the IRI of a new entry for an official term."""
    return f"{THESAURUS}{_name(official)}"


def statement(entry: Entry | None, official: str, word: Word) -> str:
    """Return the Turtle that leads ``word`` to an entry, or to a new one for ``official``."""
    iri = entry.iri if entry is not None else entry_iri(official)
    lines = [_written(iri), f"    {_PROPERTY[word.kind]} {_literal(word.text, word.lang)} ."]
    # An abbreviation may be Latin; only a synonym turns into English by its language.
    usual = word.kind if word.kind != "synonym" or word.lang == "zh" else "english"
    if word.weight != WEIGHTS[word.kind] or usual != word.kind:
        lines[1] = (
            f"    th:weighted [ th:word {_literal(word.text, word.lang)} ; "
            f'th:kind "{word.kind}" ; th:weight {word.weight:g} ] .'
        )
    if entry is None:
        lines[0] += " a skos:Concept ;"
        lines.insert(1, f"    skos:prefLabel {_literal(official, 'zh')} ;")
    return "\n".join(lines) + "\n"


def taken_away(entry: Entry, word: str, lang: str) -> str:
    """Return the Turtle by which a word leads to an entry no more."""
    return f"{_written(entry.iri)}\n    th:without {_literal(word, lang)} .\n"


def add(folder: Path, official: str, word: Word, thesaurus: Thesaurus) -> tuple[Path, str]:
    """Add a word to a folder's `OWN` file, made where there is none; return file and Turtle.

    The file is replaced at once, and only by one that can be read. Raises `AtlasError`
    (``thesaurus-…``).
    """
    path = folder / OWN
    added = statement(entry_of(official, thesaurus.entries), official, word)
    text = read_file(path).text if path.exists() else HEAD
    text = f"{text.rstrip()}\n\n{added}"
    read(text, str(path))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # A name that is not looked at: it starts with a dot.
        beside = folder / f".{OWN}"
        beside.write_text(text, "utf-8")
        os.replace(beside, path)  # noqa: PTH105
    except OSError as error:
        raise AtlasError(
            THESAURUS_UNREADABLE, place=FilePosition(str(path)), reason=error
        ) from error
    return path, added


def _name(official: str) -> str:
    return "".join(_NAME.findall(official)) or "_"


def _written(iri: str) -> str:
    name = iri.removeprefix(THESAURUS)
    if name == iri or not _NAME.fullmatch(name):
        return f"<{iri}>"
    return ":" + _SPECIAL.sub(r"\\\1", name)


def _literal(text: str, lang: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"@{lang}'
