"""What is preferred, told by weights: ``Accept`` and headers like it (RFC 9110, section 12)."""

from __future__ import annotations

from collections.abc import Sequence

from catalog_service.output_formats import OutputFormat


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


def preferred(
    ranges: Sequence[tuple[str, float]], offers: Sequence[OutputFormat]
) -> OutputFormat | None:
    """Return the offer of the highest weight by weighted media ranges, best first; None: none."""
    best = max(offers, key=lambda offer: _weight(offer, ranges))
    return best if _weight(best, ranges) > 0 else None


def _weight(offer: OutputFormat, ranges: Sequence[tuple[str, float]]) -> float:
    found, found_specificity = 0.0, -1
    for wanted, weight in ranges:
        for media_type in offer.media_types:
            sent = media_type == offer.media_type
            if wanted == media_type:
                # What is sent may be refused by its own name, whatever other names are welcome.
                specificity = 3 if sent and weight == 0 else 2
            # A range means what is sent, not the other names by which it can be asked for.
            elif sent and wanted.endswith("/*") and media_type.startswith(wanted[:-1]):
                specificity = 1
            elif sent and wanted == "*/*":
                specificity = 0
            else:
                continue
            if specificity > found_specificity:
                found, found_specificity = weight, specificity
    return found
