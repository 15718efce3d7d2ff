"""The privacy rule on the N-Triples lines of a record that was mapped from labels.

All lines of a mapped record pass through it, whichever target wrote them, so that a new target
cannot bypass the rule. Most lines recur in thousands of records: those without personal data are
cached. Of the others, a prefilter finds most to hold nothing that looks like a person.
"""

from __future__ import annotations

import re
from typing import Final

from harvesters.privacy.personal_data import clean_text, is_personal_identifier
from harvesters.privacy.prefilter import SIGNS, any_sign
from harvesters.privacy.removed_kinds import MOBILE
from harvesters.privacy.web_addresses import clean_web_address
from ontology.ntriples import escape, unescape
from ontology.terms import ADMS, DCT, PREFIXES, SHD, SKOS

_SUSPECT: Final = any_sign(
    ("1", r"[3-9](?:(?:[ ._·•/-]{0,2}|%20)\d){9}"),
    ("2", r"0\d{9}"),
    ("@", r"[\w-]+\.\w"),
    # Searched at the colon, because the letters before it are frequent in lines.
    (":", "(?:(?<=[Tt][Ee][Ll]:)|(?<=[Mm][Aa][Ii][Ll][Tt][Oo]:))"),
    (".", r"(?<=rcid\.)org/"),
    ("%", "(?:40|[E-Fe-f][0-9A-Fa-f]%|3[0-9])"),
    *SIGNS,
)
"""Prefilter: a line without a match holds nothing that `clean_text` would remove."""

_NEVER_CLEANED: Final = re.compile(
    r"^<[^<>]*> <[^<>]*> (?:<https://w3id\.org/shdata/vocab/[a-z/-]*> \.$)?", re.MULTILINE
)
"""Subject and predicate of a line, which `LineCleaner.cleaned` leaves as they are, and a concept
whose IRI has nothing but letters: searching these took most of the prefilter's time."""

_LINE: Final = re.compile(
    r'(<[^>]*> <([^>]*)> )(?:"((?:[^"\\]|\\.)*)"(@[a-z-]+|\^\^<[^>]*>)?|'
    r"<([A-Za-z][A-Za-z0-9+.-]*:[^>]*)>) \.\n?"
)
_CODES: Final = frozenset({DCT.identifier, SKOS.notation, ADMS.identifier})
_NUMBERED: Final = frozenset(
    {DCT.title, SHD.providerCode, SHD.resourceCode} | {SHD.relatedResourceCode}
)
"""Properties in which eleven digits are more often a code than a mobile number."""

_MAX_CACHED: Final = 50_000
_MAX_CACHED_LENGTH: Final = 2_000


class LineCleaner:
    """Cleans lines of records; caches those in which it found nothing."""

    def __init__(self) -> None:
        self._clean: set[str] = set()

    def passes(self, part: str) -> bool:
        """Tell whether lines (joined by line feeds) hold nothing that looks like a person."""
        if part in self._clean:
            return True
        if _SUSPECT.search(_NEVER_CLEANED.sub("", part)) is not None:
            return False
        if len(part) <= _MAX_CACHED_LENGTH and len(self._clean) < _MAX_CACHED:
            self._clean.add(part)
        return True

    @staticmethod
    def cleaned(part: str) -> tuple[str, tuple[str, ...]]:
        """Return lines without what identifies a person, and the kinds removed with their place."""
        removed: list[str] = []

        def line(found: re.Match[str]) -> str:
            start, predicate, body, tag, address = found.groups()
            if address is not None:
                left, kinds = clean_web_address(address)
                removed.extend(f"{_short(predicate)}: {kind}" for kind in kinds)
                return found.group().replace(f"<{address}>", f"<{left}>") if left else ""
            if predicate in _CODES:
                if not is_personal_identifier(unescape(body)):
                    return found.group()
                removed.append(f"{_short(predicate)}: {MOBILE}")
                return ""
            text, kinds = clean_text(unescape(body), title=predicate in _NUMBERED)
            if not kinds:
                return found.group()
            removed.extend(f"{_short(predicate)}: {kind}" for kind in kinds)
            end = "\n" if found.group().endswith("\n") else ""
            typed = tag is not None and tag.startswith("^^")
            return f'{start}"{escape(text)}"{tag or ""} .{end}' if text and not typed else ""

        return _LINE.sub(line, part).removesuffix("\n"), tuple(removed)


def _short(predicate: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if predicate.startswith(namespace):
            return f"{prefix}:{predicate[len(namespace) :]}"
    return predicate
