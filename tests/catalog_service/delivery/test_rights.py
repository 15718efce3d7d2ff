"""Data is delivered while an agreement is in force, and not a day before or after."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest

from catalog_service.delivery.rights import demand_in_force, is_in_force
from catalog_service.participation.model import Case, CaseStep
from catalog_service.participation.service import MACHINES
from ontology.errors import AtlasError

_FIRST, _LAST = date(2026, 9, 1), date(2026, 12, 31)


def _step(number: int, name: str, state: str, **details: str) -> CaseStep:
    time = datetime(2026, 8, 1, tzinfo=UTC)
    return CaseStep(number, 1, name, state, "clock", time, time.date(), None, details)


_APPLIED: Final = _step(1, "apply", "received", **{"from": "2026-09-01", "until": "2026-12-31"})


def _application(state: str, **granted: str) -> Case:
    steps = (_APPLIED, _step(2, "grant", state, **granted))
    return Case(1, "application", None, None, None, None, steps)


def test_an_agreement_is_in_force_from_its_first_to_its_last_day() -> None:
    case, day = _application("active"), timedelta(days=1)
    for today, expected in (
        (_FIRST - day, False),
        (_FIRST, True),
        (_LAST, True),
        (_LAST + day, False),
    ):
        assert is_in_force(case, today) == expected
    # A decision may shorten it.
    shortened = _application("active", until="2026-10-31")
    assert not is_in_force(shortened, date(2026, 11, 1))


@pytest.mark.parametrize("state", sorted(MACHINES["application"].states))
def test_only_a_filed_agreement_delivers(state: str) -> None:
    case = _application(state)
    assert is_in_force(case, _FIRST) == (state == "active")
    if state != "active":
        with pytest.raises(AtlasError) as error:
            demand_in_force(case, _FIRST)
        assert error.value.code == "delivery-not-in-force"


def test_nothing_else_delivers() -> None:
    case = _application("active")
    assert not is_in_force(None, _FIRST)
    assert not is_in_force(replace(case, kind="demand"), _FIRST)
    assert not is_in_force(replace(case, steps=(_step(1, "apply", "active"),)), _FIRST)
