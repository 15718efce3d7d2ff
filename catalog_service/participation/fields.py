"""What a step asks for beside its text: read, checked, and kept in codes, IRIs and days."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

import rjieba

from catalog_service.accounts.service import organization_named
from catalog_service.context import Service
from catalog_service.participation.errors import FIELD_NEEDED, FIELD_WRONG, PUBLIC_PERSONAL
from catalog_service.participation.kinds.demand import (
    NAMES_A_DATASET,
    NAMES_A_DAY,
    NAMES_AN_ARTICLE,
    OUTCOMES,
)
from catalog_service.participation.kinds.objection import FAULTS
from catalog_service.participation.machine import StepKind, named_step
from catalog_service.participation.model import Case, day_of, number_of
from catalog_service.stored_records import known_record
from harvesters.privacy.chinese_names import is_person_name
from harvesters.privacy.latin_names import latin_names
from harvesters.privacy.personal_data import clean_text
from harvesters.privacy.removed_kinds import ACCOUNT, NAME
from harvesters.privacy.table_cells import identifies
from ontology.dates import read_date
from ontology.errors import AtlasError, Named, NamedSeveral, Phrase
from ontology.languages import BilingualText
from translations import N_

LABELS: Final[Mapping[str, str]] = {
    "organization": N_("Organization"),
    "title": N_("Public title"),
    "topic": N_("Topic"),
    "into": N_("Number of the earlier one"),
    "outcome": N_("Outcome"),
    "dataset": N_("Dataset"),
    "day": N_("Day"),
    "article": N_("Article"),
    "rating": N_("Rating"),
    "fault": N_("What is wrong"),
    "version": N_("Version"),
    "applicant": N_("Who applies"),
    "scope": N_("What of the dataset"),
    "security": N_("How the data is kept safe"),
    "from": N_("From, that day included"),
    "until": N_("Until, that day included"),
    "signature": N_("Your name, as signature"),
    "code": N_("Confirmation code"),
    "agreement": N_("Template of the agreement"),
    "number": N_("Number of the filing"),
    "digest": N_("SHA-256"),
    "title_en": N_("Title in English"),
    "summary": N_("In short"),
    "summary_en": N_("In short, in English"),
    "does": N_("What it does"),
    "made": N_("What it is"),
    "address": N_("Address"),
    "datasets": N_("Datasets that it uses"),
    "contact": N_("Contact"),
    "consent": N_("Contact shown to everybody"),
    "reason": N_("Reason"),
    "criteria": N_("Criteria"),
    "year": N_("Year"),
}
"""What the fields are called."""

MOST_TITLE: Final = 120
MOST_NAME: Final = 100
"""Characters of a name that somebody signs with."""
_MOST_WORDS: Final = 200
_NAME_TAG: Final = "nr"
"""Jieba's parts of speech begin so for names of persons."""
_BETWEEN: Final = re.compile(r"[\s,，、;；:：。！？!?（）()]+")

_NO_CODE: Final = N_("Choose one of: {codes}.")


def read_fields(
    atlas: Service, case: Case | None, kind: StepKind, given: Mapping[str, str]
) -> dict[str, str]:
    """Return the fields of a step as they are kept; those that are not given are left out.

    Raises ``case-field-needed``, ``case-field-wrong`` and ``case-field-personal``.
    """
    found = {}
    for one in kind.fields:
        text = " ".join(given.get(one.name, "").split())[:2_000]
        if text:
            found[one.name] = _READERS[one.name](atlas, case, text)
        elif one.required:
            raise field_needed(kind, one.name)
    outcome = found.get("outcome")
    for name, outcomes in (
        ("dataset", NAMES_A_DATASET),
        ("day", NAMES_A_DAY),
        ("article", NAMES_AN_ARTICLE),
    ):
        if outcome is None:
            break
        if outcome in outcomes and name not in found:
            raise field_needed(kind, name)
        if outcome not in outcomes:
            # What the outcome does not speak of was left in the form.
            found.pop(name, None)
    return found


def personal_kinds(text: str, *, guess_names: bool = True) -> tuple[str, ...]:
    """Return the kinds of personal data that a text for the public seems to hold.

    ``guess_names``: whether a word that could be somebody's name counts without anything beside it
    that says so; many places and companies are called like people.
    """
    kinds = dict.fromkeys(clean_text(text).kinds)
    parts = [part for part in _BETWEEN.split(text) if part]
    if any(identifies(part) for part in parts):
        kinds[ACCOUNT] = None
    if not guess_names:
        return tuple(kinds)
    named = (word for word, tag in rjieba.tag(text) if tag.startswith(_NAME_TAG))
    if latin_names(text) or any(is_person_name(word) for word in (*parts, *named)):
        kinds[NAME] = None
    return tuple(kinds)


def field_needed(kind: StepKind, name: str) -> AtlasError:
    """Return the error of a field that is not given."""
    return AtlasError(FIELD_NEEDED, step=named_step(kind), field=Named(name, LABELS[name]))


