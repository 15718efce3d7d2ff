"""Building a record from labelled values: targets compiled once into functions that write lines.

A value's lines are worked out once and remembered, with a placeholder where the record's IRI will
stand: most values (departments, dates, formats, themes) come back thousands of times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from harvesters.chunk import (
    EMPTY,
    TYPE,
    URL,
    Chunk,
    D,
    line,
    node_lines,
    plain_term,
    text_term,
    typed_term,
)
from harvesters.contracts import Mapped
from harvesters.distributions import Distributions
from harvesters.errors import NO_TITLE
from harvesters.field_names import field_chunk, field_lines, fields_in_description
from harvesters.mapping import Target
from harvesters.nodes import CONTENT_NODES, condition_chunk, list_item_lines, place_lines
from harvesters.privacy_text import clean_text
from harvesters.providers import Providers
from harvesters.values import (
    as_list,
    as_text,
    parse_boolean,
    parse_count,
    parse_date,
    parse_decimal,
    plain_text,
    split_outside_brackets,
)
from ontology.errors import AtlasError, Place
from ontology.ntriples import iri
from ontology.record import Record, mint_iri
from ontology.terms import DCAT, DCT, RDF, SHD
from ontology.vocabulary import Known, Unknown, Vocabulary

MEMO_LIMIT: Final = 20_000
"""Values remembered for each target; beyond it they are worked out each time."""

_NOT_REMEMBERED = frozenset({"title", "description", "landing_page"})
_SHANGHAI = frozenset({"", "上海", "上海市"})

Maker = Callable[[object], Chunk]


class Step:
    """One target, compiled: how its value becomes lines, and what it gave before."""

    __slots__ = ("collected", "make", "many", "memo", "name", "rank", "remember")

    def __init__(self, target: Target, make: Maker | None) -> None:
        self.name = target.name
        self.rank = target.rank
        self.many = target.many
        self.collected = make is None
        """True where the value is kept for the end, because it depends on others."""
        self.make: Maker = make or (lambda _: EMPTY)
        self.memo: dict[str, Chunk] = {}
        self.remember = target.name not in _NOT_REMEMBERED


class Drafter:
    """Writes records of one source. Not safe to share between threads while it writes."""

    def __init__(self, vocabulary: Vocabulary, *, base_iri: str, source: str) -> None:
        self._vocabulary = vocabulary
        self._base = base_iri
        self._source = source
        self._providers = Providers(vocabulary, base_iri, source)
        self._distributions = Distributions(vocabulary)
        self._head = f"<{D}> {TYPE} <{DCAT.Dataset}> ."

    def step(self, target: Target) -> Step:
        """Compile a target."""
        return Step(target, self._maker(target))

    def draft(self, remote_id: str, values: Iterable[tuple[Step, object]], place: Place) -> Mapped:
        """Build the record. Values come by target, the preferred first.

        Raises `AtlasError` (``no-title``, ``empty-record``).
        """
        parts = [self._head, line(DCT.identifier, plain_term(remote_id))]
        unmapped: list[tuple[str, str, str]] = []
        removed: list[str] = []
        warnings: list[AtlasError] = []
        collected: dict[str, list[object]] = {}
        filled: Step | None = None
        titled = False

        def take(chunk: Chunk) -> None:
            if chunk.text:
                parts.append(chunk.text)
            unmapped.extend(chunk.unmapped)
            removed.extend(chunk.removed)
            for kind, params in chunk.problems:
                warnings.append(AtlasError(kind, place=place, **params))

        for step, value in values:
            if step is filled:
                continue
            if step.collected:
                collected.setdefault(step.name, []).append(value)
                continue
            chunk = step.memo.get(value) if type(value) is str else None
            if chunk is None:
                chunk = step.make(value)
                if type(value) is str and step.remember and len(step.memo) < MEMO_LIMIT:
                    step.memo[value] = chunk
            if chunk is EMPTY:
                continue
            if not step.many:
                filled = step
                titled = titled or step.name == "title"
            take(chunk)
        if not titled:
            raise AtlasError(NO_TITLE, place=place, remote_id=remote_id, expected="title / 名称")
        for chunk in self._combined(remote_id, collected):
            take(chunk)
        parts.extend(_unmapped_lines(unmapped))
        record_iri = mint_iri(self._base, self._source, remote_id)
        text = "\n".join(parts).replace(D, record_iri)
        record = Record.from_lines(
            text.split("\n"), iri=record_iri, source=self._source, remote_id=remote_id
        )
        return Mapped(record, tuple(dict.fromkeys(removed)), tuple(warnings))

    # What depends on more than one value.

    def _combined(self, remote_id: str, given: dict[str, list[object]]) -> Iterable[Chunk]:
        landing = as_text(given["landing_page"][0]) if "landing_page" in given else ""
        url = ""
        if landing:
            try:
                term = iri(landing)
                url = landing
                yield Chunk(line(DCAT.landingPage, term))
            except AtlasError as error:
                yield Chunk("", (), (), ((error.kind, error.params),))
        jurisdiction = self._jurisdiction(given)
        if "publisher" in given:
            # One label, which may hold several names: a second label says the same otherwise.
            yield self._providers.chunk(given["publisher"][0], jurisdiction)
        yield from self._places_of(given, jurisdiction)
        yield from self._distributions_of(given, url)
        if "description" in given:
            yield from self._description(given)
        elif "fields" in given:
            yield field_chunk(given["fields"][0])
        if "condition" in given or "condition_supplement" in given:
            yield condition_chunk(
                as_text(given.get("condition", [""])[0]),
                as_text(given.get("condition_supplement", [""])[0]),
            )
        if "list_year" in given or "open_scope" in given:
            year = as_text(given.get("list_year", [""])[0])
            scope = as_text(given.get("open_scope", [""])[0])
            yield Chunk(list_item_lines(remote_id, year if year.isdigit() else None, scope))

    def _description(self, given: dict[str, list[object]]) -> Iterable[Chunk]:
        for value in given["description"]:
            raw = value if isinstance(value, str) else as_text(value)
            text = plain_text(raw)
            if not text:
                continue
            cleaned = clean_text(text)
            yield Chunk(
                line(DCT.description, text_term(cleaned.text)),
                (),
                tuple(f"dct:description: {kind}" for kind in cleaned.kinds),
            )
            if "fields" in given:
                yield field_chunk(given["fields"][0])
            else:
                names = fields_in_description(raw)
                yield field_lines([(name, "", "", "") for name in names])
            return
        if "fields" in given:
            yield field_chunk(given["fields"][0])

    @staticmethod
    def _jurisdiction(given: dict[str, list[object]]) -> str:
        for name in ("city", "province"):
            for value in given.get(name, ()):
                text = as_text(value)
                if text not in _SHANGHAI:
                    return text
        return ""

    def _places_of(self, given: dict[str, list[object]], jurisdiction: str) -> Iterable[Chunk]:
        labels: list[str] = []
        for value in given.get("spatial", ()):
            labels.extend(as_list(value))
        if jurisdiction and not labels:
            labels.append(jurisdiction)
        number = 0
        for label in dict.fromkeys(labels):
            found = self._vocabulary.find("place", label, local=not jurisdiction)
            if isinstance(found, Known):
                yield Chunk(line(DCT.spatial, f"<{found.concept.iri}>"))
            else:
                number += 1
                yield Chunk(place_lines(number, label))

    def _distributions_of(self, given: dict[str, list[object]], url: str) -> Iterable[Chunk]:
        formats = given.get("formats", ())
        count = 0
        chunk = EMPTY
        if "files" in given:
            chunk = self._distributions.of_files(
                given["files"][0], formats[0] if formats else None, bool(url)
            )
        elif formats:
            chunk = self._distributions.of_formats(formats[0], bool(url))
        if chunk is not EMPTY:
            text = chunk.text.replace(URL, url) if url else chunk.text
            count = text.count(f" <{DCAT.distribution}> ")
            yield Chunk(text, chunk.unmapped)
        if "api" in given:
            yield self._distributions.of_api(given["api"][0], count + 1)

    # One maker for each kind.

    def _maker(self, target: Target) -> Maker | None:
        kinds: dict[str, Callable[[Target], Maker]] = {
            "text": _text_maker,
            "texts": _texts_maker,
            "plain": _plain_maker,
            "plains": _plain_maker,
            "date": _date_maker,
            "count": _count_maker,
            "decimal": _decimal_maker,
            "boolean": _boolean_maker,
            "concept": self._concepts_maker,
            "concepts": self._concepts_maker,
            "frequency": self._concepts_maker,
        }
        if target.name == "description" or target.kind == "iri":
            return None
        if target.kind in kinds:
            return kinds[target.kind](target)
        return CONTENT_NODES.get(target.kind)

    def knows(self, target: Target, text: str) -> bool:
        """Tell whether a text belongs to a target's schemes, or was meant to and does not."""
        for scheme, _ in target.schemes:
            found = self._vocabulary.find(scheme, text)
            if isinstance(found, Known) or found.reason != "unexplained":
                return True
        return False

    def _concepts_maker(self, target: Target) -> Maker:
        def make(value: object) -> Chunk:
            given = [as_text(value)] if target.kind != "concepts" else as_list(value, ",，;；|\n")
            lines: list[str] = []
            unmapped: list[tuple[str, str, str]] = []
            for text in filter(None, given):
                found = self._find_all(target, text)
                for item, prop in found:
                    if isinstance(item, Unknown):
                        unmapped.append((prop, item.text or text, item.reason))
                        continue
                    lines.append(line(prop, f"<{item.concept.iri}>"))
                    if item.interval is not None and target.kind == "frequency":
                        interval = typed_term(item.interval, "duration")
                        lines.append(line(SHD.updateInterval, interval))
            if not lines and not unmapped:
                return EMPTY
            return Chunk("\n".join(lines), tuple(unmapped))

        return make

    def _find_all(self, target: Target, text: str) -> list[tuple[Known | Unknown, str]]:
        whole = self._find(target, text)
        if isinstance(whole[0], Known) or target.kind != "concepts":
            return [whole]
        # 文化、卫生、体育 is one label, 公共安全、信用服务 are two: split only what is then known.
        parts = split_outside_brackets(text, "、/ ")
        found = [self._find(target, part) for part in parts] if len(parts) > 1 else []
        return found if found and all(isinstance(f[0], Known) for f in found) else [whole]

    def _find(self, target: Target, text: str) -> tuple[Known | Unknown, str]:
        first: tuple[Known | Unknown, str] | None = None
        for scheme, prop in target.schemes:
            found = self._vocabulary.find(scheme, text)
            if isinstance(found, Known):
                return found, prop
            first = first or (found, prop)
        return first or (Unknown(text, "unexplained"), target.property)


