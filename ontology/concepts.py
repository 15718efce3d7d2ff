"""What a look-up in the vocabularies gives: a known concept, or an unknown with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Scheme = Literal[
    "open-type",
    "sharing-type",
    "frequency",
    "domain",
    "domain-2014",
    "national-theme",
    "industry",
    "scenario",
    "format",
    "resource-type",
    "place",
    "organization",
    "delivery-mode",
    "security-level",
    "library",
    "quality-dimension",
    "classification-level",
    "sensitivity",
    "conditional-reason",
    "resource-class",
    "key-item",
]
"""Concept schemes by the last part of their IRI (``VOCAB + scheme``)."""


@dataclass(frozen=True, slots=True)
class Concept:
    """A SKOS concept as the product shows it."""

    iri: str
    scheme: str
    notation: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Known:
    """A text that means a concept; ``interval`` is an ISO 8601 duration such as ``P2D``."""

    concept: Concept
    interval: str | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """A text that means no concept of the scheme, with the reason.

    ``other-scheme``: it belongs to another scheme (无条件共享 is about sharing);
    ``bare-code``: a code whose meaning differs from platform to platform;
    ``not-in-scheme``: looked at and does not belong (牲畜饲养, ``$type``);
    ``unexplained``: nobody has looked at it yet.

    ``means`` is the IRI of the concept in another scheme that the text does mean, where one is
    known: the format ``http`` means ``delivery-mode/api``.
    """

    text: str
    reason: Literal["other-scheme", "bare-code", "not-in-scheme", "unexplained"]
    note: str = ""
    means: str | None = None
