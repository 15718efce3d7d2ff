"""The map that readers are shown: the one that was made, without what is no longer public."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

import orjson

from catalog_service.catalog_map.storage import Kept, MapFile
from catalog_service.catalog_map.teaser import Name, Teaser, draw
from catalog_service.links import page_path
from catalog_service.projections.revocations import Revocations
from ontology.vocabulary import Vocabulary
from search.bilingual.gloss import gloss
from search.catalog_map.model import SIZE, Point, Topic

if TYPE_CHECKING:
    from catalog_service.journal import Journal

_DATASET: Final = "/dataset/"


@dataclass(frozen=True, slots=True)
class Place:
    """A topic of the map: where it is, what it is called, how many public datasets it has.

    ``theme`` is the number of the domain that most of them are of, -1 for none; ``first`` are
    numbers of the datasets nearest to its middle. ``label_en`` says its words in English, made
    automatically; empty where a word has none.
    """

    x: int
    y: int
    level: int
    label: str
    label_en: str
    count: int
    theme: int
    first: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain with the number of its datasets on the map."""

    iri: str
    zh: str
    en: str
    count: int


class ShownMap:
    """A map as it is given away; numbers of datasets are those of its ``points``."""

    def __init__(
        self, kept: Kept, revoked: frozenset[str], vocabulary: Vocabulary, base_iri: str
    ) -> None:
        self.kept = kept
        self.base_iri = base_iri
        self.points = tuple(p for p in kept.map.points if p.iri not in revoked)
        """The datasets, in the order of their IRIs."""
        self.total = kept.map.total - (len(kept.map.points) - len(self.points))
        self._number = {p.iri: i for i, p in enumerate(self.points)}
        counts = Counter(p.theme for p in self.points if p.theme)
        found = [(iri, n, vocabulary.concept(iri)) for iri, n in counts.most_common()]
        self.domains = tuple(
            Domain(iri, concept.zh, concept.en, n) for iri, n, concept in found if concept
        )
        """The most frequent first."""
        self._theme = {domain.iri: i for i, domain in enumerate(self.domains)}
        self.topics = tuple(
            place
            for topic in kept.map.topics
            if (place := self._place(topic, kept.map.points)) is not None
        )
        removed = "\n".join(sorted(p.iri for p in kept.map.points if p.iri in revoked))
        state = f"{kept.mark}\n{kept.made}\n{removed}\n{vocabulary_state(vocabulary)}"
        self._teasers: dict[str, Teaser] = {}
        self.packed: dict[tuple[str, str], bytes] = {}
        """What was compressed of it, by part and coding: once, for all who ask."""
        self.version = hashlib.sha256(state.encode()).hexdigest()[:16]
        """Changes with anything that is shown."""

    @property
    def made(self) -> datetime:
        """When it was computed."""
        return self.kept.made

    def theme_of(self, point: Point) -> int:
        """Return the number of a dataset's domain; -1 for none."""
        return self._theme.get(point.theme, -1)

    def number(self, iri: str) -> int | None:
        """Return the number of a dataset; None where it is not on the map."""
        return self._number.get(iri)

    def path(self, point: Point) -> str:
        """Return the path of a dataset's page behind ``/dataset/``."""
        return page_path(self.base_iri, point.iri).removeprefix(_DATASET)

    def _place(self, topic: Topic, points: tuple[Point, ...]) -> Place | None:
        numbers = [self._number.get(points[i].iri) for i in topic.members]
        there = [number for number in numbers if number is not None]
        if not there:
            return None
        themes = Counter(self.theme_of(self.points[i]) for i in there)
        theme = themes.most_common(1)[0][0]
        label = " · ".join(topic.words)
        words = [gloss(word) for word in topic.words]
        # 许可 and 许可证 are one word there.
        english = " · ".join(dict.fromkeys(words)) if all(words) else ""
        first = tuple(there[:8])
        return Place(topic.x, topic.y, topic.level, label, english, len(there), theme, first)

    def teaser(self, lang: str) -> Teaser:
        """The map in small, with the names of a language."""
        found = self._teasers.get(lang)
        if found is None:
            domains = [(point, self.theme_of(point)) for point in self.points]
            named = [Name(t.x, t.y, t.level, named_in(t, lang)) for t in self.topics]
            found = self._teasers[lang] = draw(domains, named, SIZE, len(self.points))
        return found

    @cached_property
    def drawing(self) -> bytes:
        """What is drawn first, as JSON: places and domains of all datasets, topics."""
        return orjson.dumps(
            {
                "version": self.version,
                "checkpoint": self.kept.map.checkpoint,
                "made": self.made.isoformat(),
                "total": self.total,
                "by_meaning": self.kept.map.by_meaning,
                "size": SIZE,
                "domains": [
                    {"iri": d.iri, "label": {"zh": d.zh, "en": d.en}, "count": d.count}
                    for d in self.domains
                ],
                "x": [p.x for p in self.points],
                "y": [p.y for p in self.points],
                "domain": [self.theme_of(p) for p in self.points],
                "topics": [
                    {
                        "x": t.x,
                        "y": t.y,
                        "level": t.level,
                        "label": t.label,
                        "label_en": t.label_en,
                        "count": t.count,
                        "domain": t.theme,
                    }
                    for t in self.topics
                ],
            }
        )

    @cached_property
    def names(self) -> bytes:
        """What the datasets are called and where their pages are, as JSON."""
        english = {str(i): p.title_en for i, p in enumerate(self.points) if p.title_en}
        return orjson.dumps(
            {
                "version": self.version,
                "titles": [p.title for p in self.points],
                "titles_en": english,
                "paths": [self.path(p) for p in self.points],
            }
        )


