"""Values that could not be mapped: the property that keeps them, and the reason.

A record keeps such a value as a literal: ``D shd:unmappedTheme "text"@zh``. The reason is not
stored but determined when needed, because the vocabularies grow.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from typing import Final, Protocol

from ontology.concepts import Known, Scheme, Unknown
from ontology.terms import DCAT, DCT, SHD

_GIVEN_FOR: Final[Mapping[str, tuple[Scheme, ...] | str]] = {
    DCT.accessRights: ("open-type",),
    SHD.sharingType: ("sharing-type",),
    DCT.accrualPeriodicity: ("frequency",),
    DCAT.theme: ("domain", "domain-2014"),
    DCT.subject: ("national-theme", "industry", "scenario"),
    DCT.format: ("format",),
    SHD.resourceType: ("resource-type",),
    SHD.conditionalReason: ("conditional-reason",),
    SHD.securityLevel: ("security-level",),
    SHD.classificationLevel: ("classification-level",),
    SHD.sensitivity: ("sensitivity",),
    SHD.resourceClass: ("resource-class",),
    SHD.library: ("library",),
    DCT.issued: "not-a-date",
    DCT.modified: "not-a-date",
    DCT.temporal: "not-a-period",
    SHD.rowCount: "not-a-number",
    SHD.viewCount: "not-a-number",
    SHD.downloadCount: "not-a-number",
    SHD.callCount: "not-a-number",
    SHD.favoriteCount: "not-a-number",
    SHD.subscriptionCount: "not-a-number",
    SHD.commentCount: "not-a-number",
    SHD.correctionCount: "not-a-number",
    SHD.shareCount: "not-a-number",
    SHD.score: "not-a-number",
    SHD.highQuality: "not-a-truth-value",
    SHD.recommended: "not-a-dataset",
    DCAT.hasCurrentVersion: "not-a-dataset",
}
"""Property → the schemes whose concepts it takes, or what is wrong with a value that no scheme
could explain."""

UNMAPPED: Final[Mapping[str, str]] = {
    prop: SHD.term(f"unmapped{name[0].upper()}{name[1:]}")
    for prop in _GIVEN_FOR
    for name in [re.split("[/#]", prop)[-1]]
}
"""Property that a value was given for → property that keeps it where it is not understood."""

GIVEN_FOR: Final[Mapping[str, str]] = {unmapped: prop for prop, unmapped in UNMAPPED.items()}
"""The way back from `UNMAPPED`."""


_CLASSIFYING: Final = frozenset({DCAT.theme, DCT.subject})
"""Platforms write what a dataset is about into one column, whichever classification it is of."""


def schemes_of(prop: str) -> tuple[tuple[Scheme, str], ...]:
    """Return the schemes whose concepts a value given for ``prop`` may mean, each with the
    property that a concept of it stands under; none where no scheme could explain the value.
    """
    props = sorted(_CLASSIFYING) if prop in _CLASSIFYING else [prop]
    # Those of the property itself first.
    props.sort(key=lambda one: one != prop)
    return tuple(
        (scheme, one)
        for one in props
        for schemes in [_GIVEN_FOR.get(one, ())]
        if not isinstance(schemes, str)
        for scheme in schemes
    )


class Lookup(Hashable, Protocol):
    """What of `ontology.vocabulary.Vocabulary` is needed to say what a value means, and why not."""

    def find(self, scheme: Scheme, text: str, *, local: bool = True) -> Known | Unknown:
        """Return what ``text`` means in ``scheme``."""
        ...

    def find_all(
        self, scheme: Scheme, text: object, *, local: bool = True
    ) -> list[Known | Unknown]:
        """Return what each item of a list means."""
        ...


def reason(vocabulary: Lookup, prop: str, text: str) -> str | None:
    """Return why ``text`` is no value of ``prop``, the property it was given for.

    A reason of `ontology.concepts.Unknown`, ``not-a-date``, ``not-a-period``, ``not-a-number``,
    ``not-a-truth-value`` or ``not-a-dataset``. None where a vocabulary knows the text
    by now (a new import will map it), and for a property that takes any text.
    """
    schemes = _GIVEN_FOR.get(prop)
    if schemes is None or isinstance(schemes, str):
        return schemes
    given = "unexplained"
    for scheme in schemes:
        found = vocabulary.find(scheme, text)
        if isinstance(found, Known):
            return None
        if given == "unexplained":
            given = found.reason
    return given
