"""Results of looking up a text in the vocabularies: a known concept, or unknown with a reason."""

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
    """A SKOS concept with its labels."""

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
    ``not-in-scheme``: listed as no value of the scheme (牲畜饲养, ``$type``);
    ``unexplained``: not listed anywhere yet.

    ``means`` is the IRI of the concept in another scheme that the text does mean, where one is
    known: the format ``http`` means ``delivery-mode/api``.
    """

    text: str
    reason: Literal["other-scheme", "bare-code", "not-in-scheme", "unexplained"]
    note: str = ""
    means: str | None = None


@dataclass(frozen=True, slots=True)
class DecidedValue:
    """What an operator decided that a text means in a scheme; ``concept`` None: no concept.

    ``note`` says why, where it means none.
    """

    scheme: Scheme
    text: str
    concept: str | None
    note: str = ""
