"""Building a record from labelled values: targets compiled once into functions that write lines.

A value's lines are worked out once and remembered, with a placeholder where the record's IRI will
stand: most values (departments, dates, formats, themes) come back thousands of times.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, final

from harvesters.chunk import (
    EMPTY,
    TYPE,
    URL,
    Chunk,
    D,
    line,
    plain_term,
    text_term,
    typed_term,
    unmapped_chunk,
)
from harvesters.contracts import Mapped
from harvesters.distributions import Distributions
from harvesters.errors import NO_TITLE
from harvesters.field_names import field_chunk, field_lines, fields_in_description
from harvesters.links import dataset_id, linked
from harvesters.mapping import Target
from harvesters.nodes import CONTENT_NODES, condition_chunk, list_item_lines, place_lines
from harvesters.privacy_lines import Net
from harvesters.privacy_text import clean_text, clean_web_address, masked
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
from ontology.ntriples import escape, iri
from ontology.record import Record, mint_iri
from ontology.terms import DCAT, DCT, SHD
from ontology.vocabulary import Known, Unknown, Vocabulary

MEMO_LIMIT: Final = 20_000
"""Values remembered for each target; beyond it they are worked out each time."""

_NOT_REMEMBERED = frozenset({"title", "description", "landing_page"})
_WEB = ("http://", "https://")
_SHANGHAI = ("上海市", "上海", "")

_UNRESERVED = re.compile(r"[A-Za-z0-9_~-]+")
_SPECIAL = re.compile(
    '[\x00-\x20\x7f"\\\\<&@:：\u00a0\u3000\u200b\ufeff\ud800-\udfff\ufffe\uffff]|1[3-9][0-9]|20[0-9]{9}|[０-９＠]|联[系络]'
)
"""What makes a text need more than quotation marks: tidying, markup, escapes, the privacy rule."""

_NUMBERS: Final = frozenset({int, float, bool})
_HEAD: Final = f"<{D}> {TYPE} <{DCAT.Dataset}> ."
_IDENTIFIER: Final = DCT.identifier
_LANDING: Final = DCAT.landingPage
_DESCRIPTION: Final = DCT.description

Maker = Callable[[object], Chunk]


@final
class Step:
    """One target, compiled: how its value becomes lines, and what it gave before."""

    __slots__ = ("collected", "make", "many", "memo", "name", "rank", "remember", "target")

    def __init__(self, target: Target, make: Maker | None) -> None:
        self.target = target
        self.name = target.name
        self.rank = target.rank
        self.many = target.many
        self.collected = make is None
        """True where the value is kept for the end, because it depends on others."""
        self.make: Maker = make or (lambda _: EMPTY)
        self.memo: dict[str, Chunk] = {}
        self.remember = target.name not in _NOT_REMEMBERED

    def of(self, value: object) -> Chunk:
        """Return what a value gives, and remember it."""
        chunk = self.make(value)
        if type(value) is str and self.remember and len(self.memo) < MEMO_LIMIT:
            self.memo[value] = chunk
        return chunk


Accessor = tuple[int, Any]
"""Where a value stands: the number of a container and a key in it."""

Plan = Sequence[tuple[Step | tuple[Step, ...], bool, Sequence[Accessor]]]
"""For each target, by rank: its step (or several to choose from), whether all its values are
wanted, and where they stand, the preferred first."""


class _Draft:
    """A record in the making."""

    __slots__ = ("parts", "place", "removed", "seen", "warnings")

    def __init__(self, place: Place) -> None:
        self.place = place
        self.parts: list[str] = []
        """Lines that the privacy rule has yet to see."""
        self.seen: list[str] = []
        """Lines that it has seen, or that hold no text."""
        self.removed: list[str] = []
        self.warnings: list[AtlasError] = []

    def take(self, chunk: Chunk) -> None:
        """Add a chunk's lines and what it has to say beside them."""
        if chunk.text:
            self.parts.append(chunk.text)
        if chunk.removed or chunk.problems:
            self.note(chunk)

    def note(self, chunk: Chunk) -> None:
        """Add what a chunk says beside its lines."""
        self.removed += chunk.removed
        for kind, params in chunk.problems:
            said = {k: masked(v) if isinstance(v, str) else v for k, v in params.items()}
            self.warnings.append(AtlasError(kind, place=self.place, **said))


