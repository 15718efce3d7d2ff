"""What is half typed, in characters, syllables and initials."""

from __future__ import annotations

import pytest

from search.results.typed_sounds import fits, initials_of, units_of

PARKING = ("停车场", ("ting", "che", "chang"))
ENERGY = ("新能源汽车", ("xin", "neng", "yuan", "qi", "che"))
SYLLABLES = frozenset((*PARKING[1], *ENERGY[1], "er", "you", "gong", "chong", "dian"))


MEANT = """停 停车c 停c 停chec 停车chang t tc tcc tingc tingch tingcc tingchec tcchang tchchang
    tchch ting'che ting'che'c 停’che TING'c ｔｃｃ"""
OTHERS = "停场 停e tce tingx tinc chec 停车场x tccc ti'che'z x"


@pytest.mark.parametrize("typed", [*MEANT.split(), "ting che'c", "停 车c"])
def test_characters_syllables_and_initials_mix(typed: str) -> None:
    assert fits(units_of(typed), *PARKING, 0)


@pytest.mark.parametrize("typed", OTHERS.split())
def test_what_is_something_else_does_not_fit(typed: str) -> None:
    assert not fits(units_of(typed), *PARKING, 0)


def test_a_border_of_syllables_is_kept() -> None:
    characters, sounds = "西安", ("xi", "an")
    assert fits(units_of("xi'an"), characters, sounds, 0)
    assert fits(units_of("xian"), characters, sounds, 0)
    assert not fits(units_of("xi'an"), "先", ("xian",), 0)


def test_letters_are_read_as_initials_in_every_way() -> None:
    assert set(initials_of(units_of("tingcc"), SYLLABLES)) >= {"tcc"}
    assert set(initials_of(units_of("xin'neng'yuan"), SYLLABLES)) >= {"xny"}
    assert set(initials_of(units_of("chongd"), SYLLABLES)) >= {"cd"}
    assert initials_of(units_of("停c"), SYLLABLES) == ()


def test_readings_of_hostile_letters_are_few() -> None:
    assert len(initials_of(units_of("ch" * 12), SYLLABLES)) <= 24
    long = "zhi" * 8
    assert fits((long,), "只" * 8, ("zhi",) * 8, 0)
    assert not fits(("h" * 24,), "和" * 12, ("he",) * 12, 0)
