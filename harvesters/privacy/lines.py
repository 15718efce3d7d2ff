"""The privacy rule on the lines of a drafted record: the net below every mapping.

Each part of a draft goes through it, whichever target wrote it, so that a new target cannot
forget it. Most parts come back thousands of times and are looked at once; of the others most hold
nothing that looks like a person, which one search tells.
"""

from __future__ import annotations

import re
from typing import Final

from harvesters.privacy.personal_data import MOBILE
from harvesters.privacy.prefilter import SIGNS, any_sign
from harvesters.privacy.texts import clean_text, is_personal_identifier
from harvesters.privacy.web_addresses import clean_web_address
from ontology.ntriples import escape, unescape
from ontology.terms import ADMS, DCT, PREFIXES, SHD, SKOS

_SUSPECT: Final = any_sign(
    ("1", r"[3-9](?:(?:[ ._·•/-]{0,2}|%20)\d){9}"),
    ("2", r"0\d{9}"),
    ("@", r"[\w-]+\.\w"),
    # Looked for at the colon: lines are full of the letters before it.
    (":", "(?:(?<=[Tt][Ee][Ll]:)|(?<=[Mm][Aa][Ii][Ll][Tt][Oo]:))"),
    (".", r"(?<=rcid\.)org/"),
    ("%", "(?:40|[E-Fe-f][0-9A-Fa-f]%|3[0-9])"),
    *SIGNS,
)
"""What `clean_text` may find, in a line."""

_LINE: Final = re.compile(
    r'(<[^>]*> <([^>]*)> )(?:"((?:[^"\\]|\\.)*)"(@[a-z-]+|\^\^<[^>]*>)?|'
    r"<([A-Za-z][A-Za-z0-9+.-]*:[^>]*)>) \.\n?"
)
_CODES: Final = frozenset({DCT.identifier, SKOS.notation, ADMS.identifier})
_NUMBERED: Final = frozenset(
    {DCT.title, SHD.providerCode, SHD.resourceCode} | {SHD.relatedResourceCode}
)
"""Where eleven digits are more often a code than a mobile number."""

MEMO_LIMIT: Final = 50_000
_MEMO_LENGTH: Final = 2_000


class LineCleaner:
    """Cleans the parts of drafts; remembers those in which it found nothing."""

    def __init__(self) -> None:
        self._clean: set[str] = set()

    def passes(self, part: str) -> bool:
        """Tell whether nothing in a part (lines joined by line feeds) looks like a person."""
        if part in self._clean:
            return True
        if _SUSPECT.search(part) is not None:
            return False
        if len(part) <= _MEMO_LENGTH and len(self._clean) < MEMO_LIMIT:
            self._clean.add(part)
        return True

    @staticmethod
    def cleaned(part: str) -> tuple[str, tuple[str, ...]]:
        """Return a part without what identifies a person, and what was taken out of where."""
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
