"""What a request of OAI-PMH asks: the verb, its arguments, and dates in two forms."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from catalog_service.oai_pmh.errors import BAD_ARGUMENT, BAD_VERB
from catalog_service.oai_pmh.sets import SPEC
from ontology.errors import AtlasError

_LIST: Final = ("from", "until", "set", "metadataPrefix", "resumptionToken")
ARGUMENTS: Final = {
    "Identify": (),
    "ListMetadataFormats": ("identifier",),
    "ListSets": ("resumptionToken",),
    "ListIdentifiers": _LIST,
    "ListRecords": _LIST,
    "GetRecord": ("identifier", "metadataPrefix"),
}
"""The arguments of each verb."""

_REQUIRED: Final = {
    "ListIdentifiers": ("metadataPrefix",),
    "ListRecords": ("metadataPrefix",),
    "GetRecord": ("identifier", "metadataPrefix"),
}
_TOKEN: Final = "resumptionToken"  # noqa: S105 — an argument's name
_PREFIX: Final = re.compile(r"[A-Za-z0-9_.!~*'()-]+")
"""What the schema takes for one; others could not be repeated in the answer."""
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?")


@dataclass(frozen=True, slots=True)
class OaiRequest:
    """A verb with its arguments, all of them allowed and none missing."""

    verb: str
    arguments: dict[str, str]

    @property
    def token(self) -> str | None:
        """The resumption token, which stands alone."""
        return self.arguments.get(_TOKEN)

    def period(self) -> tuple[datetime | None, datetime | None]:
        """Return the first and the last instant asked for; raises ``oai-bad-argument``."""
        since, until = self.arguments.get("from"), self.arguments.get("until")
        first = _instant("from", since, last=False)
        last = _instant("until", until, last=True)
        if since and until and len(since) != len(until):
            raise _bad("until", until)
        if first and last and first > last:
            raise _bad("from", since or "")
        return first, last


def read_request(items: Iterable[tuple[str, str]]) -> OaiRequest:
    """Read a request; raises ``oai-bad-verb`` and ``oai-bad-argument``."""
    verbs: list[str] = []
    arguments: dict[str, str] = {}
    repeated = ""
    for name, value in items:
        if name == "verb":
            verbs.append(value)
        elif name != "lang":
            repeated = name if name in arguments else repeated
            arguments[name] = value
    verb = verbs[0] if len(verbs) == 1 else ""
    allowed = ARGUMENTS.get(verb)
    if allowed is None:
        shown = ", ".join(verbs)[:80]
        raise AtlasError(BAD_VERB, value=shown, known=", ".join(ARGUMENTS))
    wrong = repeated or next((name for name in arguments if name not in allowed), "")
    if wrong:
        raise _bad(wrong, arguments[wrong])
    if _TOKEN in arguments:
        if len(arguments) > 1:
            raise _bad(_TOKEN, "")
        return OaiRequest(verb, arguments)
    for name in _REQUIRED.get(verb, ()):
        if not arguments.get(name):
            raise _bad(name, "")
    prefix = arguments.get("metadataPrefix")
    if prefix is not None and _PREFIX.fullmatch(prefix) is None:
        raise _bad("metadataPrefix", prefix)
    if "set" in arguments and SPEC.fullmatch(arguments["set"]) is None:
        raise _bad("set", arguments["set"])
    return OaiRequest(verb, arguments)


def _instant(name: str, value: str | None, *, last: bool) -> datetime | None:
    if value is None:
        return None
    match = _DATE.fullmatch(value)
    try:
        if match is not None:
            length = timedelta(seconds=1) if match[1] else timedelta(days=1)
            moment = datetime.fromisoformat(value.removesuffix("Z")).replace(tzinfo=UTC)
            # The last day of the calendar has an end, but no day after it.
            return moment + (length - timedelta(microseconds=1)) if last else moment
    except ValueError:
        # No day of the calendar.
        pass
    raise _bad(name, value)


def _bad(name: str, value: str | None) -> AtlasError:
    return AtlasError(BAD_ARGUMENT, name=name[:80], value=(value or "")[:80])
