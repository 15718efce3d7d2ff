"""Who may have a dataset: every label that says so is read, and the most closed of them wins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from harvesters.errors import OPEN_TYPES_DISAGREE, READ_AS_CLOSED, VALUE_NOT_READ
from harvesters.mapping.access_labels import ASIDE, OPEN_TYPE
from harvesters.mapping.mapped_value import MappedValue, line, unmapped_value
from harvesters.mapping.mapping_files import Target, targets
from harvesters.mapping.value_parsing import as_text, parse_boolean
from harvesters.mapping.web_addresses import is_web
from harvesters.mapping.wrapped_values import settled, texts_in
from harvesters.privacy.texts import clean_text
from ontology.access_wording import closing_text, doubtful_text
from ontology.errors import ErrorKind
from ontology.terms import DCT, VOCAB
from ontology.vocabulary import Known, Vocabulary

_ORDER: Final = tuple(
    VOCAB.term(f"open-type/{n}") for n in ("none", "conditional", "unconditional")
)
"""From closed to open."""
_LONG: Final = 200
"""Characters; a longer text under a label that only hints is no answer to who may have it."""
_SHOWN: Final = 80
"""Characters of a value that a warning repeats."""
_MOST: Final = 50
"""Texts looked at in one value under such a label."""


def implicit_access_targets() -> tuple[Target, ...]:
    """Return the targets that no mapping names: what labels beside the open type's may say."""
    rank = targets()[OPEN_TYPE].rank
    return tuple(Target(name, "access", every=True, rank=rank) for name in ASIDE)


def map_access(
    vocabulary: Vocabulary,
    said: Sequence[object],
    hints: Sequence[object] = (),
    secrecy: Sequence[object] = (),
    opened: Sequence[object] = (),
    taken_down: Sequence[object] = (),
    levels: Sequence[object] = (),
) -> MappedValue:
    """Return the access rights that a record's labels say together.

    Of several open types the most closed one is written, and it is told that they disagree. What
    the vocabulary does not know is kept as it stands, each text once; what of it closes the record
    counts as 非开放, which is told.
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
    conditional = _ORDER[1] in known and _ORDER[0] not in known
    for text in _closing_hints(hints, levels, conditional=conditional):
        kept.setdefault(text)
    for text in (text for value in secrecy for text in _texts(value)[0]):
        if secret := _secret(text):
            kept.setdefault(secret)
        elif secret is None:
            problems.append((VALUE_NOT_READ, {"value": text}))
    for text in _no_or_taken_down(opened, taken_down):
        kept.setdefault(text)
    ranked = sorted(known, key=_ORDER.index)
    closed = [text for text in kept if closing_text(text)]
    if closed or ranked:
        lines.append(line(DCT.accessRights, f"<{_ORDER[0] if closed else ranked[0]}>"))
    problems += _told(vocabulary, list(known.values()), closed, known[ranked[0]] if ranked else "")
    for text in kept:
        chunk = unmapped_value(DCT.accessRights, text)
        lines += filter(None, [chunk.text])
        removed += chunk.removed
    return MappedValue("\n".join(lines), tuple(removed), tuple(problems))


def _told(
    vocabulary: Vocabulary, known: list[str], closed: list[str], most: str
) -> Iterator[tuple[ErrorKind, dict[str, Any]]]:
    """Yield what is to be said of open types that disagree, or that were read as 非开放.

    ``known`` are the ones that the vocabulary has, ``most`` the most closed of them; ``closed``
    other texts that close: told where they are no label of 非开放 themselves.
    """
    closes = closing_text(most)
    if len(known) > 1 or (known and closed and not closes):
        values = "、".join(dict.fromkeys([*known, *closed]))
        taken = closed[0] if closed and not closes else most
        yield OPEN_TYPES_DISAGREE, {"values": values, "taken": taken}
    elif not known:
        for text in closed:
            if isinstance(vocabulary.find("open-type", text), Known):
                continue
            yield READ_AS_CLOSED, {"value": clean_text(text).text[:_SHOWN]}


def _closing_hints(
    hints: Sequence[object], levels: Sequence[object], *, conditional: bool
) -> Iterator[str]:
    """Yield what closes, or may, under labels that only hint at access.

    Beside 有条件开放, what a condition asks of users is no word against opening.
    """
    for text in (text for value in hints for text in texts_in(value, _MOST)):
        passed_over = len(text) > _LONG or is_web(text) or (conditional and asks_of_users(text))
        if not passed_over and says_closed(text):
            yield text
    for text in (text for value in levels for text in texts_in(value, _MOST)):
        if len(text) <= _LONG and closing_text(text):
            yield text


def _no_or_taken_down(opened: Sequence[object], taken_down: Sequence[object]) -> Iterator[str]:
    """Yield the answers that put a record in doubt: no to 是否公开, anything but no to deleted."""
    for text in (text for value in opened for text in texts_in(value, _MOST)):
        if parse_boolean(text) is False or (len(text) <= _LONG and says_closed(text)):
            yield text
    for text in (text for value in taken_down for text in texts_in(value, _MOST)):
        if parse_boolean(text) is not False and text.lower() not in _NOTHING:
            yield f"下线或受限：{text}"


def asks_of_users(text: str) -> bool:
    """Say whether a condition tells users what to do (不得公开原始数据), and no more than that."""
    clauses = _CLAUSE.split(text)
    duties = [clause for clause in clauses if _DUTY.search(clause) is not None]
    others = (c for c in clauses if c not in duties and _MUST.match(c) is None)
    return bool(duties) and not any(map(closing_text, others))


_CLAUSE: Final = re.compile(r"[，,。；;\n]")
_DUTY: Final = re.compile(
    r"申请|使用者|使用方|使用人|使用过程|用户|利用主体|第三方|他人|签订|签署|协议|承诺|转让|泄露|泄漏"
    r"|未经|遵守|审核|审批|环境中?使用|平台中?使用|原始数据"
)
_MUST: Final = re.compile(r"\s*(?:且|并|也)?(?:不得|禁止|严禁|不可|不能|应|须|需|必须)")
_MARKS: Final = frozenset("√✓✔☑●○■▲★vVxX×")
"""Put in a column 非开放 for yes."""
_NOTHING: Final = frozenset({"null", "none", "undefined", "无", "-", "/", "未", "正常"})


def _secret(text: str) -> str | None:
    """Return what an answer to whether data are secret says of access: '' for no, None unknown."""
    truth = text in _MARKS or parse_boolean(text)
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
