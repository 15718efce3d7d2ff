"""From a record to what is indexed of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from ontology.dates import earliest, latest, read_date
from ontology.formats import LABELS, PREDICATES, formats_of
from ontology.languages import ENGLISH, choose, grouped, language_of, preferred
from ontology.openness import open_type
from ontology.record import Record
from ontology.terms import ADMS, CSVW, DCAT, DCT, FOAF, RDF, RDFS, SHD, SKOS, VCARD, VOCAB
from ontology.texts import plain_text
from ontology.vocabulary import Scheme, load_vocabulary
from search.analysis.data_items import described_items
from search.analysis.periods import years_of
from search.analysis.place_paths import place_paths
from search.facets import INDEXED, REGISTERED
from search.index.concepts import Concepts
from search.index.model import SearchDocument
from search.index.ntriples_reader import Nodes, Terms, read, text, texts

MAX_VALUES: Final = 500
"""Values of a repeated property that are indexed: a record may have 10,000 distributions."""

# Predicates as canonical lines write them.
_TITLE: Final = f"<{DCT.term('title')}>"
_ALTERNATIVE: Final = f"<{DCT.alternative}>"
_DESCRIPTION: Final = f"<{DCT.description}>"
_PUBLISHER: Final = f"<{DCT.publisher}>"
_OPEN_TYPE: Final = f"<{DCT.accessRights}>"
_FREQUENCY: Final = f"<{DCT.accrualPeriodicity}>"
_SUBJECT: Final = f"<{DCT.subject}>"
_ISSUED: Final = f"<{DCT.issued}>"
_MODIFIED: Final = f"<{DCT.modified}>"
_TEMPORAL: Final = f"<{DCT.temporal}>"
_START: Final = tuple(f"<{ns}startDate>" for ns in (DCAT, "http://schema.org/"))
_END: Final = tuple(f"<{ns}endDate>" for ns in (DCAT, "http://schema.org/"))
_SPATIAL: Final = f"<{DCT.spatial}>"
_FORMATS: Final = tuple(f"<{iri}>" for iri in PREDICATES)
_FORMAT_LABELS: Final = tuple(f"<{iri}>" for iri in LABELS)
_OWN_FORMAT: Final = f"<{VOCAB}format/"
_THEME: Final = f"<{DCAT.theme}>"
_KEYWORD: Final = f"<{DCAT.keyword}>"
_DISTRIBUTION: Final = f"<{DCAT.distribution}>"
_FIELD: Final = f"<{SHD.dataItem}>"
_FIELD_TITLE: Final = f"<{CSVW.term('title')}>"
_SAMPLE: Final = f"<{ADMS.sample}>"
_TYPE: Final = f"<{RDF.type}>"
_SAMPLE_SET: Final = f"<{SHD.SampleSet}>"
_HIGH_QUALITY: Final = f"<{SHD.highQuality}>"
_COUNTS: Final = tuple(f"<{iri}>" for iri in (SHD.viewCount, SHD.downloadCount, SHD.callCount))
_NAMES: Final = tuple(f"<{iri}>" for iri in (SKOS.prefLabel, FOAF.name, RDFS.label, VCARD.fn))
"""Names of a node; the first is what records mapped here carry."""

_PATHS: Final = {
    facet.name: tuple(f"<{iri}>" for iri in facet.path) for facet in REGISTERED if facet.path
}
"""Facets whose values are the objects of a path of properties."""

_WANTED: Final = frozenset(
    {
        *(_TITLE, _ALTERNATIVE, _DESCRIPTION, _PUBLISHER, _OPEN_TYPE, _FREQUENCY, _SUBJECT),
        *(
            _ISSUED,
            _MODIFIED,
            _TEMPORAL,
            _SPATIAL,
            _THEME,
            _KEYWORD,
            _DISTRIBUTION,
            _FIELD,
            _SAMPLE,
            _HIGH_QUALITY,
        ),
        *_COUNTS,
        *(path[0] for path in _PATHS.values()),
    }
)
_BELOW: Final = frozenset(
    {
        *(*_FORMATS, *_FORMAT_LABELS, _FIELD_TITLE, _TYPE, *_NAMES, *_START, *_END),
        *(path[1] for path in _PATHS.values() if len(path) > 1),
    }
)

_PLACE: Final = f"{VOCAB}place/"
_CITY: Final = f"{_PLACE}310000"
_DESCRIPTIVE: Final = (
    *(_PUBLISHER, _THEME, _KEYWORD, _FIELD, _FREQUENCY),
    *(_MODIFIED, _OPEN_TYPE, _SPATIAL, _DISTRIBUTION),
)
"""Properties that, with a description, make a record complete."""
_SUBJECTS: Final = ("scenario", "national-theme", "industry")
"""Schemes of `dct:subject` that are facets of their own."""
_LEVELS: Final = ((0.8, "excellent"), (0.6, "good"), (0.4, "sufficient"), (0.0, "bad"))
"""Levels of a description's completeness, by their least share."""
_DISTRICT = re.compile(r"310(?!000)[0-9]{3}")

