"""The same file, seed and settings give the same rows, in whichever order they are looked at."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_service.samples.drawing import Priorities, Reservoir, eligible, shares

COUNTS = st.dictionaries(st.text("abc", max_size=2), st.integers(1, 60), min_size=1, max_size=6)


@given(COUNTS, st.integers(1, 100))
def test_shares_are_in_proportion(counts: dict[str, int], size: int) -> None:
    found = shares(counts, size)
    total = sum(counts.values())
    wanted = min(size, total)
    assert sum(found.values()) == wanted
    for stratum, given_rows in found.items():
        exact = wanted * counts[stratum] / total
        assert exact - 1 < given_rows < exact + 1
        assert given_rows <= counts[stratum]
    assert found == shares(dict(reversed(counts.items())), size)


@given(COUNTS)
def test_no_stratum_gives_fewer_rows_in_a_larger_sample(counts: dict[str, int]) -> None:
    before = shares(counts, 0)
    for size in range(1, sum(counts.values()) + 1):
        now = shares(counts, size)
        assert all(now[stratum] >= given_rows for stratum, given_rows in before.items())
        before = now
    assert before == counts


@given(
    strata=st.lists(st.sampled_from("abc"), min_size=1, max_size=120),
    size=st.integers(1, 40),
    seed=st.text(max_size=8),
    order=st.randoms(use_true_random=False),
    cuts=st.integers(1, 5),
)
@settings(max_examples=60)
def test_the_order_of_rows_and_of_parts_does_not_matter(
    strata: list[str], size: int, seed: str, order: random.Random, cuts: int
) -> None:
    rows = [(number, one, [f"{number}"]) for number, one in enumerate(strata, start=1)]
    given_rows = shares(Counter(strata), size)
    straight = Reservoir(given_rows, Priorities(seed))
    for row in rows:
        straight.offer(*row)
    expected = list(straight.rows())
    assert Counter(strata[number - 1] for number, _ in expected) == Counter(
        {stratum: count for stratum, count in given_rows.items() if count}
    )
    assert expected == sorted(expected)

    order.shuffle(rows)
    parts = [Reservoir(given_rows, Priorities(seed)) for _ in range(cuts)]
    for place, row in enumerate(rows):
        parts[place % cuts].offer(*row)
    order.shuffle(parts)
    whole = parts.pop()
    for part in parts:
        whole.merge(part)
    assert list(whole.rows()) == expected


def test_each_row_is_as_likely_as_any_other() -> None:
    drawn: Counter[int] = Counter()
    for seed in range(400):
        reservoir = Reservoir({"": 10}, Priorities(str(seed)))
        for number in range(1, 51):
            reservoir.offer(number, "", [])
        drawn.update(number for number, _ in reservoir.rows())
    # 80 expected, with a standard deviation of 8.
    assert len(drawn) == 50
    assert all(40 < count < 120 for count in drawn.values())


def test_small_groups_give_none() -> None:
    assert eligible({"a": 4, "b": 5}, 5) == {"b": 5}
    assert eligible({"a": 1}, None) == {"a": 1}
