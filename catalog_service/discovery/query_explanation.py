"""How the words of a search were understood: a sentence each, with a link that changes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from catalog_service.site.rendering import View
from search.model import UNDERSTANDINGS, Query, Result, Understanding, Understood
from translations import N_

_TERMS: Final = 5
FILLER: Final = "filler"
LITERAL: Final = "literal"
"""The parameter that switches an understanding off."""
_SWITCHED_OFF: Final = {
    "spelling": N_("The spelling was not corrected."),
    "synonym": N_("Other words for the same were not searched."),
    "place": N_("Names of places were searched as words."),
    "year": N_("Years were searched as words."),
    "field": N_("Names of data items were searched as words."),
    "filler": N_("Every word was searched."),
}
_Share = Literal["all", "none", "first", "some"]


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
            found.append(
                _off(
                    view,
                    own,
                    "spelling",
                    view.gettext("Searched for “{text}”.", text=understanding.text),
                )
            )
        left_out = [part.text for part in understanding.parts if part.kind == FILLER]
        if left_out:
            # One sentence for all of them: they are searched again together too.
            between = view.pgettext("list", "”, “")
            found.append(
                _off(
                    view,
                    own,
                    FILLER,
                    view.gettext(
                        "Not required in the results: “{text}”.", text=between.join(left_out)
                    ),
                )
            )
        for part in understanding.parts:
            if part.kind in UNDERSTANDINGS and part.kind not in ("spelling", FILLER):
                terms = [term for term in part.terms if term != part.text][:_TERMS]
                if not terms and part.kind in ("synonym", "field"):
                    continue
                if not result.total and not _demanded(part, understanding):
                    continue
                joined = view.pgettext("list", ", ").join(terms)
                found.append(
                    _off(
                        view,
                        own,
                        part.kind,
                        _sentence(view, part, _found(part, query, result.total), joined),
                    )
                )
        if understanding.relaxed == "words":
            found.append(ExplanationNote(_in_part(view, understanding.exact or 0), "", ""))
    found += [_on(view, own, kind) for kind in query.literal if kind in UNDERSTANDINGS]
    return found


def _demanded(part: Understood, understanding: Understanding) -> bool:
    """Tell whether results must have a piece: years only where nothing else is asked for."""
    if part.kind == "year":
        return not {"subject", "synonym", "place"} & {other.kind for other in understanding.parts}
    return part.kind != "field"


def _found(part: Understood, query: Query, total: int) -> _Share:
    """Return which sentence is true of a piece.

    None of the results has it, some have and stand first or anywhere, or all have to.
    """
    if part.found is None or (part.found == total and total):
        return "all"
    if not part.found:
        return "none"
    return "first" if query.sort == "relevance" else "some"


def _sentence(view: View, part: Understood, share: _Share, terms: str) -> str:
    count, text, terms = part.found or 0, part.text, terms or part.text
    match part.kind, share:
        case "place", "none":
            return view.gettext("Nothing matches in {text}; these are from elsewhere.", text=text)
        case "place", "first":
            return view.ngettext(
                "{text} has {count:,} that matches, ranked higher; the others are from elsewhere.",
                "{text} has {count:,} that match, ranked higher; the others are from elsewhere.",
                count,
                text=text,
            )
        case "place", "some":
            return view.ngettext(
                "{text} has {count:,} that matches; the others are from elsewhere.",
                "{text} has {count:,} that match; the others are from elsewhere.",
                count,
                text=text,
            )
        case "place", _:
            return view.pgettext("place", "Only datasets of {text} are looked for.", text=text)
        case "year", "none":
            return view.gettext("None names the year {text}; these are of any year.", text=text)
        case "year", "first":
            return view.ngettext(
                "{count:,} names the year {text}, and is ranked higher.",
                "{count:,} name the year {text}, and are ranked higher.",
                count,
                text=text,
            )
        case "year", "some":
            return view.ngettext(
                "{count:,} names the year {text}.",
                "{count:,} name the year {text}.",
                count,
                text=text,
            )
        case "year", _:
            return view.pgettext("year", "Only datasets of {text} are looked for.", text=text)
        case "field", "none":
            return view.gettext("None is known to have the data item {terms}.", terms=terms)
        case "field", "first":
            return view.ngettext(
                "{count:,} has the data item {terms}, and is ranked higher.",
                "{count:,} have the data item {terms}, and are ranked higher.",
                count,
                terms=terms,
            )
        case "field", "some":
            return view.ngettext(
                "{count:,} has the data item {terms}.",
                "{count:,} have the data item {terms}.",
                count,
                terms=terms,
            )
        case "field", _:
            return view.gettext("All have the data item {terms}.", terms=terms)
    return view.gettext("“{text}” was also searched as {terms}.", text=text, terms=terms)


def _in_part(view: View, exact: int) -> str:
    if not exact:
        return view.gettext("No dataset matches all of it; these match in part.")
    return view.ngettext(
        "{count:,} matches all of it, the others in part.",
        "{count:,} match all of it, the others in part.",
        exact,
    )


def _off(view: View, own: list[tuple[str, str]], kind: str, text: str) -> ExplanationNote:
    address = view.link("/datasets", [*own, (LITERAL, kind)])
    return ExplanationNote(text, view.gettext("Search the words as they stand"), address)


def _on(view: View, own: list[tuple[str, str]], kind: str) -> ExplanationNote:
    address = view.link("/datasets", [item for item in own if item != (LITERAL, kind)])
    return ExplanationNote(view.gettext(_SWITCHED_OFF[kind]), view.gettext("Undo"), address)
