"""Numbers of platforms are taken where a list could have them."""

from __future__ import annotations

import pytest

from harvesters.platforms.declared import declared_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("1234", 1234),
        ("9" * 15, 999_999_999_999_999),
        ("9" * 5_000, None),
        ("²", None),
        ("１２", None),
        ("-1", None),
        ("1.5", None),
        ("", None),
    ],
    ids=range(9),
)
def test_a_declared_number(text: str, number: int | None) -> None:
    assert declared_number(text) == number
