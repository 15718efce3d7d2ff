"""Values that become a literal: texts, codes, dates, numbers, booleans."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from harvesters.mapping.mapped_value import (
    EMPTY,
    D,
    MappedValue,
    line,
    plain_term,
    text_term,
    typed_term,
    unmapped_value,
)
from harvesters.mapping.mapping_files import Target
from harvesters.mapping.target_mapper import ValueMapper
from harvesters.mapping.value_parsing import (
    as_list,
    as_text,
    parse_boolean,
    parse_count,
    parse_date,
    parse_decimal,
)
from harvesters.privacy.personal_data import clean_text
from harvesters.privacy.prefilter import SIGNS, any_sign
from ontology.ntriples import escape
from ontology.texts import BIDI, USELESS, plain_text

NEEDS_CARE: Final = any_sign(
    (f'\x00-\x20\x7f"\\\\<&@:：\u00a0\u3000{USELESS}\ud800-\udfff\ufffe\uffff{BIDI}', ""),
    ("1", "[3-9][0-9]"),
    ("2", "0[0-9]{9}"),
    *SIGNS,
)
"""A text without a match is written as it is: it needs no tidying, escaping or privacy rule."""


MakeMapper = Callable[[Target], ValueMapper]


def short_name(predicate: str) -> str:
    """Return the local name of a property, for reports of removals."""
    return predicate.rsplit("#", 1)[-1].rsplit("/", 1)[-1]


def _text_maker(target: Target) -> ValueMapper:
    is_title = target.name == "title"
    start = f"<{D}> <{target.property}> "

    def make(value: object) -> MappedValue:
        if type(value) is str and NEEDS_CARE.search(value) is None:
            return MappedValue(f'{start}"{value}"@zh .', clean=True)
        text = as_text(value)
        if target.html or "<" in text or "&" in text:
            text = plain_text(text)
        if not text:
            return EMPTY
        text, kinds = clean_text(text, title=is_title)
        removed = tuple(f"{short_name(target.property)}: {kind}" for kind in kinds) if kinds else ()
        return MappedValue(f'{start}"{escape(text)}"@zh .', removed, clean=True)

    return make


def _texts_maker(target: Target) -> ValueMapper:
    def make(value: object) -> MappedValue:
        lines: list[str] = []
        removed: list[str] = []
        if type(value) is str:
            # Before splitting: in 联系人：张三、李四 only the whole shows that 李四 is a name.
            value, kinds = clean_text(as_text(value))
            removed += [f"{short_name(target.property)}: {kind}" for kind in kinds]
        for text in as_list(value):
            cleaned = clean_text(text)
            removed += [f"{short_name(target.property)}: {kind}" for kind in cleaned.kinds]
            if cleaned.text:
                lines.append(line(target.property, text_term(cleaned.text)))
        return MappedValue("\n".join(lines), tuple(removed)) if lines or removed else EMPTY

    return make


def _plain_maker(target: Target) -> ValueMapper:
    def make(value: object) -> MappedValue:
        given = as_list(value) if target.kind == "plains" else filter(None, [as_text(value)])
        lines = [line(target.property, plain_term(text)) for text in given]
        return MappedValue("\n".join(lines)) if lines else EMPTY

    return make


def _parsed_maker(parse: Callable[[object], tuple[str, str] | None]) -> MakeMapper:
    """Return the maker for values that ``parse`` turns into a lexical form and its datatype."""

    def maker(target: Target) -> ValueMapper:
        def make(value: object) -> MappedValue:
            found = parse(value)
            if found is not None:
                return MappedValue(line(target.property, typed_term(*found)))
            text = as_text(value)
            return unmapped_value(target.property, text) if text else EMPTY

        return make

    return maker


def _count(value: object) -> tuple[str, str] | None:
    found = parse_count(value)
    return None if found is None else (str(found), "integer")


def _decimal(value: object) -> tuple[str, str] | None:
    found = parse_decimal(value)
    return None if found is None else (found, "decimal")


def _boolean(value: object) -> tuple[str, str] | None:
    found = parse_boolean(value)
    return None if found is None else ("true" if found else "false", "boolean")


MAKERS: Final[Mapping[str, MakeMapper]] = {
    "text": _text_maker,
    "texts": _texts_maker,
    "plain": _plain_maker,
    "plains": _plain_maker,
    "date": _parsed_maker(parse_date),
    "count": _parsed_maker(_count),
    "decimal": _parsed_maker(_decimal),
    "boolean": _parsed_maker(_boolean),
}
"""By the kind of a target in ``profile.toml``: the function that makes its value mapper."""