_Found = list[tuple[str, str]]
"""Texts with their languages."""


def document_of(record: Record, concepts: Concepts) -> SearchDocument:
    """Return what is indexed of ``record``.

    Reads the shape of ``ontology/profile.md`` and, as far as it goes, any DCAT: of several
    languages as `ontology.languages` has it. A record without a title shows its
    remote id. ``year`` is that of the last change, else of publication.
    """
    nodes = read(record.nquads, record.focus, _WANTED, _BELOW)
    own = nodes.focus
    titles = preferred(texts(own.get(_TITLE, ())))
    title = titles[0][0] if titles else record.remote_id
    title_en, alternatives = "", _values(texts(own.get(_ALTERNATIVE, ())))
    if len(titles) > 1:
        others = [found for found in titles[1:] if found[0] != title]
        title_en = next((v for v, tag in others if language_of(tag) == ENGLISH), "")
        more = [value for value, _ in others if value != title_en]
        alternatives = tuple(dict.fromkeys([*more, *alternatives]))
    descriptions = preferred(_plain(texts(own.get(_DESCRIPTION, ()))))
    description_en = choose(descriptions, ENGLISH)
    publishers = _publishers(own.get(_PUBLISHER, ()), nodes, concepts)
    issued = earliest(_literals(own.get(_ISSUED, ())))
    # Several are a defect; the last day is the one that "changed" is about.
    modified = latest(_literals(own.get(_MODIFIED, ())))
    spatial = own.get(_SPATIAL, ())[:MAX_VALUES]
    themes = own.get(_THEME, ())[:MAX_VALUES]
    subjects = own.get(_SUBJECT, ())[:MAX_VALUES]
    description = descriptions[0][0] if descriptions else ""
    complete = _completeness(own, title, description)
    period = (
        earliest([v for p in _START for v in _literals(_below(nodes, _TEMPORAL, p))]) or "",
        latest([v for p in _END for v in _literals(_below(nodes, _TEMPORAL, p))]) or "",
    )
    return SearchDocument(
        iri=record.iri,
        source=record.source,
        remote_id=record.remote_id,
        hash=record.hash,
        title=title,
        title_en=title_en,
        description=description,
        publishers=tuple(publishers.values()),
        keywords=_values(texts(own.get(_KEYWORD, ()))),
        fields=_values(texts(_below(nodes, _FIELD, _FIELD_TITLE)))
        or (described_items(description) if description else ()),
        themes=_labels([*themes, *own.get(_SUBJECT, ())], nodes, concepts),
        places=_labels(_with_city(spatial, concepts), nodes, concepts),
        issued=issued,
        modified=modified,
        facets=_facets(
            open_type=_open_types(own.get(_OPEN_TYPE, ())),
            publisher=tuple(publishers),
            place=_places(spatial, publishers.values(), nodes, concepts),
            district=_districts(spatial, concepts),
            format=_formats(nodes, concepts),
            frequency=_meant("frequency", own.get(_FREQUENCY, ())),
            quality=(next(level for least, level in _LEVELS if complete >= least),),
            **_of_schemes(subjects, concepts),
            **{name: _at(path, nodes, concepts) for name, path in _PATHS.items()},
            sample=_sample(nodes),
            high_quality=_high_quality(own.get(_HIGH_QUALITY, ())),
            source=(record.source,),
            period=tuple(map(str, years_of(title, period, modified or issued))),
            year=_year(modified or issued),
        ),
        alternatives=alternatives,
        description_en="" if description_en == description else description_en,
        period=period,
        publisher_names=tuple(n for iri in publishers for n in concepts.released_names(iri)),
        popularity=sum(_count(own.get(predicate)) for predicate in _COUNTS),
        quality=complete,
    )


