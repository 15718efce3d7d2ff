"""Who may have a dataset: every label that says so is read, and the most closed of them wins."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, Final

from harvesters.chunk import Chunk, line, unmapped_chunk
from harvesters.errors import OPEN_TYPES_DISAGREE, VALUE_NOT_READ
from harvesters.mapping import Target, label_mapping, read_toml, targets
from harvesters.objects import settled, texts_in
from harvesters.values import as_text, parse_boolean
from ontology.errors import ErrorKind
from ontology.openness import closing_text, doubtful_text
from ontology.terms import DCT, VOCAB
from ontology.vocabulary import Known, Vocabulary

OPEN_TYPE: Final = "open_type"
HINT: Final = "access_hint"
SECRECY: Final = "secrecy"
"""Targets: a label for the open type (``profile.toml``); one that may say it; one for secrecy."""

_ORDER: Final = tuple(
    VOCAB.term(f"open-type/{n}") for n in ("none", "conditional", "unconditional")
)
"""From closed to open."""
_HINTS: Final = re.compile(
    r"开放|公开|密级|保密|涉密|状态|上线|下线|可见|是否停用|access|open|visib|status|state|publish|rights"
)
_LONG: Final = 200
"""Characters; a longer text under a label that only hints is no answer to who may have it."""
_MOST: Final = 50
"""Texts looked at in one value under such a label."""


def asides() -> tuple[Target, ...]:
    """Return the targets that no mapping names: what labels beside the open type's may say."""
    rank = targets()[OPEN_TYPE].rank
    return tuple(Target(name, "access", every=True, rank=rank) for name in (HINT, SECRECY))


def plain(label: str) -> str:
    """Return a label without width, case, blanks and marks: 开放属性： and Open-Type alike."""
    flat = unicodedata.normalize("NFKC", label).casefold()
    return "".join(c for c in flat if c.isalnum())


@cache
def _labels() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return the plain labels of the open type, of secrecy, and of whatever else is known."""
    portal, lists = label_mapping("portal"), read_toml("open_list.toml")
    tables = (portal.labels, lists["synonyms"])
    own = {plain(one) for table in tables for one in table[OPEN_TYPE]}
    asked = (*portal.options["access"][SECRECY], *lists["access"][SECRECY])
    other = {plain(one) for table in tables for ones in table.values() for one in ones}
    other |= set(map(plain, portal.either))
    return frozenset(own), frozenset(map(plain, asked)), frozenset(other)


@lru_cache(maxsize=4096)
def access_target(label: str) -> str | None:
    """Return the target that a label which no mapping has as it stands is read as, or None."""
    own, secret, other = _labels()
    key = plain(label)
    if key in own:
        return OPEN_TYPE
    if key in secret:
        return SECRECY
    return HINT if key not in other and _HINTS.search(key) is not None else None


def access_chunk(
    vocabulary: Vocabulary,
    said: Sequence[object],
    hints: Sequence[object] = (),
    secrecy: Sequence[object] = (),
) -> Chunk:
    """Return the access rights that a record's labels say together.

    Of several open types the most closed one is written, and it is told that they disagree. What
    the vocabulary does not know is kept as it stands, each text once.
    """
    known: dict[str, str] = {}
    kept: dict[str, None] = {}
    lines: list[str] = []
    removed: list[str] = []
    problems: list[tuple[ErrorKind, dict[str, Any]]] = []
    for value in said:
        texts, unread = _texts(value)
        problems += ((VALUE_NOT_READ, {"value": one}) for one in unread)
        for text in texts:
            found = vocabulary.find("open-type", text)
            if isinstance(found, Known):
                known.setdefault(found.concept.iri, text)
            else:
                kept.setdefault(text)
    for text in (text for value in hints for text in texts_in(value, _MOST)):
        if len(text) <= _LONG and says_closed(text):
            kept.setdefault(text)
    for text in (text for value in secrecy for text in _texts(value)[0]):
        if secret := _secret(text):
            kept.setdefault(secret)
        elif secret is None:
            problems.append((VALUE_NOT_READ, {"value": text}))
    ranked = sorted(known, key=_ORDER.index)
    if ranked:
        lines.append(line(DCT.accessRights, f"<{ranked[0]}>"))
    closed = [text for text in kept if closing_text(text)]
    if len(known) > 1 or (known and closed and ranked[0] != _ORDER[0]):
        values = "、".join(dict.fromkeys([*known.values(), *closed]))
        taken = closed[0] if closed and ranked[0] != _ORDER[0] else known[ranked[0]]
        problems.append((OPEN_TYPES_DISAGREE, {"values": values, "taken": taken}))
    for text in kept:
        chunk = unmapped_chunk(DCT.accessRights, text)
        lines += filter(None, [chunk.text])
        removed += chunk.removed
    return Chunk("\n".join(lines), tuple(removed), tuple(problems))


def _secret(text: str) -> str | None:
    """Return what an answer to whether data are secret says of access: '' for no, None unknown."""
    truth = parse_boolean(text)
    if truth is None:
        return text if says_closed(text) else None
    return f"涉密：{text}" if truth else ""


def says_closed(text: str) -> bool:
    """Say whether a text closes, or may, under a label that need not be about access."""
    return closing_text(text) or doubtful_text(text, words_only=True) is not None


def _texts(value: object) -> tuple[list[str], tuple[str, ...]]:
    """Return what a value says, of an object also what beside its name closes; and the rest."""
    if not isinstance(value, (dict, list, tuple)):
        text = as_text(value)
        return [text] if text else [], ()
    meant, unread = settled(value)
    texts = list(texts_in(meant, _MOST))
    texts += (t for t in texts_in(value, _MOST) if t not in texts and says_closed(t))
    return texts, unread
