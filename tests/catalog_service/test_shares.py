"""A share that is not whole is not written as 100 %, nor one that is something as 0."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_service.shares import rounded_percent, shown_percent


@pytest.mark.parametrize(
    ("passed", "judged", "shown", "rounded"),
    [
        (26_571, 26_571, "100.0", 100.0),
        (26_570, 26_571, ">99.9", 99.9),
        (26_557, 26_571, "99.9", 99.9),
        (0, 26_571, "0.0", 0.0),
        (1, 26_571, "<0.1", 0.1),
        (20, 26_571, "0.1", 0.1),
        (1, 3, "33.3", 33.3),
    ],
)
def test_the_ends_are_kept_for_all_and_none(
    passed: int, judged: int, shown: str, rounded: float
) -> None:
    percent = 100 * passed / judged
    assert (shown_percent(percent), rounded_percent(percent)) == (shown, rounded)


@given(st.integers(1, 10**7), st.data(), st.integers(0, 4))
def test_only_all_is_100_and_only_none_is_0(judged: int, data: st.DataObject, digits: int) -> None:
    passed = data.draw(st.integers(0, judged))
    found = rounded_percent(100 * passed / judged, digits)
    assert (found == 100) == (passed == judged) and (found == 0) == (passed == 0)
    # It is off by no more than the last digit.
    assert abs(found - 100 * passed / judged) <= 10**-digits
