"""What is known of each type: properties that refine a question and that extend a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from catalog_service.answers import Named
from catalog_service.context import Service
from catalog_service.datasets.model import Description
from catalog_service.reconciliation.entities import of_concept
from catalog_service.reconciliation.model import FACETS, Entity, Kind
from ontology.concepts import Concept
from ontology.dates import shown_date
from ontology.languages import pick
from search.model import Query
from translations import N_, Lang

Value = dict[str, Any]
"""As the protocol has it: ``str``, ``int``, ``date``, or ``id`` and ``name`` of a thing."""


@dataclass(frozen=True, slots=True)
class Property:
    """A property by its identifier; ``title`` is marked for translation."""

    id: str
    title: str
    kinds: tuple[Kind, ...]
    values: Callable[[Service, Entity, Lang], Iterable[Value]]
    expects: Kind | None = None
    """The type of its values, where these are things."""


def _of_dataset(
    read: Callable[[Description, Lang], Iterable[Value]],
) -> Callable[[Service, Entity, Lang], Iterable[Value]]:
    def values(_: Service, entity: Entity, lang: Lang) -> Iterable[Value]:
        return read(entity.description, lang) if entity.description is not None else ()

    return values


def _named(things: Iterable[Named], lang: Lang) -> Iterator[Value]:
    for one in things:
        name = pick(one.label, lang) or one.iri or ""
        yield {"id": one.iri, "name": name} if one.iri else {"str": name}


def _words(things: Iterable[Named | None], lang: Lang) -> Iterator[Value]:
    yield from ({"str": pick(one.label, lang) or one.iri or ""} for one in things if one)


def _texts(texts: Iterable[str]) -> Iterator[Value]:
    yield from ({"str": text} for text in texts if text)


def _days(*days: str | None) -> Iterator[Value]:
    for day in days:
        if day:
            shown = shown_date(day)
            # A date of the protocol is a whole day; of a year or a month only that is told.
            yield {"date": f"{shown}T00:00:00+08:00"} if len(shown) == 10 else {"str": shown}


def _concepts(concepts: Iterable[Concept], kind: Kind, lang: Lang) -> Iterator[Value]:
    for one in concepts:
        yield {"id": one.iri, "name": of_concept(one, kind).name(lang)}


def _notation(atlas: Service, entity: Entity, _: Lang) -> Iterator[Value]:
    concept = atlas.vocabulary.concept(entity.id)
    return _texts([concept.notation] if concept is not None else [])


def _in_chinese(_atlas: Service, entity: Entity, _: Lang) -> Iterator[Value]:
    return _texts([entity.name("zh")])


def _in_english(_atlas: Service, entity: Entity, _: Lang) -> Iterator[Value]:
    return _texts([entity.label.get("en", "")])


def _other_names(atlas: Service, entity: Entity, _: Lang) -> Iterator[Value]:
    return _texts(atlas.vocabulary.names(entity.id)[1:])


def _successors(atlas: Service, entity: Entity, lang: Lang) -> Iterator[Value]:
    return _concepts(atlas.vocabulary.successors(entity.id), entity.kind, lang)


def _broader(atlas: Service, entity: Entity, lang: Lang) -> Iterator[Value]:
    return _concepts(atlas.vocabulary.broader(entity.id), entity.kind, lang)


def _count(atlas: Service, entity: Entity, _: Lang) -> Iterator[Value]:
    asked = Query(filters={FACETS[entity.kind]: (entity.id,)}, limit=0, facets=False)
    yield {"int": atlas.search.search(asked).total}


_THINGS: Final[tuple[Kind, ...]] = ("organization", "place", "theme")
_DATASET: Final[tuple[Kind, ...]] = ("dataset",)

PROPERTIES: Final = (
    Property("notation", N_("Notation"), _THINGS, _notation),
    Property("name_zh", N_("Name in Chinese"), (*_THINGS, "dataset"), _in_chinese),
    Property("name_en", N_("Name in English"), (*_THINGS, "dataset"), _in_english),
    Property("other_names", N_("Other names"), _THINGS, _other_names),
    Property("successor", N_("Successor"), ("organization",), _successors, "organization"),
    Property("broader", N_("Within"), ("place",), _broader, "place"),
    Property("dataset_count", N_("Number of datasets"), _THINGS, _count),
    Property(
        "publisher",
        N_("Publisher"),
        _DATASET,
        _of_dataset(lambda d, lang: _named(d.publishers, lang)),
        "organization",
    ),
    Property(
        "theme",
        N_("Data domain"),
        _DATASET,
        _of_dataset(lambda d, lang: _named(d.themes, lang)),
        "theme",
    ),
    Property(
        "place",
        N_("Place"),
        _DATASET,
        _of_dataset(lambda d, lang: _named(d.spatial, lang)),
        "place",
    ),
    Property(
        "description",
        N_("Description"),
        _DATASET,
        _of_dataset(lambda d, lang: _texts([pick(d.description, lang)])),
    ),
    Property("keyword", N_("Keywords"), _DATASET, _of_dataset(lambda d, _: _texts(d.keywords))),
    Property(
        "open_type",
        N_("Open type"),
        _DATASET,
        _of_dataset(lambda d, lang: _words([d.open_type], lang)),
    ),
    Property(
        "frequency",
        N_("Update frequency"),
        _DATASET,
        _of_dataset(lambda d, lang: _words([d.frequency], lang)),
    ),
    Property(
        "format",
        N_("Format"),
        _DATASET,
        _of_dataset(lambda d, lang: _words((a.format for a in d.distributions), lang)),
    ),
    Property("issued", N_("Published"), _DATASET, _of_dataset(lambda d, _: _days(d.issued))),
    Property("modified", N_("Last update"), _DATASET, _of_dataset(lambda d, _: _days(d.modified))),
    Property(
        "landing_page",
        N_("Page at the source"),
        _DATASET,
        _of_dataset(lambda d, _: _texts(d.landing_pages)),
    ),
    Property(
        "identifier", N_("Identifier"), _DATASET, _of_dataset(lambda d, _: _texts([d.remote_id]))
    ),
)
"""In the order in which they are offered."""

BY_ID: Final = {one.id: one for one in PROPERTIES}


def values_of(atlas: Service, entity: Entity, name: str, lang: Lang) -> list[Value]:
    """Return a thing's values of a property, each once; none where its type has no such."""
    found = BY_ID.get(name)
    if found is None or entity.kind not in found.kinds:
        return []
    different = {str(value): value for value in found.values(atlas, entity, lang)}
    return list(different.values())
