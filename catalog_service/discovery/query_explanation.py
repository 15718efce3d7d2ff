"""How the words of a search were understood: a sentence each, with a link that changes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from catalog_service.site.rendering import View
from search.model import UNDERSTANDINGS, Query, Result, Understanding, Understood

_TERMS: Final = 5
FILLER: Final = "filler"
LITERAL: Final = "literal"
"""The parameter that switches an understanding off."""


@dataclass(frozen=True, slots=True)
class ExplanationNote:
    """One sentence; ``address`` searches without this understanding, or with it again."""

    text: str
    change: str
    address: str


def explanation_notes(
    view: View, query: Query, result: Result, own: list[tuple[str, str]]
) -> list[ExplanationNote]:
    """Return what a reader should know of how the words were understood."""
    found: list[ExplanationNote] = []
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
                if not result.total and not _demanded(part, understanding):
                    continue
                joined = view.listed(terms)
                sentence = f"understood.{part.kind}{_found(part, query, result.total)}"
                count = f"{part.found or 0:,}"
                words = {"text": part.text, "terms": joined or part.text, "count": count}
                found.append(_off(view, own, part.kind, sentence, **words))
        if understanding.relaxed == "words":
            some = ".some" if understanding.exact else ""
            count = f"{understanding.exact or 0:,}"
            found.append(
                ExplanationNote(view.t(f"understood.relaxed.words{some}", count=count), "", "")
            )
    found += [_on(view, own, kind) for kind in query.literal if kind in UNDERSTANDINGS]
    return found


def _demanded(part: Understood, understanding: Understanding) -> bool:
    """Tell whether results must have a piece: years only where nothing else is asked for."""
    if part.kind == "year":
        return not {"subject", "synonym", "place"} & {other.kind for other in understanding.parts}
    return part.kind != "field"


def _found(part: Understood, query: Query, total: int) -> str:
    """Return which sentence is true of a piece: the end of its key.

    None of the results has it, some have and stand first or anywhere, or all have to.
    """
    if part.found is None or (part.found == total and total):
        return ""
    if not part.found:
        return ".none"
    return ".first" if query.sort == "relevance" else ".some"


def _off(
    view: View, own: list[tuple[str, str]], kind: str, sentence: str = "", **params: str
) -> ExplanationNote:
    address = view.link("/datasets", [*own, (LITERAL, kind)])
    text = view.t(sentence or f"understood.{kind}", **params)
    return ExplanationNote(text, view.t("understood.off"), address)


def _on(view: View, own: list[tuple[str, str]], kind: str) -> ExplanationNote:
    address = view.link("/datasets", [item for item in own if item != (LITERAL, kind)])
    return ExplanationNote(view.t(f"understood.{kind}.not"), view.t("understood.on"), address)
