"""Kinds of errors of following."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

CANNOT_FOLLOW: Final = ErrorKind(
    "cannot-follow",
    "Nothing public that can be followed is meant by {value!r}. Open the page of a dataset, an "
    "organization or a data domain, or a search, and press “Follow” there.",
    status=422,
)
UNKNOWN_FOLLOW: Final = ErrorKind(
    "unknown-follow",
    "You do not follow this. /follows lists what you follow.",
    status=404,
)
TOO_MANY_FOLLOWS: Final = ErrorKind(
    "too-many-follows",
    "You follow {most} things already, which is the most. End one at /follows first.",
    status=409,
)
SEARCH_PERSONAL: Final = ErrorKind(
    "follow-search-personal",
    "This search seems to name a person, or is very long, and such searches are not kept. Leave "
    "out names, numbers and addresses of persons, and follow what is left.",
    status=422,
)
FOLLOW_STAYS: Final = ErrorKind(
    "follow-stays",
    "You follow this dataset because of an application or an objection of yours that still runs; "
    "it ends with that. Choose “in the feed alone” to get no mail of it.",
    status=409,
)
FOLLOW_CHOICE: Final = ErrorKind(
    "follow-choice",
    "News cannot come {how!r}. Choose one of: each, daily, weekly, never.",
    status=422,
)
UNKNOWN_FOLLOW_FEED: Final = ErrorKind(
    "unknown-follow-feed",
    "There is no such feed, or its address was ended. Make a new address at /follows.",
    status=404,
)
TOO_MANY_FOLLOW_FEEDS: Final = ErrorKind(
    "too-many-follow-feeds",
    "You have {most} addresses of feeds, which is the most. End one at /follows first.",
    status=409,
)