class Drafter:
    """Writes records of one source. Not safe to share between threads while it writes."""

    def __init__(self, vocabulary: Vocabulary, *, base_iri: str, source: str) -> None:
        self._vocabulary = vocabulary
        self._base = base_iri
        self._source = source
        self._providers = Providers(vocabulary, base_iri, source)
        self._distributions = Distributions(vocabulary)
        self._prefix = mint_iri(base_iri, source, "x")[:-1]
        self._net = Net()
        self._places: dict[tuple[str, str], Chunk] = {}
        self._chosen: dict[tuple[tuple[Step, ...], str], Step] = {}

    def step(self, target: Target) -> Step:
        """Compile a target."""
        return Step(target, self._maker(target))

    def draft(  # noqa: PLR0912 - the hot loop; a call for each value would slow the import
        self, remote_id: str, plan: Plan, containers: Sequence[Mapping[Any, object]], place: Place
    ) -> Mapped:
        """Build the record from the values that ``plan`` finds in ``containers``.

        Raises `AtlasError` (``no-title``, ``empty-record``, ``illegal-iri``).
        """
        draft = _Draft(place)
        parts = draft.parts
        draft.seen += (_HEAD, f"<{D}> <{_IDENTIFIER}> {plain_term(remote_id)} .")
        given: dict[str, object] = {}
        filled: Step | None = None
        titled = False
        for entry, many, accessors in plan:
            last: object = None
            for container, label in accessors:
                value = containers[container][label]
                if value == last or (not value and type(value) not in _NUMBERS):
                    continue
                step = entry if type(entry) is Step else self._choose(entry, value)
                if step is filled:
                    continue
                chunk = step.memo.get(value) if type(value) is str else None
                if chunk is None:
                    if type(value) is str and value.isspace():
                        continue
                    if step.collected:
                        last = value
                        given.setdefault(step.name, value)
                        if many:
                            continue
                        break
                    chunk = step.of(value)
                last = value
                if chunk is EMPTY:
                    continue
                if chunk[0]:
                    parts.append(chunk[0])
                if chunk[1] or chunk[2]:
                    draft.note(chunk)
                if not step.many:
                    filled = step
                    titled = titled or step.name == "title"
                    if not many:
                        break
        if not titled:
            raise AtlasError(NO_TITLE, place=place, remote_id=remote_id, expected="title / 名称")
        self._combine(draft, remote_id, given)
        return self._finish(draft, remote_id)

    def _finish(self, draft: _Draft, remote_id: str) -> Mapped:
        parts = draft.seen
        net = self._net
        for part in draft.parts:
            if net.passes(part):
                parts.append(part)
            else:
                left, removed = net.cleaned(part)
                parts.append(left)
                draft.removed += removed
        # Most identifiers stand in an IRI as they are; quoting costs more than looking.
        plain = _UNRESERVED.fullmatch(remote_id) is not None
        record_iri = (
            f"{self._prefix}{remote_id}" if plain else mint_iri(self._base, self._source, remote_id)
        )
        lines: list[str] = []
        for part in parts:
            # Part by part: most are ASCII, and one text would be as wide as its widest character.
            text = part.replace(D, record_iri)
            if "\n" in text:
                lines += text.split("\n")
            elif text:
                lines.append(text)
        record = Record.from_lines(lines, iri=record_iri, source=self._source, remote_id=remote_id)
        return Mapped(record, tuple(dict.fromkeys(draft.removed)), tuple(draft.warnings))

    def _choose(self, steps: tuple[Step, ...], value: object) -> Step:
        """Return the first step whose schemes know the value, else the last."""
        text = value if type(value) is str else as_text(value)
        known = self._chosen.get((steps, text))
        if known is None:
            tidied = as_text(text)
            known = next((s for s in steps[:-1] if self._knows(s.target, tidied)), steps[-1])
            if len(self._chosen) < MEMO_LIMIT:
                self._chosen[steps, text] = known
        return known

    # What depends on more than one value.

    def _combine(self, draft: _Draft, remote_id: str, given: dict[str, object]) -> None:
        url = ""
        if "landing_page" in given:
            url = self._landing(draft, as_text(given["landing_page"]))
        jurisdiction = _jurisdiction(given)
        if "publisher" in given:
            # One label, which may hold several names: a second label says the same otherwise.
            draft.take(self._providers.chunk(given["publisher"], jurisdiction))
        if jurisdiction or "spatial" in given:
            draft.take(self._places_of(given.get("spatial"), jurisdiction))
        if "formats" in given or "files" in given or "api" in given:
            self._distribute(draft, given, url)
        if "description" in given:
            self._describe(draft, given)
        if "fields" in given:
            draft.take(field_chunk(given["fields"]))
        if "condition" in given or "condition_supplement" in given:
            supplement = as_text(given.get("condition_supplement"))
            draft.take(condition_chunk(as_text(given.get("condition")), supplement))
        if "list_year" in given or "open_scope" in given:
            year = as_text(given.get("list_year"))
            scope = as_text(given.get("open_scope"))
            item = list_item_lines(remote_id, year if year.isdigit() else None, scope)
            draft.parts.append(item)

    @staticmethod
    def _landing(draft: _Draft, address: str) -> str:
        if not address:
            return ""
        address, kinds = clean_web_address(address)
        draft.removed += [f"{_short(_LANDING)}: {kind}" for kind in kinds]
        try:
            web = address.startswith(_WEB)
            (draft.seen if web else draft.parts).append(f"<{D}> <{_LANDING}> {iri(address)} .")
        except AtlasError as error:
            draft.note(Chunk("", (), ((error.kind, error.params),)))
            return ""
        return address

    @staticmethod
    def _describe(draft: _Draft, given: dict[str, object]) -> None:
        value = given["description"]
        raw = value if isinstance(value, str) else as_text(value)
        if _SPECIAL.search(raw) is None:
            draft.seen.append(f'<{D}> <{_DESCRIPTION}> "{raw}"@zh .')
        else:
            text = plain_text(raw)
            if not text:
                return
            text, kinds = clean_text(text)
            draft.parts.append(f'<{D}> <{_DESCRIPTION}> "{escape(text)}"@zh .')
            draft.removed += [f"description: {kind}" for kind in kinds]
        if "fields" not in given:
            names = fields_in_description(raw)
            if names:
                draft.take(field_lines([(name, "", "", "") for name in names]))

    def _places_of(self, value: object, jurisdiction: str) -> Chunk:
        key = (value if type(value) is str else repr(value), jurisdiction)
        chunk = self._places.get(key)
        if chunk is None:
            lines: list[str] = []
            number = 0
            for label in as_list(value) or [jurisdiction]:
                found = self._vocabulary.find("place", label, local=not jurisdiction)
                if isinstance(found, Known):
                    lines.append(line(DCT.spatial, f"<{found.concept.iri}>"))
                else:
                    number += 1
                    lines.append(place_lines(number, label))
            chunk = Chunk("\n".join(lines))
            if len(self._places) < MEMO_LIMIT:
                self._places[key] = chunk
        return chunk

    def _distribute(self, draft: _Draft, given: dict[str, object], url: str) -> None:
        formats = given.get("formats")
        chunk = EMPTY
        if "files" in given:
            chunk = self._distributions.of_files(given["files"], formats, bool(url))
        elif formats is not None:
            chunk = self._distributions.of_formats(formats, bool(url))
        if chunk is not EMPTY:
            text, removed = chunk.text, chunk.removed
            if not self._net.passes(text):
                # Before the address stands in it: that is unique, and full of numbers.
                text, more = self._net.cleaned(text)
                removed += more
            draft.seen.append(text.replace(URL, url) if url else text)
            draft.removed += removed
        if "api" in given:
            count = chunk.text.count(f" <{DCAT.distribution}> ")
            manual = as_text(given.get("api_manual"))
            draft.take(self._distributions.of_api(given["api"], manual, count + 1))

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
            "dataset": self._datasets_maker,
            "datasets": self._datasets_maker,
        }
        if target.name == "description" or target.kind == "iri":
            return None
        if target.kind in kinds:
            return kinds[target.kind](target)
        return CONTENT_NODES.get(target.kind)

    def _knows(self, target: Target, text: str) -> bool:
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
            removed: list[str] = []
            for text in filter(None, given):
                found = self._find_all(target, text)
                for item, prop in found:
                    if isinstance(item, Unknown):
                        kept = unmapped_chunk(prop, item.text or text)
                        lines += filter(None, [kept.text])
                        removed += kept.removed
                        continue
                    lines.append(line(prop, f"<{item.concept.iri}>"))
                    if item.interval is not None and target.kind == "frequency":
                        interval = typed_term(item.interval, "duration")
                        lines.append(line(SHD.updateInterval, interval))
            return Chunk("\n".join(lines), tuple(removed)) if lines or removed else EMPTY

        return make

    def _datasets_maker(self, target: Target) -> Maker:
        def make(value: object) -> Chunk:
            entries = value if isinstance(value, (list, tuple)) else [value]
            chunks = []
            for entry in entries:
                texts = [linked(entry)] if isinstance(entry, dict) else as_list(entry)
                chunks += [self._dataset(target, text) for text in filter(None, texts)]
            kept = chunks if target.kind == "datasets" else chunks[:1]
            text = "\n".join(chunk.text for chunk in kept if chunk.text)
            return Chunk(text, tuple(r for c in kept for r in c.removed)) if text else EMPTY

        return make

    def _dataset(self, target: Target, text: str) -> Chunk:
        """Link another dataset of the source by its identifier, or one elsewhere by its address."""
        remote_id = dataset_id(text)
        try:
            found = iri(
                text if remote_id is None else mint_iri(self._base, self._source, remote_id)
            )
        except AtlasError:
            return unmapped_chunk(target.property, text)
        return Chunk(line(target.property, found))

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


