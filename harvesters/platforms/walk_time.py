"""When a walk began: no bookmark is later than that.

What is dated in the future (by a clock that is ahead, or by mistake) would otherwise hide from the
increments all that changes until then.
"""

from __future__ import annotations

from datetime import UTC, datetime

from harvesters.platforms.http import Response
from harvesters.platforms.instants import http_date
from harvesters.platforms.protocol import Connection


def walk_began(connection: Connection, response: Response) -> datetime:
    """Return the time of the first answer in UTC, by the earlier of the platform's clock and ours.

    An increment that begins too early lists some datasets once more; one that begins too late
    passes over changes.
    """
    ours = connection.now().astimezone(UTC)
    theirs = http_date(response.headers.get("date", ""))
    return ours if theirs is None else min(ours, theirs)
