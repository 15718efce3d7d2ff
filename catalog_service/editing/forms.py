"""The form of datasets with the rules of the day: made once for all who edit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from catalog_service.context import Service
from catalog_service.editing.field_values import FieldValues
from catalog_service.editing.form_view import FormViews
from catalog_service.editing.forms_to_record import FormWriter
from shapes.form_rules import FormRules
from shapes.form_shapes import dataset_form
from shapes.rules import Rules
from translations import Lang


def form_rules(atlas: Service) -> FormRules:
    """Return what the rules of today ask of the form."""
    return _rules_on(_Register(atlas.rules), atlas.clock.today())


def form_views(
    atlas: Service, lang: Lang, *, complete: bool = False, added: Mapping[str, int] | None = None
) -> FormViews:
    """Return what makes forms of records."""
    values = FieldValues(atlas.vocabulary)
    return FormViews(
        dataset_form(), form_rules(atlas), values, lang, complete=complete, added=added
    )


def form_writer(atlas: Service) -> FormWriter:
    """Return what writes forms into records."""
    return FormWriter(dataset_form(), FieldValues(atlas.vocabulary), atlas.settings.base_iri)


class _Register:
    """A register of rules that is the same one by identity: its contents cost much to compare."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Register) and other.rules is self.rules

    def __hash__(self) -> int:
        return id(self.rules)


@lru_cache(8)
def _rules_on(register: _Register, day: date) -> FormRules:
    return FormRules(register.rules, day, dataset_form())
