"""The privacy rule on the lines of a drafted record: the net below every mapping.

Each part of a draft goes through it, whichever target wrote it, so that a new target cannot
forget it. Most parts come back thousands of times and are looked at once; of the others most hold
nothing that looks like a person, which one search tells.
"""

from __future__ import annotations

import re
from typing import Final

from harvesters.privacy_text import MAIL, MOBILE, clean_text, is_mobile, is_personal_mail
from ontology.ntriples import escape, unescape
from ontology.terms import ADMS, CSVW, DCAT, DCT, PREFIXES, SHD, SKOS

_SUSPECT: Final = re.compile(
    r"1[3-9]\d[ -]?\d{4}[ -]?\d{4}|19\d{9}|20\d{9}|@[\w-]+\.\w|mailto:|"
    r"人(?:姓名)?(?:\s|\\[tnr])*[:：]|址(?:\s|\\[tnr])*[:：]"
)
"""What `clean_text` may find, in a line; every branch begins with a character, to be fast."""

_LINE: Final = re.compile(
    r'(<[^>]*> <([^>]*)> )(?:"((?:[^"\\]|\\.)*)"(@[a-z-]+)?|<((?:mailto|tel):[^>]*)>) \.\n?'
)
_CODES: Final = frozenset({DCT.identifier, SKOS.notation, ADMS.identifier})
_NUMBERED: Final = frozenset(
    {DCT.title, DCAT.keyword, CSVW.term("title"), SHD.providerCode, SHD.resourceCode}
    | {SHD.relatedResourceCode}
)
"""Where eleven digits are more often a code than a mobile number."""

MEMO_LIMIT: Final = 50_000
_MEMO_LENGTH: Final = 2_000


class Net:
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
                kind = _kind_of_address(address)
                if kind is None:
                    return found.group()
                removed.append(f"{_short(predicate)}: {kind}")
                return ""
            if predicate in _CODES:
                return found.group()
            text, kinds = clean_text(unescape(body), title=predicate in _NUMBERED)
            if not kinds:
                return found.group()
            removed.extend(f"{_short(predicate)}: {kind}" for kind in kinds)
            end = "\n" if found.group().endswith("\n") else ""
            return f'{start}"{escape(text)}"{tag or ""} .{end}' if text else ""

        return _LINE.sub(line, part).removesuffix("\n"), tuple(removed)


def _kind_of_address(address: str) -> str | None:
    if address.startswith("tel:"):
        return MOBILE if is_mobile(address[4:]) else None
    return MAIL if is_personal_mail(address[7:].partition("?")[0]) else None


def _short(predicate: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if predicate.startswith(namespace):
            return f"{prefix}:{predicate[len(namespace) :]}"
    return predicate
