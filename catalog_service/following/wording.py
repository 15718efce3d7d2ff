"""News in words."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_service.following.comparing import ASPECTS
from catalog_service.following.model import News
from catalog_service.following.stored_news import Counts
from translations import Lang, Translator, translator


def said(news: News, lang: Lang) -> str:
    """Return what a piece of news says of its dataset, as a part of a sentence."""
    texts, details = translator(lang), news.details
    match news.kind:
        case "new":
            return texts.gettext("is public now")
        case "ended":
            return texts.gettext("is no longer public")
        case "corrected":
            return texts.gettext("a fault was corrected (objection {name})", name=details["name"])
        case "late":
            return texts.gettext(
                "is late against the promised frequency; its last update is of {day}",
                day=details["modified"],
            )
        case "announced":
            text: str = details["text"].get(lang) or next(iter(details["text"].values()), "")
            return text.rstrip(".。")
        case _:
            return texts.pgettext("list", "; ").join(_changes(news, texts))


def summed(counts: Counts, lang: Lang) -> str:
    """Return how many datasets are new, changed, and no longer public."""
    texts, parts = translator(lang), []
    if counts.new:
        parts.append(texts.ngettext("{count} new", "{count} new ones", counts.new))
    if counts.changed:
        parts.append(texts.ngettext("{count} changed", "{count} changed ones", counts.changed))
    if counts.ended:
        parts.append(
            texts.ngettext(
                "{count} no longer public", "{count} that are no longer public", counts.ended
            )
        )
    return texts.pgettext("list", ", ").join(parts)


def _changes(news: News, texts: Translator) -> Iterator[str]:
    details = news.details
    comma = texts.pgettext("list", ", ")
    if details.get("added"):
        yield texts.gettext("data items added: {names}", names=comma.join(details["added"]))
    if details.get("removed"):
        yield texts.gettext("data items removed: {names}", names=comma.join(details["removed"]))
    if details.get("renamed"):
        names = comma.join(f"{before} → {after}" for before, after in details["renamed"])
        yield texts.gettext("data items renamed: {names}", names=names)
    if details.get("more"):
        yield texts.ngettext(
            "{count} further data item", "{count} further data items", details["more"]
        )
    named = any(details.get(name) for name in ("added", "removed", "renamed"))
    others = [
        texts.pgettext("follow", ASPECTS[one])
        for one in details.get("aspects", ())
        if one in ASPECTS and not (one == "items" and named)
    ]
    if others:
        yield texts.gettext("changed: {names}", names=comma.join(others))