def _sample(nodes: Nodes) -> tuple[str, ...]:
    """Whether it has a sample, and whether it is one."""
    is_set = _SAMPLE_SET in _below(nodes, _DISTRIBUTION, _TYPE)
    return (*(("yes",) if nodes.focus.get(_SAMPLE) else ()), *(("set",) if is_set else ()))


def _high_quality(terms: Sequence[str]) -> tuple[str, ...]:
    """What its platform says of it; the badge is no part of a record."""
    said = {text(term)[0] for term in terms if term[0] == '"'}
    return ("platform",) if said & {"true", "1"} else ()


def _facets(**facets: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return {name: facets[name] for name in INDEXED if facets.get(name)}


def _at(path: Sequence[str], nodes: Nodes, concepts: Concepts) -> tuple[str, ...]:
    """Return the IRIs at the end of a path of one or two properties."""
    if len(path) == 1:
        return _facet(nodes.focus.get(path[0], ())[:MAX_VALUES], concepts)
    return _facet(_below(nodes, *path), concepts)


def _of_schemes(terms: Iterable[str], concepts: Concepts) -> dict[str, tuple[str, ...]]:
    """Subjects by the facet of their scheme."""
    found: dict[str, dict[str, None]] = {}
    for term in terms:
        concept = concepts.concept(term[1:-1])
        if concept is not None and concept.scheme in _SUBJECTS:
            found.setdefault(concept.scheme.replace("-", "_"), {})[concept.iri] = None
    return {name: tuple(values) for name, values in found.items()}


def _completeness(own: Terms, title: str, description: str) -> float:
    """Return the share of the descriptive properties that the record has, 0 to 1."""
    present = [bool(own.get(predicate)) for predicate in _DESCRIPTIVE]
    present.append(bool(description) and description != title)
    return sum(present) / len(present)


def _count(terms: Sequence[str] | None) -> int:
    found = text(terms[0])[0] if terms and terms[0][0] == '"' else ""
    return min(int(found), 10**12) if found.isascii() and found.isdigit() else 0


def _with_city(terms: Sequence[str], concepts: Concepts) -> Sequence[str]:
    """A district of Shanghai lies in Shanghai."""
    city = f"<{_CITY}>"
    return terms if city in terms or not _districts(terms, concepts) else [*terms, city]


def _facet(terms: Sequence[str], concepts: Concepts) -> tuple[str, ...]:
    """The IRIs among ``terms``, those of known concepts in our own form."""
    found: dict[str, None] = {}
    for term in terms:
        if term[0] == "<":
            iri = term[1:-1]
            concept = concepts.concept(iri)
            found[iri if concept is None else concept.iri] = None
    return tuple(found)


def _formats(nodes: Nodes, concepts: Concepts) -> tuple[str, ...]:
    """The formats of all distributions, each once however it is written."""
    found: dict[str, None] = {}
    for node in nodes.focus.get(_DISTRIBUTION, ())[:MAX_VALUES]:
        terms = nodes.of(node)
        first = terms.get(_FORMATS[0], ())
        if len(first) == 1 and first[0].startswith(_OWN_FORMAT):
            iri = first[0][1:-1]
            if concepts.concept(iri) is not None:
                found[iri] = None
                continue
        given = [[_format_texts(term, nodes) for term in terms.get(p, ())] for p in _FORMATS]
        found.update(dict.fromkeys(one.value for one in formats_of(concepts, given)))
    return tuple(found)


def _format_texts(term: str, nodes: Nodes) -> tuple[str, ...]:
    if term[0] == '"':
        return (text(term)[0],)
    own = nodes.of(term)
    return (term[1:-1], *(value for p in _FORMAT_LABELS for value, _ in texts(own.get(p, ()))))


def _meant(scheme: Scheme, terms: Sequence[str]) -> tuple[str, ...]:
    """The IRIs among ``terms``, those of other code lists as the concepts that they mean."""
    vocabulary = load_vocabulary()
    return tuple(
        dict.fromkeys(vocabulary.meant(scheme, term[1:-1]) for term in terms if term[0] == "<")
    )


def _open_types(terms: Sequence[str]) -> tuple[str, ...]:
    """The open types among ``terms``, whichever table of access rights they are of."""
    iris = (term[1:-1] for term in terms if term[0] == "<")
    return tuple(dict.fromkeys(open_type(iri) or iri for iri in iris))


def _values(found: _Found) -> tuple[str, ...]:
    if len(found) < 2:
        return (found[0][0],) if found else ()
    return tuple(dict.fromkeys([value for value, _ in grouped(found)[:MAX_VALUES]]))


def _plain(found: _Found) -> _Found:
    return [(plain, lang) for value, lang in found if (plain := plain_text(value))]


def _literals(terms: Sequence[str]) -> list[str]:
    return [value for value, _ in texts(terms)]


def _year(date: str | None) -> tuple[str, ...]:
    found = read_date(date)
    return () if found is None else (f"{found.day.year:04}",)


def _below(nodes: Nodes, predicate: str, wanted: str) -> list[str]:
    """The objects of ``wanted`` over the nodes that ``predicate`` leads to."""
    found: list[str] = []
    for node in nodes.focus.get(predicate, ())[:MAX_VALUES]:
        terms = nodes.of(node).get(wanted)
        if terms:
            found += terms
    return found


def _name(term: str, nodes: Nodes) -> str:
    """The name that the record itself gives to a node; a literal is its own name."""
    terms = nodes.of(term)
    for predicate in _NAMES:
        if predicate in terms:
            found = preferred(texts(terms[predicate]))
            if found:
                return found[0][0]
    return text(term)[0] if term[0] == '"' else ""


def _publishers(terms: Iterable[str], nodes: Nodes, concepts: Concepts) -> dict[str, str]:
    """Names by facet value: the IRI, or the name where the publisher is a mere literal."""
    named: dict[str, str] = {}
    for term in terms:
        key = term[1:-1] if term[0] == "<" else _name(term, nodes)
        concept = concepts.concept(key)
        name = _name(term, nodes) if concept is None else concept.zh or concept.en
        if key:
            named[key] = name or key
    return named


def _labels(terms: Sequence[str], nodes: Nodes, concepts: Concepts) -> tuple[str, ...]:
    """Names for searching: of concepts in both languages, of other nodes as the record has them."""
    if not terms:
        return ()
    names: dict[str, None] = {}
    for term in terms[:MAX_VALUES]:
        concept = concepts.concept(term[1:-1])
        if concept is None:
            names[_name(term, nodes)] = None
        else:
            names[concept.zh] = names[concept.en] = None
    names.pop("", None)
    return tuple(names)


def _places(
    terms: Iterable[str], publishers: Iterable[str], nodes: Nodes, concepts: Concepts
) -> tuple[str, ...]:
    """The places of a record, from the city down (`search.analysis.place_paths`)."""
    codes: list[str] = []
    names: list[str] = []
    for term in terms:
        concept = concepts.concept(term[1:-1])
        if concept is not None and concept.scheme == "place":
            codes.append(concept.notation)
        elif name := _name(term, nodes):
            names.append(name)
    return place_paths(codes, names, publishers)


def _districts(terms: Iterable[str], concepts: Concepts) -> tuple[str, ...]:
    """The districts of the record's places; a street lies in the district of its code."""
    found: dict[str, None] = {}
    for term in terms:
        concept = concepts.concept(term[1:-1])
        if concept is not None and concept.scheme == "place":
            code = _DISTRICT.match(concept.notation)
            if code is not None:
                found[f"{_PLACE}{code.group()}"] = None
    return tuple(found)
