"""What is half typed, read as characters, syllables and initials: 停车c, tingcc, xin'neng'yuan.

Input methods show letters until characters are chosen, and part syllables by apostrophes or
blanks. A syllable may be written whole, or by its initial alone; the last one as far as it goes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from search.analysis.normalization import normal
from search.query.segments import CHINESE

_PART: Final = re.compile(r"[a-z]+|[0-9]+|[^\W_]")
_BORDER: Final = str.maketrans(dict.fromkeys("'’‘`´·", " ") | {"ü": "v"})
_TWO_LETTERS: Final = ("zh", "ch", "sh")
"""Initials that are written with two letters, and often with the first alone."""
_MOST_READINGS: Final = 24
"""Ways to cut letters into syllables and initials that are tried."""


def units_of(text: str) -> tuple[str, ...]:
    """Return a text as characters and runs of letters, each of which begins a syllable."""
    return tuple(_PART.findall(normal(text).translate(_BORDER)))


def joined(text: str) -> str:
    """Return a text as the keys of suggestions are written: without blanks and apostrophes."""
    return "".join(normal(text).translate(_BORDER).split())


def has_letters(units: Sequence[str]) -> bool:
    """Tell whether any of it may be a syllable."""
    return any(unit[0].isascii() and unit[0].isalpha() for unit in units)


def initials_of(units: Sequence[str], syllables: frozenset[str]) -> tuple[str, ...]:
    """Return the first letters of the syllables that runs of letters may be, in each reading."""
    readings = [""]
    for number, unit in enumerate(units):
        if not unit.isalpha() or CHINESE.match(unit):
            return ()
        last = number == len(units) - 1
        ends = _readings(unit, syllables, last=last)
        readings = [a + b for a in readings for b in ends][:_MOST_READINGS]
    return tuple(dict.fromkeys(readings))


def _readings(run: str, syllables: frozenset[str], *, last: bool) -> list[str]:
    found: list[tuple[int, str]] = [(0, "")]
    whole: list[str] = []
    while found and len(whole) < _MOST_READINGS:
        at, reading = found.pop()
        if at == len(run):
            whole.append(reading)
            continue
        rest = run[at:]
        steps = {1}
        if rest.startswith(_TWO_LETTERS):
            steps.add(2)
        steps.update(n for n in range(2, 7) if rest[:n] in syllables)
        if last and any(syllable.startswith(rest) for syllable in syllables):
            steps.add(len(rest))
        found += [(at + n, reading + rest[0]) for n in sorted(steps) if n <= len(rest)]
    return whole


def fits(units: Sequence[str], characters: str, sounds: Sequence[str], start: int) -> bool:
    """Tell whether what was typed may become ``characters`` from ``start`` on.

    ``sounds`` has the syllable of each character, or the character itself.
    """
    places = {start}
    for number, unit in enumerate(units):
        following: set[int] = set()
        last = number == len(units) - 1
        for place in places:
            if place >= len(characters):
                continue
            if not unit[0].isascii():
                if characters[place] == unit:
                    following.add(place + 1)
            else:
                following |= _sounding(unit, sounds, place, last=last)
        places = following
        if not places:
            return False
    return True


def _sounding(run: str, sounds: Sequence[str], start: int, *, last: bool) -> set[int]:
    """Return where a run of letters may end that begins at ``start``."""
    ends: set[int] = set()
    ways, seen = [(0, start)], set[tuple[int, int]]()
    while ways:
        at, place = way = ways.pop()
        if way in seen:
            continue
        seen.add(way)
        if at == len(run):
            ends.add(place)
            continue
        if place >= len(sounds):
            continue
        sound, rest = sounds[place], run[at:]
        if not sound or sound[0] != rest[0]:
            continue
        if last and sound.startswith(rest):
            ends.add(place + 1)
        if rest.startswith(sound):
            ways.append((at + len(sound), place + 1))
        if len(sound) > 1:
            ways.append((at + 1, place + 1))
            if sound.startswith(_TWO_LETTERS) and rest[1:2] == "h" and len(sound) > 2:
                ways.append((at + 2, place + 1))
    return ends