@lru_cache(maxsize=1024)
def _tidied(name: str) -> str:
    return as_text(name)


def _jurisdiction(given: dict[str, object]) -> str:
    for name in ("city", "province"):
        value = given.get(name)
        if value is not None and value not in _SHANGHAI:
            return _tidied(value) if type(value) is str else as_text(value)
    return ""


def _short(iri_text: str) -> str:
    return iri_text.rsplit("#", 1)[-1].rsplit("/", 1)[-1]


def _text_maker(target: Target) -> Maker:
    is_title = target.name == "title"
    start = f"<{D}> <{target.property}> "

    def make(value: object) -> Chunk:
        if type(value) is str and _SPECIAL.search(value) is None:
            return Chunk(f'{start}"{value}"@zh .')
        text = as_text(value)
        if target.html or "<" in text or "&" in text:
            text = plain_text(text)
        if not text:
            return EMPTY
        text, kinds = clean_text(text, title=is_title)
        removed = tuple(f"{_short(target.property)}: {kind}" for kind in kinds) if kinds else ()
        return Chunk(f'{start}"{escape(text)}"@zh .', removed)

    return make


def _texts_maker(target: Target) -> Maker:
    def make(value: object) -> Chunk:
        lines: list[str] = []
        removed: list[str] = []
        for text in as_list(value):
            cleaned = clean_text(text)
            removed += [f"{_short(target.property)}: {kind}" for kind in cleaned.kinds]
            if cleaned.text:
                lines.append(line(target.property, text_term(cleaned.text)))
        return Chunk("\n".join(lines), tuple(removed)) if lines or removed else EMPTY

    return make


