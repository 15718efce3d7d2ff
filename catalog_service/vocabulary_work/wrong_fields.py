"""What is wrong with a form about concepts: at which field, and what is said beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from catalog_service.accounts.errors import ORGANIZATION_CIRCLE, UNKNOWN_ORGANIZATION
from catalog_service.context import Service
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.http.errors import REASON_NEEDED
from catalog_service.site.rendering import View
from catalog_service.vocabulary_work.errors import CONCEPT_IS_THERE, CONCEPT_USED_NO_MORE
from catalog_service.vocabulary_work.model import FIELDS
from catalog_service.vocabulary_work.proposed_concepts import other_names
from catalog_service.vocabulary_work.suggestions import suggestions
from ontology.concepts import Concept
from ontology.errors import AtlasError, Phrase

A_DAY: Final = Phrase("a day, such as 2026-12-01")
_NEAREST: Final = 3
_FIELDS: Final[Mapping[str, str]] = {
    "organization": "publisher",
    "other": "publisher",
    "broader": "publisher",
    "predecessor": "publisher",
    "place": "place",
}
"""Fields of the forms that name a concept, and whose values of records mean such, too."""

_NAMES: Final = ("notation", "zh", "en", "others")
_LINKED: Final = ("organization", "other")


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong; ``field`` is None where it is no field's fault."""

    field: str | None
    message: str
    nearest: tuple[Concept, ...] = ()
    """Concepts that may have been meant."""


def wrong_field(view: View, atlas: Service, form: Mapping[str, str], error: AtlasError) -> Wrong:
    """Return what is wrong with a form, with the field that caused it."""
    name = _field(form, error)
    if name is None:
        return Wrong(None, error.message(view.lang))
    typed = " ".join(form.get(name, "").split())
    message = error.message(view.lang)
    if error.kind is PARAMETER_INVALID:
        expected = error.params["expected"]
        told = expected.message(view.lang) if isinstance(expected, Phrase) else str(expected)
        if typed:
            message = view.gettext(
                "“{value}” does not fit here: {expected} is expected.",
                value=typed[:80],
                expected=told,
            )
        else:
            message = view.gettext("Nothing was given: {expected} is expected.", expected=told)
    elif error.kind is UNKNOWN_ORGANIZATION:
        message = view.gettext(
            "No organization has the name or code “{value}”. Choose one of the list.",
            value=typed[:80],
        )
    return Wrong(
        name, message, () if form.get("scheme") == "domain" else _nearest(atlas, name, typed, error)
    )


def _field(form: Mapping[str, str], error: AtlasError) -> str | None:
    if error.kind is PARAMETER_INVALID:
        return str(error.params["name"])
    if error.kind is REASON_NEEDED:
        return "reason"
    if error.kind is CONCEPT_USED_NO_MORE:
        return "notation" if form.get("kind") == "deprecate" else "broader"
    if error.kind is ORGANIZATION_CIRCLE:
        return "broader" if "broader" in form else "other"
    if error.kind is CONCEPT_IS_THERE:
        text = str(error.params["text"])
        return next((one for one in _NAMES if text in _names(form, one)), "notation")
    if error.kind is UNKNOWN_ORGANIZATION:
        text = str(error.params["organization"])
        return next((one for one in _LINKED if form.get(one, "").strip()[:200] == text), None)
    return None


def _names(form: Mapping[str, str], field: str) -> tuple[str, ...]:
    """Return the whole names that a field has: one may be a part of another."""
    typed = " ".join(form.get(field, "").split())
    return other_names(typed) if field == "others" else (typed,)


def _nearest(atlas: Service, name: str, typed: str, error: AtlasError) -> tuple[Concept, ...]:
    unknown = error.kind in (PARAMETER_INVALID, UNKNOWN_ORGANIZATION)
    if not (typed and unknown and name in _FIELDS):
        return ()
    found = suggestions(atlas.vocabulary, FIELDS[_FIELDS[name]], typed[:100])
    return tuple(one.concept for one in found[:_NEAREST])
