"""The 405 points of MQA, the metadata quality assessment of data.europa.eu (piveau).

Indicators and points: https://data.europa.eu/mqa/methodology. Of several distributions the one with
the most points counts. Whether an address answers is known where it was asked; what is not known
gives no points, and is told beside them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import pyoxigraph as ox

from ontology.licenses import license_of
from ontology.openness import open_type
from ontology.terms import DCAT, DCT, VOCAB

Value = ox.NamedNode | ox.Literal
Said = Mapping[str, Sequence[Value]]
"""By predicate."""

POINTS: Final[Mapping[str, int]] = {
    **{"keyword": 30, "theme": 30, "spatial": 20, "temporal": 20},
    **{"access-answers": 50, "download": 20, "download-answers": 30},
    **{"format": 20, "media-type": 10, "format-vocabulary": 10, "non-proprietary": 20},
    **{"machine-readable": 20, "conforms": 30},
    **{"license": 20, "license-vocabulary": 10, "access-rights": 10},
    **{"access-rights-vocabulary": 5, "contact": 20, "publisher": 10},
    **{"rights": 5, "byte-size": 5, "issued": 5, "modified": 5},
}
"""What each indicator gives: findability, accessibility, interoperability, reusability, context."""
ALL_POINTS: Final = 405

Grade = Literal["excellent", "good", "sufficient", "bad"]
_FORMAT: Final = f"{VOCAB}format/"
_PROPRIETARY: Final = frozenset(
    f"{_FORMAT}{one}"
    for one in ("xls", "excel", "et", "mdb", "doc", "ppt", "wps", "rar", "gdb", "dwg", "dbf")
)
"""Formats of one maker. MQA has a list of its own; this one is ours, for our vocabulary."""
_MEDIA_TYPES: Final = ("http://www.iana.org/assignments/", "https://www.iana.org/assignments/")


@dataclass(frozen=True, slots=True)
class Points:
    """``points`` of 405; ``unknown`` more hang on addresses that were not asked.

    ``missing`` names the indicators that are not met, those that give most first.
    """

    points: int
    unknown: int
    missing: tuple[str, ...]

    @property
    def grade(self) -> Grade:
        """Return what MQA calls so many points."""
        return grade(self.points)

    @property
    def gains(self) -> list[tuple[str, int]]:
        """Return what each missing indicator would gain, the most first."""
        return [(name, POINTS[name]) for name in self.missing]


def grade(points: float) -> Grade:
    """Return what MQA calls so many points."""
    if points > 350:
        return "excellent"
    return "good" if points > 220 else "sufficient" if points > 120 else "bad"


def points_of(
    own: Said,
    distributions: Sequence[Said],
    *,
    formats: Collection[str],
    answers: Mapping[str, bool],
    conforms: bool | None,
    own_format: Mapping[str, str],
) -> Points:
    """Return the points of a dataset.

    ``own``: what is said of it; ``formats`` are machine-readable; ``answers`` tells of addresses
    that were asked whether they answered; ``conforms`` is None where that is not known;
    ``own_format`` gives the concept of ours that a format means, where it means one.
    """
    met = {
        name
        for name, predicate in (
            ("keyword", DCAT.keyword),
            ("theme", DCAT.theme),
            ("spatial", DCT.spatial),
            ("temporal", DCT.temporal),
            ("access-rights", DCT.accessRights),
            ("contact", DCAT.contactPoint),
            ("publisher", DCT.publisher),
            ("issued", DCT.issued),
            ("modified", DCT.modified),
        )
        if own.get(predicate)
    }
    if conforms:
        met.add("conforms")
    if any(open_type(one.value) is not None for one in own.get(DCT.accessRights, ())):
        met.add("access-rights-vocabulary")
    of_each = [
        _of_distribution(own, one, formats, answers, own_format) for one in distributions
    ] or [(frozenset[str](), frozenset[str]())]
    best, open_ = max(of_each, key=lambda one: sum(POINTS[name] for name in one[0]))
    if conforms is None:
        open_ |= {"conforms"}
    met |= best
    missing = sorted((name for name in POINTS if name not in met), key=lambda n: -POINTS[n])
    return Points(
        sum(POINTS[name] for name in met),
        sum(POINTS[name] for name in open_ - met),
        tuple(missing),
    )


def _of_distribution(
    own: Said,
    said: Said,
    formats: Collection[str],
    answers: Mapping[str, bool],
    own_format: Mapping[str, str],
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the indicators that a distribution meets, and those that are not known."""
    met = _of_format(said, formats, own_format) | _of_terms(own, said)
    unknown: set[str] = set()
    for name, predicate in (("byte-size", DCAT.byteSize), ("download", DCAT.downloadURL)):
        if said.get(predicate):
            met.add(name)
    for name, predicate in (
        ("access-answers", DCAT.accessURL),
        ("download-answers", DCAT.downloadURL),
    ):
        addresses = [one.value for one in said.get(predicate, ())]
        if any(answers.get(one) for one in addresses):
            met.add(name)
        elif any(one not in answers for one in addresses):
            unknown.add(name)
    return frozenset(met), frozenset(unknown)


def _of_format(said: Said, formats: Collection[str], own_format: Mapping[str, str]) -> set[str]:
    met: set[str] = set()
    given = [own_format.get(one.value, one.value) for one in said.get(DCT.format, ())]
    media = [one.value for one in said.get(DCAT.mediaType, ())]
    if given:
        met.add("format")
        known = [one for one in given if one.startswith(_FORMAT)]
        if any(one in formats for one in known):
            met.add("machine-readable")
        if known and not all(one in _PROPRIETARY for one in known):
            met.add("non-proprietary")
        if len(known) == len(given) and all(one.startswith(_MEDIA_TYPES) for one in media):
            met.add("format-vocabulary")
    if media:
        met.add("media-type")
    return met


def _of_terms(own: Said, said: Said) -> set[str]:
    met: set[str] = set()
    licenses = [*said.get(DCT.license, ()), *own.get(DCT.license, ())]
    if licenses:
        met.add("license")
        if any(license_of(one.value) is not None for one in licenses):
            met.add("license-vocabulary")
    if said.get(DCT.rights) or own.get(DCT.rights):
        met.add("rights")
    return met
