"""The source catalogue: what is in it, what comes in, and what contradicts it (R35)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

import sqlalchemy as sa

from catalog_service.context import Service
from catalog_service.journal.codec import to_instant, to_number
from catalog_service.source_catalog.model import Conflict, ImportResult, SourceItem, StoredItem
from catalog_service.source_catalog.tables import source_catalog_items
from ontology.errors import AtlasError
from ontology.vocabulary import Known, Vocabulary
from search.analysis.normalization import normal
from search.index.model import SearchDocument
from search.relations.fields import COMMON, field_key

RULE: Final = "R35"
"""One number, one source."""

MOST_DATASETS: Final = 100
"""Datasets that a conflict names; a data item may be in thousands."""

_TEXTS: Final = ("item", "department", "source", "mechanism", "quality", "use")


def items(atlas: Service, *, after: str = "", limit: int | None = None) -> list[StoredItem]:
    """Return the data items by key, those of one key by department; ``after`` is a key."""
    table = source_catalog_items
    query = sa.select(*table.c).order_by(table.c.key, table.c.department_key)
    if after:
        query = query.where(table.c.key > after)
    with atlas.journal.reading_tables() as connection:
        rows = connection.execute(query.limit(limit)).all()
    return [
        StoredItem(
            row.key,
            SourceItem(*(getattr(row, name) for name in _TEXTS)),
            to_instant(row.changed),
        )
        for row in rows
    ]


def import_items(atlas: Service, read: Iterable[SourceItem | AtlasError]) -> ImportResult:
    """Add data items, and change those whose department claims them already, in one transaction.

    What the catalogue has and the table has not stays. Of two rows for one claim the last holds.
    """
    counts: Counter[str] = Counter()
    errors: list[AtlasError] = []
    table, now = source_catalog_items, to_number(atlas.clock.now())
    with atlas.journal.writing_tables() as connection:
        known = {
            (row.key, row.department_key): tuple(getattr(row, name) for name in _TEXTS)
            for row in connection.execute(sa.select(*table.c))
        }
        for one in read:
            if isinstance(one, AtlasError):
                errors.append(one)
                continue
            texts = tuple(getattr(one, name) for name in _TEXTS)
            identity = (field_key(one.item), department_key(atlas.vocabulary, one.department))
            before = known.get(identity)
            known[identity] = texts
            if before == texts:
                counts["unchanged"] += 1
                continue
            values = {**dict(zip(_TEXTS, texts, strict=True)), "changed": now}
            key, department = identity
            if before is None:
                counts["created"] += 1
                row = {"key": key, "department_key": department, **values}
                connection.execute(table.insert().values(**row))
            else:
                counts["updated"] += 1
                same = (table.c.key == key) & (table.c.department_key == department)
                connection.execute(table.update().where(same).values(**values))
    return ImportResult(counts["created"], counts["updated"], counts["unchanged"], tuple(errors))


def conflicts(atlas: Service) -> list[Conflict]:
    """Return what contradicts "one number, one source", by data item.

    Items that tables of every kind have (名称, 备注) are not looked for in datasets.
    """
    claims: dict[str, dict[str, SourceItem]] = defaultdict(dict)
    for stored in items(atlas):
        department = department_key(atlas.vocabulary, stored.claim.department)
        claims[stored.key][department] = stored.claim
    found = [
        Conflict("claimed-twice", _name(own), tuple(c.department for c in own.values()), {})
        for own in claims.values()
        if len(own) > 1
    ]
    datasets: dict[str, dict[str, tuple[str, tuple[str, ...]]]] = defaultdict(dict)
    view = atlas.index.view()
    for document in view.each() if view is not None and claims else ():
        publishers = set(_publishers(atlas.vocabulary, document))
        for key in {field_key(name) for name in document.fields} - COMMON:
            own = claims.get(key)
            # A record without a publisher says nothing of who collects.
            if own and publishers and publishers.isdisjoint(own):
                datasets[key][document.iri] = (document.title, document.publishers)
    for key, having in sorted(datasets.items()):
        own = claims[key]
        named = dict(sorted(having.items())[:MOST_DATASETS])
        departments = tuple(claim.department for claim in own.values())
        found.append(Conflict("collected-elsewhere", _name(own), departments, named))
    return found


def department_key(vocabulary: Vocabulary, name: str) -> str:
    """Return a department's IRI where the vocabulary knows one of its names, else the name."""
    meant = vocabulary.find("organization", name)
    return meant.concept.iri if isinstance(meant, Known) else normal(name).strip()


def _publishers(vocabulary: Vocabulary, document: SearchDocument) -> Iterator[str]:
    yield from document.facets.get("publisher", ())
    for name in document.publishers:
        yield department_key(vocabulary, name)


def _name(own: dict[str, SourceItem]) -> str:
    return next(iter(own.values())).item
