"""How long the supervisor waits before it starts a dead process again."""

from __future__ import annotations

from typing import Final

FIRST_DELAY: Final = 0.25
LONGEST_DELAY: Final = 8.0
"""Short enough that a process that died of a full disk is back soon after space was freed."""

IMMEDIATE_SECONDS: Final = 5.0
"""A child that ends this soon after its start, or before it was ready, counts as an early exit."""

STEADY_SECONDS: Final = 60.0
"""After running this long a child counts as healthy again: its next restart is quick."""


def restart_delay(failures: int) -> float:
    """Return the seconds to wait before restart number ``failures`` (from 1): doubling, bounded."""
    return float(min(LONGEST_DELAY, FIRST_DELAY * 2 ** (min(failures, 20) - 1)))
