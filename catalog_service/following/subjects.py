"""What can be followed, what it is called, and the page it has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode

from catalog_service.context import Service
from catalog_service.datasets.service import is_public
from catalog_service.discovery.service import read_search, value_name, written_search
from catalog_service.following.errors import CANNOT_FOLLOW, SEARCH_PERSONAL
from catalog_service.following.model import TARGET_KINDS, TargetKind
from catalog_service.journal.model import version_of
from catalog_service.links import organization_path, page_path
from catalog_service.search_log.service import countable
from catalog_service.stored_records import known_record, title_of
from ontology.errors import AtlasError
from ontology.terms import VOCAB
from search.facets import GROUP, shorten
from search.index.plan import Plan
from translations import LANGUAGES, Lang, translator

MOST_CHARACTERS: Final = 2_000
"""Of what is followed."""
_BETWEEN: Final = " · "


def checked(atlas: Service, kind: str, value: str) -> tuple[TargetKind, str]:
    """Return what is followed in its one form.

    Raises ``cannot-follow`` for what is not public, and ``follow-search-personal``.
    """
    known = next((one for one in TARGET_KINDS if one == kind), None)
    text = value.strip()
    if known is None or not text or len(text) > MOST_CHARACTERS:
        raise AtlasError(CANNOT_FOLLOW, value=value[:80])
    if known == "dataset":
        return known, _dataset(atlas, text)
    if known == "search":
        return known, _search(atlas, text)
    facet = "publisher" if known == "organization" else "theme"
    if not _is_known(atlas, facet, text):
        raise AtlasError(CANNOT_FOLLOW, value=value[:80])
    return known, text


def name_of(atlas: Service, kind: TargetKind, value: str) -> Mapping[Lang, str]:
    """Return what something followed is called now, by language.

    A dataset that is no longer public by its identifier: its title is nobody's business any more.
    """
    if kind == "dataset":
        name = public_title(atlas, value) or identifier_of(atlas, value)
        return dict.fromkeys(LANGUAGES, name)
    if kind == "search":
        return {lang: _search_name(atlas, value, lang) for lang in LANGUAGES}
    return {lang: _named(atlas, _FACETS[kind], value, lang) for lang in LANGUAGES}


def path_of(atlas: Service, kind: TargetKind, value: str) -> str:
    """Return the page of something followed."""
    base = atlas.settings.base_iri
    if kind == "dataset":
        return page_path(base, value)
    if kind == "search":
        return f"/datasets?{value}"
    if kind == "organization":
        return organization_path(base, value)
    own = value.removeprefix(f"{VOCAB}domain/")
    if "/" not in own:
        return f"/theme/{own}"
    earlier = value.removeprefix(VOCAB)
    return f"/theme/{earlier}" if earlier.startswith("domain-2014/") else "/themes"


def public_title(atlas: Service, iri: str) -> str | None:
    """Return the title of a dataset that everybody may read; None for any other."""
    stored = atlas.journal.get(iri)
    if stored is None or not is_public(stored):
        return None
    version = version_of(stored)
    return None if version is None else title_of(version)


def identifier_of(atlas: Service, iri: str) -> str:
    """Return ``source/remote id`` of a dataset."""
    return page_path(atlas.settings.base_iri, iri).removeprefix("/dataset/")


_FACETS: Final[Mapping[TargetKind, str]] = {"organization": "publisher", "topic": "theme"}


def _dataset(atlas: Service, text: str) -> str:
    try:
        stored = known_record(atlas, text)
    except AtlasError as error:
        raise AtlasError(CANNOT_FOLLOW, value=text[:80]) from error
    if not is_public(stored):
        raise AtlasError(CANNOT_FOLLOW, value=text[:80])
    return stored.iri


def _search(atlas: Service, text: str) -> str:
    items = [(name, one) for name, one in parse_qsl(text) if name not in (GROUP, "lang")]
    try:
        items = written_search(items)
        query = read_search(items)
        atlas.search.among(query, ())
    except AtlasError as error:
        raise AtlasError(CANNOT_FOLLOW, value=text[:80]) from error
    chosen = [*query.filters.items(), *query.excluded.items()]
    if not (query.text or chosen or query.ranges):
        raise AtlasError(CANNOT_FOLLOW, value=text[:80])
    if query.text and countable(query.text) is None:
        raise AtlasError(SEARCH_PERSONAL)
    if any(not _is_known(atlas, facet, one) for facet, values in chosen for one in values):
        # A filter that nothing has could hold anything that somebody typed.
        raise AtlasError(CANNOT_FOLLOW, value=text[:80])
    return urlencode(items)


def _is_known(atlas: Service, facet: str, value: str) -> bool:
    if facet in ("publisher", "theme", "place") or value_name(atlas, facet, value) is None:
        view = atlas.index.view()
        return view is not None and bool(view.find(Plan(filters={facet: (value,)}), 0).total)
    return True


def _search_name(atlas: Service, value: str, lang: Lang) -> str:
    query = read_search(parse_qsl(value))
    parts = [query.text] if query.text else []
    for facet, values in query.filters.items():
        parts += [_named(atlas, facet, one, lang) for one in values]
    texts = translator(lang)
    for facet, values in query.excluded.items():
        parts += [
            texts.gettext("without {value}", value=_named(atlas, facet, one, lang))
            for one in values
        ]
    for first, last in query.ranges.values():
        parts.append(f"{first or '…'}–{last or '…'}")
    return _BETWEEN.join(parts)


def _named(atlas: Service, facet: str, value: str, lang: Lang) -> str:
    found = value_name(atlas, facet, value)
    if found is not None:
        return found.get(lang) or found.get("zh") or next(iter(found.values()), value)
    if facet == "publisher" and (view := atlas.index.view()) is not None:
        for candidate in view.find(Plan(filters={facet: (value,)}), 1).candidates:
            document = candidate.document
            names = dict(zip(document.facets.get(facet, ()), document.publishers, strict=False))
            return names.get(value) or value
    return shorten(facet, value)
