"""The distances are those over the whole, though the whole is not kept."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_service.samples.comparing import Cell, comparison, kind_of
from catalog_service.samples.model import Column

NUMBERS = st.integers(-30, 60).map(lambda n: str(n / 4))


def compared(whole: list[str], sample: list[Cell], smallest: int | None = None) -> Column:
    found = comparison(sample, smallest)
    half = len(whole) // 2
    found.look(whole[:half])
    found.look(whole[half:])
    return found.column("x")


@given(st.lists(NUMBERS, min_size=2, max_size=40), st.data())
@settings(max_examples=80)
def test_kolmogorov_smirnov_is_exact(whole: list[str], data: st.DataObject) -> None:
    sample = data.draw(st.lists(st.sampled_from(whole), min_size=1, max_size=20))
    sample = [*sample, "0.25"]
    whole = [*whole, "0.25", "", "无"]
    found = compared(whole, list(sample))
    numbers = [float(one) for one in whole if one not in ("", "无")]
    drawn = [float(one) for one in sample]
    # Between two values neither function changes.
    points = sorted({*numbers, *drawn})
    exact = max(
        abs(
            sum(n <= point for n in numbers) / len(numbers)
            - sum(n <= point for n in drawn) / len(drawn)
        )
        for point in points
    )
    assert found.kind == "number"
    assert found.measure == "kolmogorov-smirnov"
    assert found.distance == pytest.approx(exact, abs=1e-4)
    assert found.empty_whole == 1


@given(st.lists(st.sampled_from("甲乙丙丁"), min_size=1, max_size=60), st.data())
@settings(max_examples=80)
def test_total_variation_is_exact(whole: list[str], data: st.DataObject) -> None:
    sample = data.draw(st.lists(st.sampled_from(whole), min_size=1, max_size=20))
    found = compared([*whole, ""], [*sample, None])
    one, other = Counter(whole), Counter(sample)
    exact = sum(abs(one[v] / len(whole) - other[v] / len(sample)) for v in one) / 2
    assert (found.kind, found.measure) == ("category", "total-variation")
    assert found.distance == pytest.approx(exact, abs=1e-4)
    assert (found.empty_whole, found.empty_sample, found.left_out) == (1, 0, 1)


@given(
    st.lists(st.sampled_from("甲乙丙丁戊"), min_size=1, max_size=60),
    st.integers(1, 12),
    st.data(),
)
@settings(max_examples=80)
def test_no_small_count_of_the_whole_is_told(
    whole: list[str], smallest: int, data: st.DataObject
) -> None:
    sample = data.draw(st.lists(st.sampled_from(whole), min_size=1, max_size=20))
    found = compared(whole, list(sample), smallest)
    for one in found.bins:
        count = round(one.whole * len(whole), 1)
        # All values together are no group.
        assert count >= min(smallest, len(whole)) - 0.5 or not one.whole


@given(st.lists(NUMBERS, min_size=30, max_size=60), st.integers(1, 12))
@settings(max_examples=40)
def test_nor_does_a_span_of_numbers_hold_few(whole: list[str], smallest: int) -> None:
    found = compared(whole, list(whole[::2]), smallest)
    if found.kind != "number":
        return
    for one in found.bins:
        assert one.whole * len(whole) >= smallest - 0.5
    if found.bins:
        assert sum(one.whole for one in found.bins) == pytest.approx(1, abs=0.01)
        assert sum(one.sample for one in found.bins) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ([f"{n}.5" for n in range(30)], "number"),
        (["310101", "310104"], "category"),
        (["007", "1"], "category"),
        (["2024-01-02", "2024-01-03 10:20:30"], "date"),
        ([f"编号{n}" for n in range(30)], "text"),
        (["甲", "乙", ""], "category"),
        (["", ""], "empty"),
        ([None, ""], "personal"),
        (["1e309", "nan", "inf"], "category"),
    ],
    ids=["numbers", "codes", "noughts", "days", "texts", "words", "empty", "personal", "no-number"],
)
def test_kinds_of_columns(cells: list[Cell], kind: str) -> None:
    assert kind_of(cells) == kind


def test_days_are_compared_in_their_order() -> None:
    days = [f"2024-0{month}-01" for month in range(1, 9)]
    found = compared(days, list(days[:4]))
    assert (found.kind, found.distance) == ("date", 0.5)