def _plain_maker(target: Target) -> Maker:
    def make(value: object) -> Chunk:
        given = as_list(value) if target.kind == "plains" else filter(None, [as_text(value)])
        lines = [line(target.property, plain_term(text)) for text in given]
        return Chunk("\n".join(lines)) if lines else EMPTY

    return make


def _parsed(target: Target, value: object, term: str | None) -> Chunk:
    if term is not None:
        return Chunk(line(target.property, term))
    text = as_text(value)
    return unmapped_chunk(target.property, text) if text else EMPTY


def _date_maker(target: Target) -> Maker:
    def make(value: object) -> Chunk:
        found = parse_date(value)
        return _parsed(target, value, typed_term(*found) if found else None)

    return make


def _count_maker(target: Target) -> Maker:
    def make(value: object) -> Chunk:
        found = parse_count(value)
        term = None if found is None else typed_term(str(found), "integer")
        return _parsed(target, value, term)

    return make


def _decimal_maker(target: Target) -> Maker:
    def make(value: object) -> Chunk:
        found = parse_decimal(value)
        term = None if found is None else typed_term(found, "decimal")
        return _parsed(target, value, term)

    return make


def _boolean_maker(target: Target) -> Maker:
    def make(value: object) -> Chunk:
        found = parse_boolean(value)
        term = None if found is None else typed_term("true" if found else "false", "boolean")
        return _parsed(target, value, term)

    return make
