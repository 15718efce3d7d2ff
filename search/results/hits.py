"""Hits as they are shown: the pieces that matched, and one hit for several of a group."""

from __future__ import annotations

import re
from collections.abc import Sequence

from search.analysis.normalization import normal
from search.analysis.place_paths import narrowest
from search.analysis.places import short_place
from search.analysis.titles import title_parts
from search.index.fields import MAX_GROUP
from search.index.payload import StoredDocument
from search.index.protocol import Candidate
from search.model import Hit, Span, Wording
from search.query.model import ParsedQuery
from search.query.word_classes import same_attributes

_MAX_SPANS = 40


def hit_of(candidate: Candidate, parsed: ParsedQuery | None) -> Hit:
    """Return a candidate as it is shown, with what of ``parsed`` matched where."""
    d = candidate.document
    terms = _terms(parsed)
    open_types, frequencies = d.facets.get("open_type"), d.facets.get("frequency")
    return Hit(
        iri=d.iri,
        source=d.source,
        remote_id=d.remote_id,
        score=candidate.score,
        title=d.title,
        description=d.description,
        publishers=d.publishers,
        open_type=open_types[0] if open_types else None,
        formats=d.facets.get("format", ()),
        modified=d.modified,
        publisher_iris=d.facets.get("publisher", ()),
        title_spans=spans(d.title, terms),
        description_spans=spans(d.description, terms),
        fields=_fields(d.fields, terms, parsed),
        delivery=d.facets.get("delivery", ()),
        districts=d.facets.get("district", ()),
        places=narrowest(d.facets.get("place", ())),
        frequency=frequencies[0] if frequencies else None,
        high_quality=d.facets.get("high_quality", ()),
        group=title_parts(d.title).core[:MAX_GROUP],
        english=_english(d, terms),
    )


def _english(d: StoredDocument, terms: Sequence[str]) -> Wording | None:
    if not (d.title_en or d.description_en):
        return None
    title, description = d.title_en or d.title, d.description_en or d.description
    return Wording(title, description, spans(title, terms), spans(description, terms))


def first_of_groups(candidates: Sequence[Candidate]) -> list[tuple[Candidate, int]]:
    """Return the first of each group with how many others of the list it represents."""
    first: dict[str, int] = {}
    found: list[tuple[Candidate, int]] = []
    for candidate in candidates:
        group = title_parts(candidate.document.title).core
        if group in first:
            index = first[group]
            found[index] = (found[index][0], found[index][1] + 1)
        else:
            first[group] = len(found)
            found.append((candidate, 0))
    return found


def spans(text: str, terms: Sequence[str]) -> tuple[Span, ...]:
    """Return where terms (in normal form) stand in a text, in characters of the text itself."""
    if not terms or not text:
        return ()
    plain, places = _aligned(text)
    found: list[Span] = []
    for term in terms:
        start = plain.find(term)
        while start >= 0 and len(found) < _MAX_SPANS:
            found.append((places[start], places[start + len(term) - 1] + 1))
            start = plain.find(term, start + len(term))
    found.sort()
    merged: list[Span] = []
    for start, end in found:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _aligned(text: str) -> tuple[str, list[int]]:
    """The normal form, and for each of its characters the one of the text that it comes from."""
    whole = normal(text)
    if len(whole) == len(text):
        return whole, list(range(len(text)))
    pieces: list[str] = []
    places: list[int] = []
    for position, character in enumerate(text):
        piece = normal(character)
        pieces.append(piece)
        places += [position] * len(piece)
    return "".join(pieces), places


def _terms(parsed: ParsedQuery | None) -> tuple[str, ...]:
    if parsed is None:
        return ()
    terms = [a.term for w in parsed.query_terms if w.role != "form" for a in w.alternatives]
    terms += [short_place(place.name) for place in parsed.places]
    terms += [str(year) for year in parsed.years]
    return tuple(dict.fromkeys([*terms, *(name for names in parsed.attributes for name in names)]))


def _fields(
    fields: Sequence[str], terms: Sequence[str], parsed: ParsedQuery | None
) -> tuple[str, ...]:
    if parsed is None or not fields:
        return ()
    wanted = set(terms)
    for names in parsed.attributes:
        for name in names:
            wanted |= same_attributes(name)
    pattern = re.compile("|".join(map(re.escape, sorted(wanted)))) if wanted else None
    if pattern is None:
        return ()
    return tuple(name for name in fields if pattern.search(normal(name)))[:20]
