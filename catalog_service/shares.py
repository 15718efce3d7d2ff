"""How a share in percent is written: as all or none only where it is all or none."""

from __future__ import annotations


def rounded_percent(percent: float, digits: int = 1) -> float:
    """Return a share with so many digits; 99.996 is 99.9 and 0.001 is 0.1 with one of them.

    ``percent``: from 0 to 100. What is neither of these stays away from both by the last digit.
    """
    found, least = round(percent, digits), 10.0**-digits
    if found >= 100 > percent:
        return round(100 - least, digits)
    return least if found <= 0 < percent else found


def shown_percent(percent: float, digits: int = 1) -> str:
    """Return the same as one reads it, without a sign: ``>99.9`` where rounding would say 100."""
    found = rounded_percent(percent, digits)
    text = f"{found:.{digits}f}"
    if round(percent, digits) == found:
        return text
    return f">{text}" if percent > found else f"<{text}"
