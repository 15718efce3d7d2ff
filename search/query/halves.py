"""Two things that a search text asks for together: 充电桩和停车场, parks and playgrounds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from search.query.model import QueryTerm

_JOINT: Final = re.compile(r"\s*(?:和|与|及|以及|或者?|、|(?<![a-z])(?:and|or)(?![a-z]))\s*")
"""What joins two things that are asked for together."""


def halves_of(text: str, rest: str, terms: Sequence[QueryTerm]) -> tuple[tuple[int, ...], ...]:
    """Return the numbers of the terms before and after a word that joins two things.

    ``rest`` is the text without its conditions, of the same length. Empty where no such word has
    something that is looked for on both sides.
    """
    at: list[int] = []
    position = 0
    for term in terms:
        found = text.find(term.text, position)
        position = found if found >= 0 else position
        at.append(position)
    for joint in _JOINT.finditer(rest):
        before = tuple(n for n, start in enumerate(at) if start < joint.start())
        behind = tuple(n for n, start in enumerate(at) if start >= joint.end())
        cut = any(
            s < joint.end() and joint.start() < s + len(t.text)
            for s, t in zip(at, terms, strict=True)
        )
        halves = (before, behind)
        strong = [any(terms[n].role in ("subject", "verb") for n in half) for half in halves]
        if all(strong) and not cut:
            return halves
    return ()
