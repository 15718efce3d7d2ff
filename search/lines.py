"""Reading canonical N-Triples lines by string operations.

Building RDF objects for each line would cost more than indexing it; the canonical form
(`ontology.ntriples`) leaves exactly one way of writing a term, which makes this safe.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_ESCAPE = re.compile(r'\\(?:u([0-9A-F]{4})|([tbnrf"\\]))')
_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "\\": "\\"}

Terms = dict[str, list[str]]
"""Objects as written, by predicate (without its angle brackets)."""

_NONE: Terms = {}


@dataclass(frozen=True, slots=True)
class Nodes:
    """The wanted statements of a record: of its focus, and of the nodes below it by subject."""

    focus: Terms
    below: Mapping[str, Terms] = field(default_factory=dict)

    def of(self, term: str) -> Terms:
        """Return the statements about ``term`` (as written); empty for a literal."""
        return self.below.get(term, _NONE)


def read(nquads: str, focus: str, wanted: Mapping[str, str]) -> Nodes:
    """Return the statements whose predicate is in ``wanted`` (written form → IRI)."""
    start = f"<{focus}>"
    own: Terms = {}
    below: dict[str, Terms] = {}
    for line in nquads.split("\n"):
        if not line:
            continue
        subject, predicate, rest = line.split(" ", 2)
        name = wanted.get(predicate)
        if name is None:
            continue
        terms = own if subject == start else below.setdefault(subject, {})
        terms.setdefault(name, []).append(rest[:-2])
    return Nodes(own, below)


def _unescaped(match: re.Match[str]) -> str:
    code, letter = match.groups()
    return chr(int(code, 16)) if code else _ESCAPES[letter]


def text(term: str) -> tuple[str, str]:
    """Return the value and the language of a literal; the language is empty where it has none."""
    end = term.rfind('"')
    value = term[1:end]
    if "\\" in value:
        value = _ESCAPE.sub(_unescaped, value)
    suffix = term[end + 1 :]
    return value, suffix[1:] if suffix.startswith("@") else ""


def texts(terms: Iterable[str]) -> list[tuple[str, str]]:
    """Return value and language of the literals among ``terms``, the empty ones left out."""
    found = [text(term) for term in terms if term.startswith('"')]
    return [(value.strip(), lang) for value, lang in found if value.strip()]


def _rank(found: tuple[str, str]) -> int:
    lang = found[1]
    if lang.startswith("zh"):
        # 简体 before 繁體, and a bare zh before both.
        return 0 if lang == "zh" else 2 if "hant" in lang or lang in ("zh-tw", "zh-hk") else 1
    if lang.startswith("en"):
        return 3
    return 4 if not lang else 5


def preferred(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return texts in the order of preference: Chinese, English, without language, any other."""
    return found if len(found) < 2 else sorted(found, key=_rank)