def _unmapped_lines(unmapped: list[tuple[str, str, str]]) -> Iterable[str]:
    for number, (prop, text, reason) in enumerate(dict.fromkeys(unmapped), start=1):
        yield node_lines(
            SHD.unmappedValue,
            f"unmapped-{number}",
            (RDF.type, f"<{SHD.UnmappedValue}>"),
            (SHD.onProperty, f"<{prop}>"),
            (RDF.value, text_term(clean_text(text).text)),
            (SHD.reason, plain_term(reason)),
        )


def _short(iri_text: str) -> str:
    return iri_text.rsplit("#", 1)[-1].rsplit("/", 1)[-1]


def _text_maker(target: Target) -> Maker:
    is_title = target.name == "title"

    def make(value: object) -> Chunk:
        text = as_text(value)
        if target.html or "<" in text or "&" in text:
            text = plain_text(text)
        if not text:
            return EMPTY
        cleaned = clean_text(text, title=is_title)
        removed = tuple(f"{_short(target.property)}: {kind}" for kind in cleaned.kinds)
        return Chunk(line(target.property, text_term(cleaned.text)), (), removed)

    return make


def _texts_maker(target: Target) -> Maker:
    def make(value: object) -> Chunk:
        lines: list[str] = []
        removed: list[str] = []
        for text in as_list(value):
            cleaned = clean_text(text, title=True)
            removed += [f"{_short(target.property)}: {kind}" for kind in cleaned.kinds]
            if cleaned.text:
                lines.append(line(target.property, text_term(cleaned.text)))
        return Chunk("\n".join(lines), (), tuple(removed)) if lines or removed else EMPTY

    return make


