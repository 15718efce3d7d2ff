"""Distinguishing results by year, by criteria that the operator writes; with public reasons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from catalog_service.accounts.service import Action, Principal
from catalog_service.audit.service import Entry
from catalog_service.context import Service
from catalog_service.participation.errors import FIELD_NEEDED
from catalog_service.participation.service import (
    LABELS,
    case_for,
    demand_impersonal,
    field_wrong,
    is_own,
)
from catalog_service.results.award_model import AWARDS, AwardStep, Criteria
from catalog_service.results.errors import (
    AWARD_AS_IT_IS,
    AWARD_OWN,
    NO_CRITERIA,
    UNKNOWN_AWARD,
    UNKNOWN_RESULT,
)
from catalog_service.results.stored import find_result
from catalog_service.results.stored_awards import (
    add_award_step,
    add_criteria,
    criteria_in,
    last_steps,
)
from ontology.errors import AtlasError, Named, NamedSeveral, Phrase
from translations import N_

MOST_REASON: Final = 300
MOST_CRITERIA: Final = 2_000
_FIRST_YEAR: Final = 2_000


def put_criteria(
    atlas: Service, principal: Principal, award: str, in_force: date, zh: str, en: str
) -> int:
    """Keep the criteria of a distinction from a day on; return their number.

    Raises ``right-missing``, ``unknown-award`` and ``case-field-…``.
    """
    principal.require(Action.CASE_SORT, None)
    _demand_known(award)
    chinese, english = (_public(text, "criteria", MOST_CRITERIA) for text in (zh, en))
    if not chinese:
        raise _needed("criteria", N_("Keep the criteria"))
    with atlas.journal.writing_tables() as connection:
        principal.anew().require(Action.CASE_SORT, None)
        number = add_criteria(
            connection, award, in_force, chinese, english, principal.actor, atlas.clock.now()
        )
        details = {"award": award, "in_force": in_force.isoformat(), "number": number}
        atlas.audit.append(connection, Entry("result.criteria", award, details=details))
    return number


def all_criteria(atlas: Service) -> list[Criteria]:
    """Return all criteria that were ever kept, those that count last first."""
    with atlas.journal.reading_tables() as connection:
        return criteria_in(connection)


def criteria_on(found: Sequence[Criteria], award: str, day: date) -> Criteria | None:
    """Return the criteria of a distinction that are in force on a day."""
    return next((one for one in found if one.award == award and one.in_force <= day), None)


def give_award(
    atlas: Service, principal: Principal, case: int, award: str, year: int, reason: str
) -> AwardStep:
    """Distinguish a result that is shown, for a year.

    Raises ``right-missing``, ``unknown-award``, ``unknown-result``, ``award-own-result``,
    ``award-without-criteria``, ``award-as-it-is`` and ``case-field-…``.
    """
    return _write(atlas, principal, case, award, year, reason, given=True)


def take_award_away(
    atlas: Service, principal: Principal, case: int, award: str, year: int, reason: str
) -> AwardStep:
    """Take a distinction away again; raises as `give_award` does."""
    return _write(atlas, principal, case, award, year, reason, given=False)


def awards_of(atlas: Service, cases: Sequence[int] | None = None) -> list[AwardStep]:
    """Return the last step of each distinction of some results, or of all."""
    with atlas.journal.reading_tables() as connection:
        return last_steps(connection, cases)


def _write(
    atlas: Service,
    principal: Principal,
    case: int,
    award: str,
    year: int,
    reason: str,
    *,
    given: bool,
) -> AwardStep:
    principal.require(Action.CASE_SORT, None)
    _demand_known(award)
    today = atlas.clock.today()
    if not _FIRST_YEAR <= year <= today.year:
        raise field_wrong("year", Phrase(N_("Give a year that has begun, as 2026.")))
    why = _public(reason, "reason", MOST_REASON)
    if not why:
        raise _needed("reason", N_("Give or take away a distinction"))
    if is_own(principal, case_for(atlas, principal, case)):
        raise AtlasError(AWARD_OWN)
    with atlas.journal.writing_tables() as connection:
        principal.anew().require(Action.CASE_SORT, None)
        result = find_result(connection, case)
        if result is None:
            raise AtlasError(UNKNOWN_RESULT, name=str(case))
        criteria = criteria_on(criteria_in(connection), award, today)
        if criteria is None:
            raise AtlasError(NO_CRITERIA, award=_named(award))
        step = AwardStep(0, case, award, year, given, today, why, criteria.number)
        held = any(one.given and one.key == step.key for one in last_steps(connection, [case]))
        if held == given:
            raise AtlasError(AWARD_AS_IT_IS, name=result.name, award=_named(award), year=year)
        made = add_award_step(connection, step, principal.actor, atlas.clock.now())
        details = {"award": award, "year": year, "given": given}
        entry = Entry("result.award", result.name, details=details, reason=why)
        atlas.audit.append(connection, entry)
    return made


def _demand_known(award: str) -> None:
    if award not in AWARDS:
        known = NamedSeveral(tuple(_named(one) for one in AWARDS))
        raise AtlasError(UNKNOWN_AWARD, known=known)


def _named(award: str) -> Named:
    return Named(award, AWARDS[award], "award")


def _needed(field: str, label: str) -> AtlasError:
    return AtlasError(FIELD_NEEDED, step=Named("", label), field=Named(field, LABELS[field]))


def _public(text: str, field: str, longest: int) -> str:
    found = text.replace("\x00", "").strip()
    if len(found) > longest:
        expected = Phrase(N_("It has at most {limit} characters."), {"limit": longest})
        raise field_wrong(field, expected)
    demand_impersonal(field, found, guess_names=False)
    return found
