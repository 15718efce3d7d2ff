"""The years that data are about, as titles and records say."""

from __future__ import annotations

import pytest

from search.analysis.periods import years_of


@pytest.mark.parametrize(
    ("title", "stated", "changed", "years"),
    [
        ("2021年养老机构名单", ("", ""), "2023-01-01", [2021]),
        ("2019-2021年公报", ("2001-01-01", "2002-12-31"), None, [2019, 2020, 2021]),
        ("2022年一季度公报", ("", ""), None, [2022]),
        ("养老机构名单", ("", ""), "2023-01-01", []),
        ("养老机构名单", ("2019-05-01", "2020-02-01"), None, [2019, 2020]),
        ("养老机构名单", ("2019", ""), "2021-03-04", [2019, 2020, 2021]),
        ("养老机构名单", ("2019", ""), None, [2019]),
        ("养老机构名单", ("2022", ""), "2021-03-04", [2022]),
        ("养老机构名单", ("", "2020-02-01"), "2021-03-04", [2020]),
        ("养老机构名单", ("2021", "2020"), None, []),
        ("养老机构名单", ("soon", ""), None, []),
        ("史料", ("0900", "2020"), None, list(range(1921, 2021))),
    ],
)
def test_years(title: str, stated: tuple[str, str], changed: str | None, years: list[int]) -> None:
    assert list(years_of(title, stated, changed)) == years
