"""The language of an answer: ``?lang=`` first, then Accept-Language, then Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from translations import LANGUAGES, Lang


def weighted(header: str) -> list[tuple[str, float]]:
    """Return the items of an Accept-like header with their weights, best first.

    RFC 9110, section 12.4.2: a weight that cannot be read counts as 0; ties keep their order.
    """
    found: list[tuple[str, float]] = []
    for part in header.split(","):
        value, *parameters = (piece.strip() for piece in part.split(";"))
        if not value:
            continue
        weight = 1.0
        for parameter in parameters:
            name, _, text = parameter.partition("=")
            if name.strip().lower() == "q":
                try:
                    weight = min(1.0, max(0.0, float(text)))
                except ValueError:
                    weight = 0.0
        found.append((value.lower(), weight))
    return sorted(found, key=lambda item: -item[1])


def choose_language(query: Mapping[str, str], headers: Mapping[str, str]) -> Lang:
    """Return ``zh`` or ``en``; anything unknown means Chinese, the catalogue's first language."""
    asked = query.get("lang", "")
    if asked[:2] in LANGUAGES:
        return "en" if asked.startswith("en") else "zh"
    for tag, weight in weighted(headers.get("accept-language", "")):
        if weight > 0 and tag[:2] in LANGUAGES:
            return "en" if tag.startswith("en") else "zh"
    return "zh"
