"""How the words of a search were understood: a sentence each, with a link that changes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from catalog_service.context import Service
from catalog_service.discovery.facet_controls import Chip
from catalog_service.discovery.service import value_name
from catalog_service.site.rendering import View
from search.facets import expand
from search.model import UNDERSTANDINGS, Query, Result, Understood
from search.results.claims import Claim, claims, conditions
from translations import N_

_TERMS: Final = 5
LITERAL: Final = "literal"
"""The parameter that switches an understanding off."""
_SWITCHED_OFF: Final = {
    "spelling": N_("The spelling was not corrected."),
    "synonym": N_("Other words for the same were not searched."),
    "place": N_("Names of places were searched as words."),
    "year": N_("Years were searched as words."),
    "field": N_("Names of data items were searched as words."),
    "filler": N_("Every word was searched."),
    "exclusion": N_("What is not wanted was searched as words."),
    "format": N_("Formats were searched as words."),
    "openness": N_("Open types were searched as words."),
    "time": N_("Times were searched as words."),
}


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
    found = [
        _note(view, own, claim)
        for claim in claims(query, result)
        if claim.kind != "synonym" or claim.terms or claim.narrower or claim.broader
    ]
    excluded = [part.text for part in conditions(result) if part.kind == "exclusion"]
    if excluded:
        between = view.pgettext("list", "”, “")
        text = view.gettext("Read as an exclusion: “{text}”.", text=between.join(excluded))
        found.append(_off(view, own, "exclusion", text))
    return [*found, *(_on(view, own, kind) for kind in query.literal if kind in UNDERSTANDINGS)]


def condition_chips(
    view: View, atlas: Service, own: list[tuple[str, str]], result: Result
) -> list[Chip]:
    """Return what the words demand of every result.

    Each exclusion has a chip of its own, without which the text no longer has it; of the other
    conditions each kind has one, without which its words are searched.
    """
    found: dict[str, list[str]] = {}
    excluded: list[Chip] = []
    for part in conditions(result):
        if part.kind == "exclusion":
            excluded += _exclusion_chips(view, own, result, part)
        else:
            found.setdefault(part.kind, []).append(_condition(view, atlas, part))
    between = view.pgettext("list", ", ")
    return [
        *excluded,
        *(
            Chip(
                between.join(dict.fromkeys(labels)), view.link("/datasets", [*own, (LITERAL, kind)])
            )
            for kind, labels in found.items()
        ),
    ]


def _exclusion_chips(
    view: View, own: list[tuple[str, str]], result: Result, part: Understood
) -> Iterator[Chip]:
    """Yield a chip for each thing that a piece of the text excludes."""
    for term in part.terms:
        rest = [other for other in part.terms if other != term]
        # What else the piece excludes is excluded further.
        kept = f" 不含{'、'.join(rest)} " if rest else " "
        text = _without_piece(own, result, part.text, kept)
        items = [("q", text)] if text else []
        items += [item for item in own if item[0] != "q"]
        yield Chip(view.gettext("Without: {names}", names=term), view.link("/datasets", items))


def without_exclusions(own: list[tuple[str, str]], result: Result) -> str:
    """Return the text of a search without the pieces that exclude something."""
    for part in conditions(result):
        if part.kind == "exclusion":
            own = [("q", _without_piece(own, result, part.text, " "))]
    return dict(own).get("q", "")


def _without_piece(own: list[tuple[str, str]], result: Result, piece: str, instead: str) -> str:
    """Return the text with something else in the place of a piece, as typed where it is in it."""
    typed = dict(own).get("q", "")
    if piece not in typed and result.understanding is not None:
        # Pieces are told in normal form.
        typed = result.understanding.text
    return " ".join(typed.replace(piece, instead, 1).split())


def _condition(view: View, atlas: Service, part: Understood) -> str:
    """What a chip says of a condition."""
    if part.kind == "time":
        first, last = part.terms
        if first and last:
            return view.gettext("Time of the data: {first} to {last}", first=first, last=last)
        if first:
            return view.gettext("Time of the data: from {day} on", day=first)
        return view.gettext("Time of the data: until {day}", day=last)
    values: dict[str, None] = {}
    facet = "open_type" if part.kind == "openness" else "format"
    for term in part.terms:
        of = "delivery" if term in ("api", "file") else facet
        name = view.pick(value_name(atlas, of, expand(of, term)) or {})
        values[name or term] = None
    return view.gettext(
        "{name}: {value}",
        name=view.label("facet", facet),
        value=view.pgettext("list", ", ").join(values),
    )


def _note(view: View, own: list[tuple[str, str]], claim: Claim) -> ExplanationNote:
    between = view.pgettext("list", "”, “")
    match claim.kind:
        case "spelling":
            text = view.gettext("Searched for “{text}”.", text=claim.text)
        case "filler":
            text = view.gettext(
                "Not required in the results: “{text}”.", text=between.join(claim.terms)
            )
        case "synonym":
            text = _also(view, claim)
        case "words":
            return ExplanationNote(_in_part(view, claim), "", "")
        case "either":
            return ExplanationNote(_of_either(view, claim), "", "")
        case "broader":
            return ExplanationNote(_broadly(view, claim), "", "")
        case _:
            text = _sentence(view, claim)
    return _off(view, own, claim.kind, text)


def _also(view: View, claim: Claim) -> str:
    """What else was searched: what means the same, then what is narrower, then what is broader."""
    same, narrower, broader = (
        view.pgettext("list", ", ").join(terms[:_TERMS])
        for terms in (claim.terms, claim.narrower, claim.broader)
    )
    told = [same] if same else []
    if narrower:
        told.append(view.gettext("narrower: {terms}", terms=narrower))
    if broader:
        told.append(view.gettext("broader or near: {terms}", terms=broader))
    return view.gettext(
        "“{text}” was also searched as {terms}.",
        text=claim.text,
        terms=view.pgettext("list", "; ").join(told),
    )


def _sentence(view: View, claim: Claim) -> str:
    match claim.kind:
        case "place":
            return _of_place(view, claim)
        case "time":
            return _of_time(view, claim)
        case "year":
            return _of_year(view, claim)
    return _of_field(view, claim)


def _of_place(view: View, claim: Claim) -> str:
    count, text = claim.count, claim.text
    match claim.share:
        case "demanded":
            names = view.pgettext("list", ", ").join(claim.terms)
            return view.pgettext("place", "Only datasets of {text} are looked for.", text=names)
        case "all":
            return view.gettext("All of them are of {text}.", text=text)
        case "none":
            return view.gettext("Nothing matches in {text}; these are from elsewhere.", text=text)
        case "first":
            return view.ngettext(
                "{count:,} is of {text} and stands first; the others are from elsewhere.",
                "{count:,} are of {text} and stand first; the others are from elsewhere.",
                count,
                text=text,
            )
    return view.ngettext(
        "{text} has {count:,} that matches; the others are from elsewhere.",
        "{text} has {count:,} that match; the others are from elsewhere.",
        count,
        text=text,
    )


def _of_time(view: View, claim: Claim) -> str:
    count, text = claim.count, claim.text
    match claim.share:
        case "all":
            return view.gettext("All of them are of that time: {text}.", text=text)
        case "none":
            return view.gettext(
                "Nothing matches of that time ({text}); these are of other times.", text=text
            )
        case "first":
            return view.ngettext(
                "{count:,} is of that time ({text}) and stands first; the others are not.",
                "{count:,} are of that time ({text}) and stand first; the others are not.",
                count,
                text=text,
            )
    return view.ngettext(
        "{count:,} is of that time ({text}); the others are not.",
        "{count:,} are of that time ({text}); the others are not.",
        count,
        text=text,
    )


def _of_year(view: View, claim: Claim) -> str:
    count, text = claim.count, claim.text
    match claim.share:
        case "demanded":
            names = view.pgettext("list", ", ").join(claim.terms)
            return view.pgettext("year", "Only datasets of {text} are looked for.", text=names)
        case "all":
            return view.gettext("All of them name the year {text}.", text=text)
        case "none":
            return view.gettext("None names the year {text}; these are of any year.", text=text)
    return view.ngettext(
        "{count:,} names the year {text}.",
        "{count:,} name the year {text}.",
        count,
        text=text,
    )


def _of_field(view: View, claim: Claim) -> str:
    names = view.pgettext("list", ", ").join(claim.terms)
    match claim.share:
        case "all":
            return view.gettext("All have the data item {terms}.", terms=names)
        case "none":
            return view.gettext("None is known to have the data item {terms}.", terms=names)
    return view.ngettext(
        "{count:,} has the data item {terms}.",
        "{count:,} have the data item {terms}.",
        claim.count,
        terms=names,
    )


def _of_either(view: View, claim: Claim) -> str:
    if claim.share == "none":
        return view.gettext("No dataset is about both; these are about one or the other, in turn.")
    if claim.share == "first":
        return view.ngettext(
            "{count:,} is about both and stands first; the others are about one of them.",
            "{count:,} are about both and stand first; the others are about one of them.",
            claim.count,
        )
    return view.ngettext(
        "{count:,} is about both; the others are about one of them.",
        "{count:,} are about both; the others are about one of them.",
        claim.count,
    )


def _broadly(view: View, claim: Claim) -> str:
    if claim.share == "none":
        return view.gettext("Nothing matches but by broader terms.")
    if claim.share == "first":
        return view.ngettext(
            "{count:,} matches without broader terms and stands first.",
            "{count:,} match without broader terms and stand first.",
            claim.count,
        )
    return view.ngettext(
        "{count:,} matches without broader terms.",
        "{count:,} match without broader terms.",
        claim.count,
    )


def _in_part(view: View, claim: Claim) -> str:
    if claim.share == "none":
        return view.gettext("No dataset matches all of it; these match in part.")
    if claim.share == "first":
        return view.ngettext(
            "{count:,} matches all of it and stands first, the others in part.",
            "{count:,} match all of it and stand first, the others in part.",
            claim.count,
        )
    return view.ngettext(
        "{count:,} matches all of it, the others in part.",
        "{count:,} match all of it, the others in part.",
        claim.count,
    )


def _off(view: View, own: list[tuple[str, str]], kind: str, text: str) -> ExplanationNote:
    address = view.link("/datasets", [*own, (LITERAL, kind)])
    return ExplanationNote(text, view.gettext("Search the words as they stand"), address)


def _on(view: View, own: list[tuple[str, str]], kind: str) -> ExplanationNote:
    address = view.link("/datasets", [item for item in own if item != (LITERAL, kind)])
    return ExplanationNote(view.gettext(_SWITCHED_OFF[kind]), view.gettext("Undo"), address)