def _plain_maker(target: Target) -> Maker:
    def make(value: object) -> Chunk:
        given = as_list(value) if target.kind == "plains" else filter(None, [as_text(value)])
        lines = [line(target.property, plain_term(text)) for text in given]
        return Chunk("\n".join(lines)) if lines else EMPTY

    return make


def _parsed(target: Target, value: object, term: str | None, reason: str) -> Chunk:
    if term is not None:
        return Chunk(line(target.property, term))
    text = as_text(value)
    return Chunk("", ((target.property, text, reason),)) if text else EMPTY


def _date_maker(target: Target) -> Maker:
    def make(value: object) -> Chunk:
        found = parse_date(value)
        return _parsed(target, value, typed_term(*found) if found else None, "not-a-date")

    return make


def _count_maker(target: Target) -> Maker:
    def make(value: object) -> Chunk:
        found = parse_count(value)
        term = None if found is None else typed_term(str(found), "integer")
        return _parsed(target, value, term, "not-a-number")

    return make


def _decimal_maker(target: Target) -> Maker:
    def make(value: object) -> Chunk:
        found = parse_decimal(value)
        term = None if found is None else typed_term(found, "decimal")
        return _parsed(target, value, term, "not-a-number")

    return make


def _boolean_maker(target: Target) -> Maker:
    def make(value: object) -> Chunk:
        found = parse_boolean(value)
        term = None if found is None else typed_term("true" if found else "false", "boolean")
        return _parsed(target, value, term, "not-a-truth-value")

    return make
