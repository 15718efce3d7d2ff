"""How the words of a search were understood, said in a sentence each, with the way to change it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from catalog_service.pages.view import View
from search.engine import UNDERSTANDINGS, Query, Result

_TERMS: Final = 5
FILLER: Final = "filler"
LITERAL: Final = "literal"
"""The parameter that switches an understanding off."""


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence; ``address`` searches without this understanding, or with it again."""

    text: str
    change: str
    address: str


def told(view: View, query: Query, result: Result, own: list[tuple[str, str]]) -> list[Told]:
    """Return what a reader should know of how the words were taken."""
    found: list[Told] = []
    understanding = result.understanding
    if understanding is not None:
        if understanding.corrected:
            found.append(_off(view, own, "spelling", text=understanding.text))
        left_out = [part.text for part in understanding.parts if part.kind == FILLER]
        if left_out:
            # One sentence for all of them: they are searched again together too.
            between = "”“" if view.lang == "zh" else "”, “"
            found.append(_off(view, own, FILLER, text=between.join(left_out)))
        for part in understanding.parts:
            if part.kind in UNDERSTANDINGS and part.kind not in ("spelling", FILLER):
                terms = [term for term in part.terms if term != part.text][:_TERMS]
                if not terms and part.kind in ("synonym", "field"):
                    continue
                joined = ("、" if view.lang == "zh" else ", ").join(terms)
                found.append(_off(view, own, part.kind, text=part.text, terms=joined))
        if understanding.relaxed:
            found.append(Told(view.t(f"understood.relaxed.{understanding.relaxed}"), "", ""))
    found += [_on(view, own, kind) for kind in query.literal if kind in UNDERSTANDINGS]
    return found


def _off(view: View, own: list[tuple[str, str]], kind: str, **params: str) -> Told:
    address = view.link("/datasets", [*own, (LITERAL, kind)])
    return Told(view.t(f"understood.{kind}", **params), view.t("understood.off"), address)


def _on(view: View, own: list[tuple[str, str]], kind: str) -> Told:
    address = view.link("/datasets", [item for item in own if item != (LITERAL, kind)])
    return Told(view.t(f"understood.{kind}.not"), view.t("understood.on"), address)
