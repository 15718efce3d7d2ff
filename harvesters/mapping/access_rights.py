"""Access rights of a dataset: all labels about access are read, and the most closed one wins."""

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
from harvesters.mapping.wrapped_values import texts_in, unwrapped
from harvesters.privacy.personal_data import clean_text
from ontology.access_wording import closing_text, doubtful_text
from ontology.errors import ErrorKind
from ontology.terms import DCT, VOCAB
from ontology.vocabulary import Known, Vocabulary

_ORDER: Final = tuple(
    VOCAB.term(f"open-type/{n}") for n in ("none", "conditional", "unconditional")
)
"""From closed to open."""
_LONG: Final = 200
"""Characters; longer texts under a label that only hints at access are ignored."""
_SHOWN: Final = 80
"""Characters of a value that a warning repeats."""
_MAX_TEXTS: Final = 50
"""Maximum number of texts read from one value under such a label."""


def implicit_access_targets() -> tuple[Target, ...]:
    """Return targets that no mapping file names: labels besides the open type's about access."""
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
    """Return the access rights that all labels of a record give together.

    Of several open types the most closed one is written, with a warning that they disagree. Texts
    that the vocabulary does not know are kept as unmapped values; those that close the record
    count as 非开放, with a warning.
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
    problems += _warnings(
        vocabulary, list(known.values()), closed, known[ranked[0]] if ranked else ""
    )
    for text in kept:
        mapped = unmapped_value(DCT.accessRights, text)
        lines += filter(None, [mapped.text])
        removed += mapped.removed
    return MappedValue("\n".join(lines), tuple(removed), tuple(problems))


def _warnings(
    vocabulary: Vocabulary, known: list[str], closed: list[str], most: str
) -> Iterator[tuple[ErrorKind, dict[str, Any]]]:
    """Yield warnings about open types that disagree, or texts that were read as 非开放.

    ``known`` are texts that the vocabulary has, ``most`` the most closed of them, ``closed`` the
    other texts that close the record.
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
    """Yield the texts under labels that only hint at access which close a record, or may.

    For a record with 有条件开放, a condition that users must meet does not close.
    """
    for text in (text for value in hints for text in texts_in(value, _MAX_TEXTS)):
        passed_over = len(text) > _LONG or is_web(text) or (conditional and asks_of_users(text))
        if not passed_over and says_closed(text):
            yield text
    for text in (text for value in levels for text in texts_in(value, _MAX_TEXTS)):
        if len(text) <= _LONG and closing_text(text):
            yield text


def _no_or_taken_down(opened: Sequence[object], taken_down: Sequence[object]) -> Iterator[str]:
    """Yield answers that put a record in doubt: "no" to 是否公开, anything but "no" to deleted."""
    for text in (text for value in opened for text in texts_in(value, _MAX_TEXTS)):
        if parse_boolean(text) is False or (len(text) <= _LONG and says_closed(text)):
            yield text
    for text in (text for value in taken_down for text in texts_in(value, _MAX_TEXTS)):
        if parse_boolean(text) is not False and text.lower() not in _NOTHING:
            yield f"下线或受限：{text}"


def asks_of_users(text: str) -> bool:
    """Tell whether a condition obliges users only (不得公开原始数据), and closes nothing."""
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
"""Marks that mean yes in a column such as 非开放."""
_NOTHING: Final = frozenset({"null", "none", "undefined", "无", "-", "/", "未", "正常"})


def _secret(text: str) -> str | None:
    """Return what an answer to 是否涉密 says about access: '' for no, None where unclear."""
    truth = text in _MARKS or parse_boolean(text)
    if truth is None:
        return text if says_closed(text) else None
    return f"涉密：{text}" if truth else ""


def says_closed(text: str) -> bool:
    """Tell whether a text closes a record, or may, under a label that need not be about access."""
    return closing_text(text) or doubtful_text(text, words_only=True) is not None


def _texts(value: object) -> tuple[list[str], tuple[str, ...]]:
    """Return the texts of a value (and closing texts of an object), and its unread parts."""
    if not isinstance(value, (dict, list, tuple)):
        text = as_text(value)
        return [text] if text else [], ()
    meant, unread = unwrapped(value)
    texts = list(texts_in(meant, _MAX_TEXTS))
    texts += (t for t in texts_in(value, _MAX_TEXTS) if t not in texts and says_closed(t))
    return texts, unread
