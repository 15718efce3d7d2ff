"""The privacy rule on the cells of a table: a cell is read beside what heads its column."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from harvesters.privacy.chinese_names import is_person_name
from harvesters.privacy.latin_names import is_latin_name
from harvesters.privacy.personal_data import clean_text, is_personal_identifier
from harvesters.privacy.personal_numbers import is_card
from harvesters.privacy.table_numbers import (
    heads_amounts,
    heads_persons_numbers,
    is_number_of_person,
    is_plate,
    without_number_format,
)

SPEAKS_OF_PERSONS: Final = re.compile(
    r"姓名|人$|代表|经办|法人|作者|教师|医师|医生|name", re.IGNORECASE
)
"""Headings below which a short Chinese word may be a person; elsewhere it may be a place."""

_FIGURE: Final = re.compile(r"[-+]?[\d,，]+(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
"""A number and nothing else."""
_CARD: Final = 18
"""Characters of an identity card with a check digit."""


def identifies(text: str) -> bool:
    """Tell whether a cell identifies a person by itself."""
    if clean_text(text).kinds or is_personal_identifier(text) or is_number_of_person(text):
        return True
    plain = without_number_format(text)
    return plain != text and (bool(clean_text(plain).kinds) or is_personal_identifier(plain))


def is_personal(headings: Iterable[str], text: str) -> bool:
    """Tell whether a cell identifies a person, alone or below one of its headings."""
    own = tuple(headings)
    if is_plate(own, text):
        return True
    if own and all(map(heads_amounts, own)) and _FIGURE.fullmatch(text.strip()) is not None:
        # Money may look like a telephone, and does not have the check digits of a card.
        return _has_check_digits(text) or any(heads_persons_numbers(one, text) for one in own)
    return identifies(text) or any(
        clean_text(f"{heading}：{text}").kinds
        or heads_persons_numbers(heading, text)
        or (
            SPEAKS_OF_PERSONS.search(heading) is not None
            and (is_person_name(text) or is_latin_name(text.strip().title()))
        )
        for heading in own
        if heading != text
    )


def _has_check_digits(text: str) -> bool:
    """Tell whether a figure is an identity card or a bank card by its last digit."""
    plain = without_number_format(text).strip()
    return is_number_of_person(text) or (len(plain) == _CARD and is_card(plain))
