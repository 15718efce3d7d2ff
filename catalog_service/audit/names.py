"""What the subjects of entries are called, and which references a name means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import unquote

from catalog_service.accounts.service import Principal
from catalog_service.actor_names import names_of
from catalog_service.context import Service
from catalog_service.datasets.service import shown_titles
from catalog_service.sources.service import titles
from ontology.concepts import Known, Scheme
from ontology.record import PATH
from ontology.spelling import spelling_key
from search.model import Query
from translations import LANGUAGES

_SCHEMES: Final[tuple[Scheme, ...]] = ("organization", "domain")
"""The schemes whose concepts entries name: those that are changed here."""
_REFERENCE: Final = re.compile(r"[a-z_-]+:(//.*|\S+)")
"""What is no title: an IRI, with a year or without, ``person:ID`` and the like."""
_MOST_HITS: Final = 20
"""Datasets among which the ones of a title are looked for."""


def subject_names(
    atlas: Service, subjects: Iterable[str | None], reader: Principal | None
) -> dict[str, Mapping[str, str]]:
    """Return by language what subjects are called; those without a name are left out.

    Datasets only where the reader may know of them.
    """
    wanted = {one for one in subjects if one}
    found: dict[str, Mapping[str, str]] = {}
    actors = names_of(atlas, (one for one in wanted if one.startswith(("person:", "token:"))))
    found |= {one: dict.fromkeys(LANGUAGES, name) for one, name in actors.items() if name != one}
    if any(one.startswith("source:") for one in wanted):
        known = {f"source:{name}": title for name, title in titles(atlas.journal).items()}
        found |= {one: dict.fromkeys(LANGUAGES, known[one]) for one in wanted if one in known}
    records = {one: pair for one in wanted if (pair := _record(atlas, one)) is not None}
    named = shown_titles(atlas, records.values(), reader)
    for one, pair in records.items():
        texts = named.get(pair)
        if texts:
            found[one] = _both(texts)
    for one in wanted - found.keys():
        # An open list is named by its organization and year.
        iri, _, year = one.partition(" ")
        concept = atlas.vocabulary.concept(iri)
        if concept is not None:
            both = {"zh": concept.zh, "en": concept.en}
            found[one] = {lang: f"{text} {year}".strip() for lang, text in both.items()}
    return found


def actors_named(atlas: Service, text: str) -> list[str]:
    """Return who a name, or the name of an account, means; and the text, as a reference."""
    return _with_itself(text, _people(atlas, text))


def organizations_named(atlas: Service, text: str) -> list[str]:
    """Return the organizations that a name or code means; and the text, as an IRI."""
    return _with_itself(text, _concepts(atlas, text, _SCHEMES[:1]))


def subjects_named(atlas: Service, text: str) -> list[str]:
    """Return what a name means: a person, source, organization, domain or public dataset.

    The address or path of a dataset's page means the dataset; the text itself is
    among them, as a reference.
    """
    base = atlas.settings.base_iri
    path = _path(atlas, text)
    if path.startswith("/dataset/"):
        return [f"{base}/id{path.removesuffix('.html')}"]

    def found() -> Iterator[str]:
        yield from _people(atlas, text)
        wanted = text.casefold()
        for name, title in titles(atlas.journal).items():
            if wanted in (name.casefold(), title.casefold()):
                yield f"source:{name}"
        yield from _concepts(atlas, text, _SCHEMES)
        if text and not _REFERENCE.fullmatch(text):
            key = spelling_key(text)
            hits = atlas.search.search(Query(text=text, limit=_MOST_HITS, facets=False)).hits
            yield from (hit.iri for hit in hits if spelling_key(hit.title) == key)

    return _with_itself(text, found())


def _path(atlas: Service, text: str) -> str:
    """Return the path of an address of the catalogue, without query and fragment; else the text.

    Of the base IRI, and of the address at which readers see it.
    """
    for start in (atlas.settings.base_iri, atlas.settings.public_url.rstrip("/")):
        if text.startswith(f"{start}/"):
            text = text.removeprefix(start)
            break
    return re.split("[?#]", text, maxsplit=1)[0] if text.startswith("/") else text


def _with_itself(text: str, found: Iterable[str]) -> list[str]:
    """Return what was found beside the text, which may be a reference itself.

    A name must not hide the entries of a reference that reads the same: somebody may be called
    ``cli``. Nor is every text with a colon a reference.
    """
    return list(dict.fromkeys((text, *found)))


def _people(atlas: Service, text: str) -> Iterator[str]:
    wanted = text.casefold()
    for person in atlas.accounts.people.list():
        if wanted in (person.login.casefold(), person.name.casefold()):
            yield f"person:{person.id}"
    for token in atlas.tokens.list():
        if wanted == token.name.casefold():
            yield f"token:{token.id}"


def _concepts(atlas: Service, text: str, schemes: Iterable[Scheme]) -> Iterator[str]:
    for scheme in schemes:
        for concept in atlas.vocabulary.concepts(scheme):
            if text in (concept.notation, concept.zh, concept.en):
                yield concept.iri
        known = atlas.vocabulary.find(scheme, text)
        if isinstance(known, Known):
            yield known.concept.iri


def _record(atlas: Service, iri: str) -> tuple[str, str] | None:
    start = f"{atlas.settings.base_iri}{PATH}"
    if not iri.startswith(start):
        return None
    source, slash, quoted = iri.removeprefix(start).partition("/")
    return (source, unquote(quoted)) if slash and quoted else None


def _both(texts: Mapping[str, str]) -> Mapping[str, str]:
    first = next(iter(texts.values()))
    return {lang: texts.get(lang, first) for lang in LANGUAGES}