def named_in(place: Place, lang: str) -> str:
    """Return what a topic is called in a language; in Chinese where there is no English."""
    return place.label_en or place.label if lang == "en" else place.label


def vocabulary_state(vocabulary: Vocabulary) -> str:
    """Return what changes with the names of domains."""
    named = (f"{c.iri} {c.zh} {c.en}" for c in vocabulary.concepts("domain"))
    return hashlib.sha256("\n".join(named).encode()).hexdigest()


class Maps:
    """The map of a data folder as of now. Safe to share among threads."""

    def __init__(
        self,
        home: Path,
        journal: Callable[[], Journal],
        vocabulary: Callable[[], Vocabulary],
        base_iri: str,
    ) -> None:
        self.file = MapFile(home)
        """Where it lies."""
        self._journal = journal
        self._vocabulary = vocabulary
        self._base_iri = base_iri
        self._revocations = Revocations(journal)
        self._lock = Lock()
        self._read: tuple[tuple[int, int] | None, Kept | None] = (None, None)
        self._shown: tuple[Kept, frozenset[str], ShownMap] | None = None

    def kept(self) -> Kept | None:
        """Return the map that was made, if it is of this journal; raises `AtlasError`."""
        with self._lock:
            state = self.file.state()
            if state is None:
                return None
            if state != self._read[0]:
                found = self.file.read()
                if found is not None:
                    ours = self._journal().mark(found.map.checkpoint) == found.mark
                    found = found if ours else None
                self._read = state, found
            return self._read[1]

    def shown(self) -> ShownMap | None:
        """Return the map without what was closed since it was made; None: there is none.

        Raises `AtlasError` where the journal cannot be read: nobody can tell then.
        """
        kept = self.kept()
        if kept is None:
            return None
        revoked = self._revocations.since(kept.map.checkpoint)
        with self._lock:
            if self._shown is None or self._shown[0] is not kept or self._shown[1] != revoked:
                made = ShownMap(kept, revoked, self._vocabulary(), self._base_iri)
                self._shown = kept, revoked, made
            return self._shown[2]