def field_wrong(name: str, expected: Phrase) -> AtlasError:
    """Return the error of a field, by its name in `LABELS`."""
    return AtlasError(FIELD_WRONG, field=Named(name, LABELS[name]), expected=expected)


def _organization(atlas: Service, _case: Case | None, text: str) -> str:
    try:
        return organization_named(atlas.vocabulary, text)
    except AtlasError as error:
        raise field_wrong("organization", Phrase(N_("Choose one of the organizations."))) from error


def _title(_atlas: Service, _case: Case | None, text: str) -> str:
    if len(text) > MOST_TITLE:
        expected = Phrase(N_("It has at most {limit} characters."), {"limit": MOST_TITLE})
        raise field_wrong("title", expected)
    demand_impersonal("title", text)
    return text


def demand_impersonal(name: str, text: str, *, guess_names: bool = True) -> None:
    """Raise ``case-field-personal`` where what the public reads seems to name a person."""
    kinds = personal_kinds(text, guess_names=guess_names)
    if kinds:
        field = Named(name, LABELS[name])
        raise AtlasError(PUBLIC_PERSONAL, field=field, found=_named_kinds(kinds))


def _named_kinds(kinds: tuple[str, ...]) -> NamedSeveral:
    pairs = (one.partition(" / ") for one in kinds)
    return NamedSeveral(tuple(Named(en, BilingualText(zh or en, en)) for en, _, zh in pairs))


def _topic(atlas: Service, _case: Case | None, text: str) -> str:
    domains = atlas.vocabulary.concepts("domain")
    for one in domains:
        if text in (one.iri, one.notation, one.zh, one.en):
            return one.iri
    raise field_wrong("topic", Phrase(N_("Choose one of the data domains.")))


def _into(_atlas: Service, case: Case | None, text: str) -> str:
    number = number_of(text)
    if number is None or (case is not None and number == case.number):
        raise field_wrong("into", Phrase(N_("Give the number of another one, as D2026-000012.")))
    return str(number)


def _code(
    name: str, codes: Mapping[str, str], context: str
) -> Callable[[Service, Case | None, str], str]:
    several = tuple(Named(code, label, context) for code, label in codes.items())

    def read(_atlas: Service, _case: Case | None, text: str) -> str:
        if text not in codes:
            raise field_wrong(name, Phrase(_NO_CODE, {"codes": NamedSeveral(several)}))
        return text

    return read


def _dataset(atlas: Service, _case: Case | None, text: str) -> str:
    try:
        return known_record(atlas, text).iri
    except AtlasError as error:
        raise no_dataset() from error


def no_dataset() -> AtlasError:
    """Return the error of a name that is no dataset's."""
    return field_wrong("dataset", Phrase(N_("Name a dataset of the catalogue.")))


def _day(name: str) -> Callable[[Service, Case | None, str], str]:
    def read(_atlas: Service, _case: Case | None, text: str) -> str:
        found = read_date(text)
        if found is None:
            raise field_wrong(name, Phrase(N_("Give a day, as 2026-09-30.")))
        return found.day.isoformat()

    return read


def _short(name: str) -> Callable[[Service, Case | None, str], str]:
    """Read what is sealed or compared, and kept in no step: see `application_steps`."""

    def read(_atlas: Service, _case: Case | None, text: str) -> str:
        if len(text) > MOST_NAME:
            expected = Phrase(N_("It has at most {limit} characters."), {"limit": MOST_NAME})
            raise field_wrong(name, expected)
        return text

    return read


def _words(name: str) -> Callable[[Service, Case | None, str], str]:
    def read(_atlas: Service, _case: Case | None, text: str) -> str:
        if len(text) > _MOST_WORDS:
            expected = Phrase(N_("It has at most {limit} characters."), {"limit": _MOST_WORDS})
            raise field_wrong(name, expected)
        demand_impersonal(name, text)
        return text

    return read


RATINGS: Final = ("1", "2", "3", "4", "5")


def _rating(_atlas: Service, _case: Case | None, text: str) -> str:
    if text not in RATINGS:
        raise field_wrong("rating", Phrase(N_("Give a number from 1 to 5.")))
    return text


_READERS: Final[Mapping[str, Callable[[Service, Case | None, str], str]]] = {
    "organization": _organization,
    "title": _title,
    "topic": _topic,
    "into": _into,
    "outcome": _code("outcome", OUTCOMES, "demand outcome"),
    "dataset": _dataset,
    "day": _day("day"),
    "from": _day("from"),
    "until": _day("until"),
    "signature": _short("signature"),
    "code": _short("code"),
    "article": _words("article"),
    "rating": _rating,
    "fault": _code("fault", FAULTS, "objection"),
    "version": _words("version"),
}


def promised_day(case: Case) -> date | None:
    """Return the day by which data is to be opened, as the last answer says."""
    for one in reversed(case.steps):
        if one.step == "answer":
            day = one.details.get("day")
            return None if day is None else day_of(day)
    return None
