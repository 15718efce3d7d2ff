"""File formats: mapping all ways in which a format is given to one format with a label.

DCAT catalogues name a format by a concept of the EU's table, by an IANA media type (as IRI with
http or https, or as text), by a word, by a file's ending, or by a node without a name that carries
one of these as its label. What the vocabulary of formats knows is its concept; anything else keeps
its media type, its code or its word, so that it is one value however it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from ontology.allowed_subjects import GENID
from ontology.concepts import Concept, Known
from ontology.terms import DCAT, DCT, RDF, RDFS, SKOS
from ontology.unmapped_values import Lookup

PREDICATES: Final = (DCT.format, DCAT.mediaType, DCAT.packageFormat, DCAT.compressFormat)
"""Properties for a format, the most specific first; the last two only where no other is given."""

LABELS: Final = (RDF.value, RDFS.label, SKOS.prefLabel, SKOS.notation, DCT.title, DCT.identifier)
"""Properties for the label of a node that is a format."""

IANA: Final = "https://www.iana.org/assignments/media-types/"
WORD: Final = "text:"
"""Prefix of `Format.value` for a format that is only a word."""

_EU: Final = "http://publications.europa.eu/resource/authority/file-type/"
_EU_CODE: Final = re.compile(
    r"https?://publications\.europa\.eu/resource/(?:authority/file-type|dataset/file-type)/([^/?#]+)",
    re.IGNORECASE,
)
_TOP: Final = "application|audio|chemical|font|image|message|model|multipart|text|video"
_MEDIA: Final = re.compile(rf"({_TOP})/([A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*)", re.IGNORECASE)
_MEDIA_IRI: Final = re.compile(rf"https?://[^?#]*/(({_TOP})/[^/?#]+)/?(?:#.*)?", re.IGNORECASE)
_W3C: Final = re.compile(r"https?://www\.w3\.org/ns/formats/([^/?#]+)")
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]+")
_WEB: Final = re.compile(r"(?:https?://|urn:)\S+$", re.IGNORECASE)
_ENDING: Final = re.compile(
    r"^(?:\*?\.)|\s*(?:格式|文件|文档|文件格式| files?| format)$", re.IGNORECASE
)
_BRACKETS: Final = re.compile(r"(.*?)\s*[(（]\s*([^()（）]*?)\s*[)）]\s*")
_JOINTS: Final = str.maketrans("", "", "-_/ ")
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9+_-]{0,15}")
_PACKED: Final = re.compile(r"(.+)[.+-](?:zip|gz|gzip|bz2|xz|zst)", re.IGNORECASE)
_LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class Format:
    """One format; ``notation`` where it is a concept of the vocabulary.

    ``value`` identifies it: the IRI of a concept, the IANA IRI of a media type, the given IRI, or
    `WORD` and a word.
    """

    value: str
    zh: str
    en: str
    notation: str | None = None

    @property
    def iri(self) -> str | None:
        """The IRI of the format; None where it is only a word."""
        return None if self.value.startswith(WORD) else self.value


def format_label(value: str) -> str:
    """Return the label of a `Format.value` that is no concept."""
    if value.startswith(WORD):
        return value.removeprefix(WORD)
    if value.startswith(IANA):
        return value.removeprefix(IANA)
    tail = re.split("[/#]", value.rstrip("/#"))[-1] if _IRI.fullmatch(value) else ""
    return unquote(tail) or value


def formats_of(lookup: Lookup, given: Sequence[Iterable[tuple[str, ...]]]) -> list[Format]:
    """Return the formats of one file.

    ``given`` holds the values by predicate, in the order of `PREDICATES`; a value is its IRI or
    text followed by the labels of its node. Concepts win over what no vocabulary knows.
    """
    kept: dict[str, Format] = {}
    for values in given:
        found = {one.value: one for texts in values for one in _formats(lookup, tuple(texts))}
        if any(one.notation is not None for one in found.values()):
            return list(found.values())
        kept = kept or found
    return list(kept.values())


def is_whole(text: str) -> bool:
    """Tell whether a text is one media type or IRI, whose strokes part no formats."""
    return bool(_WEB.match(text) or _media_type(text))


@lru_cache(maxsize=4096)
def _formats(lookup: Lookup, texts: tuple[str, ...]) -> tuple[Format, ...]:
    texts = tuple(text.strip() for text in texts if text.strip() and len(text) <= _LONGEST)
    for text in texts:
        known = _known(lookup, text)
        if known:
            return tuple(_named(concept) for concept in known)
    for text in (*texts[1:], *texts[:1]):
        kept = _kept(text)
        if kept is not None:
            return (kept,)
    return ()


def _named(concept: Concept) -> Format:
    return Format(concept.iri, concept.zh, concept.en, concept.notation)


def _known(lookup: Lookup, text: str) -> list[Concept]:
    concept = _one(lookup, text)
    if concept is not None or _IRI.fullmatch(text) or _media_type(text):
        return [] if concept is None else [concept]
    items = lookup.find_all("format", text)
    listed = [x.concept if isinstance(x, Known) else _one(lookup, x.text) for x in items]
    return list(dict.fromkeys(concept for concept in listed if concept is not None))


def _one(lookup: Lookup, text: str) -> Concept | None:
    for spelling in _spellings(text):
        found = lookup.find("format", spelling)
        if isinstance(found, Known):
            return found.concept
    return None


def _spellings(text: str) -> Iterator[str]:
    """Yield possible names of a format in the vocabulary, the likeliest first."""
    yield text
    media = _media_type(text)
    if media:
        yield media
        yield IANA + media
        yield from _of_media_type(media)
        return
    if code := (_EU_CODE.match(text) or _W3C.match(text)):
        word = unquote(code[1])
        yield _EU + word.upper()
        yield word
        yield word.translate(_JOINTS)
        return
    if _IRI.fullmatch(text):
        bare = text.rstrip("/")
        yield bare
        yield bare.replace("http://", "https://", 1)
        yield bare.replace("https://", "http://", 1)
        return
    word = _ENDING.sub("", _ENDING.sub("", text))
    yield word
    yield word.translate(_JOINTS)
    if brackets := _BRACKETS.fullmatch(word):
        yield from filter(None, brackets.groups())
    if packed := _PACKED.fullmatch(word):
        yield packed[1]


def _of_media_type(media: str) -> Iterator[str]:
    """Yield names of an unregistered media type: ``application/x-csv``, ``x/foo+json``."""
    top, _, subtype = media.partition("/")
    bare = re.sub(r"^(?:x-|vnd\.)+", "", subtype)
    yield f"{top}/{bare}"
    if top in ("application", "text", "image"):
        yield bare
        yield bare.translate(_JOINTS)
    if top == "application" and subtype.endswith(("+json", "+xml", "+zip")):
        yield subtype.rpartition("+")[2]


def _media_type(text: str) -> str:
    """Return the media type that a text or an IRI names, in lower case; empty where it is none."""
    iri = _MEDIA_IRI.fullmatch(text)
    if iri is not None:
        text = unquote(iri[1])
    found = _MEDIA.fullmatch(text.partition(";")[0].strip())
    return "" if found is None else found[0].lower()


def _kept(text: str) -> Format | None:
    media = _media_type(text)
    if media:
        return Format(IANA + media, media, media)
    if code := _EU_CODE.match(text):
        text = unquote(code[1])
    elif _IRI.fullmatch(text):
        if GENID in text:
            return None
        label = format_label(text)
        return Format(text, label, label)
    word = re.sub(r"^\*?\.", "", " ".join(text.split()))
    if _CODE.fullmatch(word):
        word = word.upper()
    return Format(f"{WORD}{word}", word, word) if word else None
