"""How CKAN's clients name what this catalogue holds, and what they mean by a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote, unquote

from catalog_service.context import Service
from ontology.concepts import Known
from ontology.formats import WORD, format_label
from ontology.record import PATH, SOURCE_ID, mint_iri
from ontology.terms import VOCAB
from search.facets import BY_NAME, expand, shorten
from translations import Lang

_ORGANIZATIONS = f"{VOCAB}organization/"
_SEPARATOR = "--"


def package_id(source: str, remote_id: str) -> str:
    """Return the ``id`` of a dataset: as the API and the commands here call it."""
    return f"{source}/{remote_id}"


def package_name(source: str, remote_id: str) -> str:
    """Return the ``name`` of a dataset, which can stand in a path as it is."""
    return f"{source}{_SEPARATOR}{quote(remote_id, safe='')}"


def possible_iris(base: str, name: str) -> Iterator[str]:
    """Yield the IRIs of records that an ``id``, a ``name`` or an IRI may mean."""
    if name.startswith(f"{base}{PATH}"):
        yield name
        return
    source, _, remote_id = name.partition("/")
    if remote_id and SOURCE_ID.fullmatch(source):
        yield mint_iri(base, source, remote_id)
    # A source's identifier may hold the separator, too.
    for found in re.finditer(f"(?={_SEPARATOR})", name):
        source, remote_id = name[: found.start()], name[found.start() + len(_SEPARATOR) :]
        if remote_id and SOURCE_ID.fullmatch(source):
            yield mint_iri(base, source, unquote(remote_id))


def facet_name(atlas: Service, facet: str, value: str) -> str:
    """Return how a value of a facet is written in answers, and may be written in filters."""
    if facet == "publisher":
        concept = atlas.vocabulary.concept(value)
        return value if concept is None else concept.notation
    if facet == "format":
        concept = atlas.vocabulary.concept(value)
        return format_label(value) if concept is None else concept.notation
    return shorten(facet, value)


def facet_title(atlas: Service, facet: str, value: str, label: str, lang: Lang) -> str:
    """Return a facet's value in a language; ``label`` is its name as records give it."""
    concept = atlas.vocabulary.concept(value)
    if concept is not None:
        return concept.en if lang == "en" else concept.zh
    named = BY_NAME[facet].label(value)
    return named[lang] if named is not None else label or facet_name(atlas, facet, value)


def facet_value(atlas: Service, facet: str, name: str) -> str:
    """Return the value of a facet that is meant by a name, a label, a notation or an IRI."""
    if facet == "publisher":
        if atlas.vocabulary.concept(_ORGANIZATIONS + name) is not None:
            return _ORGANIZATIONS + name
        found = atlas.vocabulary.organization(name)
        return found.concept.iri if isinstance(found, Known) else name
    full = expand(facet, name)
    scheme = BY_NAME[facet].scheme
    if scheme is None or atlas.vocabulary.concept(full) is not None:
        return full
    known = atlas.vocabulary.find(scheme, name)
    if isinstance(known, Known):
        return known.concept.iri
    if facet == "format" and ":" not in name:
        return f"{WORD}{name}"
    return full
