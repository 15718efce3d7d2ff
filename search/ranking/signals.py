"""What ranking reads of a document, in normal form, made once for all queries."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter

from ontology.dates import day_of
from search.analysis.ngrams import unbracketed
from search.analysis.normalization import normal
from search.analysis.periods import Days, period_named, period_of
from search.analysis.titles import TitleParts, title_parts
from search.index.payload import StoredDocument
from search.query.word_classes import STATISTIC_TITLE

basis = attrgetter(
    *("title", "title_en", "alternatives", "publishers", "modified", "description"),
    *("keywords", "fields", "places", "themes", "popularity", "quality", "period", "issued"),
)
"""What `Signals` and the scorer read of a document: with the same, they say the same."""


class Signals:
    """What ranking looks at, made from a stored document once: beyond the title only when asked."""

    __slots__ = (
        "_document",
        "_other_fields",
        "basis",
        "parts",
        "publisher",
        "seen",
        "statistic",
        "title",
        "year",
    )

    def __init__(self, document: StoredDocument) -> None:
        d = self._document = document
        self.basis = basis(document)
        self._other_fields: OtherFields | None = None
        self.parts: TitleParts = title_parts(d.title)
        self.title = normal(
            " ".join((d.title, *d.alternatives, d.title_en))
            if d.alternatives or d.title_en
            else d.title
        )
        if others := unbracketed(self.title):
            self.title = "\n".join((self.title, *others))
        self.publisher = normal(" ".join(d.publishers)) if d.publishers else ""
        day = day_of(d.modified)
        self.year = day.year if day else 0
        self.statistic = bool(STATISTIC_TITLE.search(self.title)) or "统计局" in self.publisher
        self.seen: dict[str, float] = {}

    @property
    def named_period(self) -> Days | None:
        """The period that the title names."""
        return period_named(self._document.title)

    @property
    def period(self) -> Days | None:
        """The period that the data are about."""
        d = self._document
        return period_of(d.title, d.period, d.issued, d.modified)

    @property
    def other_fields(self) -> OtherFields:
        """The fields besides the title; most documents are scored without them."""
        # Not a cached property: before Python 3.12 each look at one takes a lock.
        found = self._other_fields
        if found is None:
            found = self._other_fields = _other_fields(self._document, self.title)
        return found


@dataclass(frozen=True, slots=True)
class OtherFields:
    """Texts of a document in normal form; ``description`` is empty where it repeats the title."""

    keywords: str
    fields: str
    description: str
    about: str
    places: str
    whole: str
    """All but the places: what is not in here is in none of them."""


def _other_fields(document: StoredDocument, title: str) -> OtherFields:
    d = document
    description = normal(d.description)
    texts = (
        normal(" ".join(d.keywords)) if d.keywords else "",
        normal("\n".join(d.fields)) if d.fields else "",
        "" if description == title else description,
        normal(" ".join(d.themes)) if d.themes else "",
    )
    places = normal(" ".join(d.places)) if d.places else ""
    return OtherFields(*texts, places, "\0".join(texts))
