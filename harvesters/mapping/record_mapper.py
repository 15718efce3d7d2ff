"""Mapping a record: following the plan of its labels, value by value."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from harvesters.errors import NO_TITLE
from harvesters.mapping.access_rights import asks_of_users, says_closed
from harvesters.mapping.combined_values import CombinedValues
from harvesters.mapping.concept_values import ConceptValues
from harvesters.mapping.literal_values import MAKERS
from harvesters.mapping.mapped_value import TYPE, D, plain_term
from harvesters.mapping.mapping_files import Target
from harvesters.mapping.node_values import CONTENT_NODES
from harvesters.mapping.record_draft import CollectedValues, RecordDraft
from harvesters.mapping.target_mapper import CACHE_LIMIT, Plan, TargetMapper, ValueMapper
from harvesters.mapping.value_parsing import as_text
from harvesters.mapping.wrapped_values import unwrapped
from harvesters.privacy.lines import LineCleaner
from harvesters.privacy.removed_kinds import NAME
from harvesters.privacy.repeated_names import lost_a_name, may_be_contact, names_taken
from harvesters.protocols import ClosedItemError, MappedRecord
from ontology.errors import AtlasError, FilePosition
from ontology.openness import doubts, is_open
from ontology.record import Record, mint_iri
from ontology.terms import DCAT, DCT
from ontology.vocabulary import Vocabulary

_UNRESERVED: Final = re.compile(r"[A-Za-z0-9_~-]+")
_NUMBERS: Final = frozenset({int, float, bool, Decimal})
_COMPOUND: Final = frozenset({dict, list, tuple})
_SHORT: Final = 30
"""Characters; a longer text is a description of conditions, not an open type."""
_HEAD: Final = f"<{D}> {TYPE} <{DCAT.Dataset}> ."
_IDENTIFIER: Final = DCT.identifier


class RecordMapper:
    """Maps records of one source. Not safe to share between threads."""

    def __init__(self, vocabulary: Vocabulary, *, base_iri: str, source: str) -> None:
        self._base = base_iri
        self._source = source
        self._prefix = mint_iri(base_iri, source, "x")[:-1]
        self._lines = LineCleaner()
        self._known = ConceptValues(vocabulary, base_iri=base_iri, source=source)
        self._combined = CombinedValues(vocabulary, self._lines, base_iri=base_iri, source=source)
        self._chosen: dict[tuple[tuple[TargetMapper, ...], str], TargetMapper] = {}

    def target_mapper(self, target: Target) -> TargetMapper:
        """Return the mapper for one target of the profile."""
        return TargetMapper(target, self._maker(target))

    def _maker(self, target: Target) -> ValueMapper | None:
        if target.name == "description" or target.kind in ("iri", "access"):
            return None
        if target.kind in MAKERS:
            return MAKERS[target.kind](target)
        return self._known.maker(target) or CONTENT_NODES.get(target.kind)

    def map_record(  # noqa: PLR0912, PLR0915 - the hot loop: a call per value would slow the import
        self,
        remote_id: str,
        plan: Plan,
        containers: Sequence[Mapping[Any, object]],
        place: FilePosition,
    ) -> MappedRecord:
        """Map the values that ``plan`` finds in ``containers`` to a record.

        Raises `AtlasError` (``no-title``, ``empty-record``, ``illegal-iri``).
        """
        draft = RecordDraft(place)
        parts, seen = draft.parts, draft.seen
        draft.seen += (_HEAD, f"<{D}> <{_IDENTIFIER}> {plain_term(remote_id)} .")
        given = CollectedValues()
        values, labels = given.values, given.labels
        filled: TargetMapper | None = None
        taken: object = None
        at = -1
        titled = False
        end = len(containers)
        for entry, several, accessors in plan:
            last: object = None
            furthest = end
            for container, label in accessors:
                if container > furthest:
                    # `raw` repeats the record in the platform's own words.
                    break
                value = containers[container][label]
                if value == last or (not value and type(value) not in _NUMBERS):
                    continue
                text = value if type(value) is str else None
                if text is None and type(value) in _COMPOUND:
                    value = self._plain(draft, entry, label, value)
                    if value is None or value == last:
                        continue
                step = entry if type(entry) is TargetMapper else self._choose(entry, value)
                if step is filled:
                    if container <= at and as_text(value) != as_text(taken):
                        draft.left_out(label, value)
                    continue
                mapped = None
                if text is not None and not step.collected:
                    mapped = step.cache.get(text)
                if mapped is None:
                    if text is not None and text.isspace():
                        continue
                    if step.collected:
                        last = value
                        if step.name in values or step.every:
                            given.again(draft, step, container, label, value)
                        else:
                            values[step.name], labels[step.name] = value, label
                            given.at[step.name] = container
                            if not several:
                                furthest = container
                        continue
                    mapped = step.of(value)
                last = value
                if mapped[0]:
                    (seen if mapped[3] else parts).append(mapped[0])
                elif not mapped[1] and not mapped[2]:
                    draft.not_read(label, value)
                    continue
                if mapped[1] or mapped[2]:
                    draft.note(mapped, label)
                if not step.many:
                    filled, taken, at = step, value, container
                    titled = titled or step.name == "title"
                    if not several:
                        furthest = container
        self._combined.access(draft, given)
        if not titled:
            raise self._untitled(draft, remote_id)
        self._combined.combine(draft, remote_id, given)
        result = self._finish(draft, remote_id)
        if result.removed and lost_a_name(result.removed):
            return _without_repeated_names(result, containers)
        return result

    @staticmethod
    def _plain(
        draft: RecordDraft,
        entry: TargetMapper | tuple[TargetMapper, ...],
        label: object,
        value: object,
    ) -> object:
        """Return a value without the objects around it, with a warning for unread parts."""
        if type(entry) is TargetMapper and entry.own:
            return value
        found, unread = unwrapped(value)
        for told in unread:
            draft.not_read(label, told)
        return found

    def _untitled(self, draft: RecordDraft, remote_id: str) -> AtlasError:
        record = self._finish(draft, remote_id).record
        closed = not is_open(record) or bool(doubts(record))
        kind = ClosedItemError if closed else AtlasError
        return kind(NO_TITLE, place=draft.place, remote_id=remote_id, expected="title / 名称")

    def _finish(self, draft: RecordDraft, remote_id: str) -> MappedRecord:
        parts = draft.seen
        net = self._lines
        for part in draft.parts:
            if net.passes(part):
                parts.append(part)
            else:
                left, removed = net.cleaned(part)
                parts.append(left)
                draft.removed += removed
        # Most identifiers need no percent-encoding; checking is faster than encoding.
        plain = _UNRESERVED.fullmatch(remote_id) is not None
        record_iri = (
            f"{self._prefix}{remote_id}" if plain else mint_iri(self._base, self._source, remote_id)
        )
        lines: list[str] = []
        for part in parts:
            # Part by part: most are ASCII, which Python stores in a byte per character.
            text = part.replace(D, record_iri)
            if "\n" in text:
                lines += text.split("\n")
            elif text:
                lines.append(text)
        record = Record.from_lines(lines, iri=record_iri, source=self._source, remote_id=remote_id)
        return MappedRecord(record, tuple(dict.fromkeys(draft.removed)), tuple(draft.warnings))

    def _choose(self, steps: tuple[TargetMapper, ...], value: object) -> TargetMapper:
        """Return the first mapper whose schemes know the value, else the last."""
        text = value if type(value) is str else as_text(value)
        known = self._chosen.get((steps, text))
        if known is None:
            tidied = as_text(text)
            known = next(
                (
                    s
                    for s in steps[:-1]
                    if self._known.knows(s.target, tidied)
                    or (s.every and len(tidied) <= _SHORT and _may_be_open_type(tidied))
                ),
                steps[-1],
            )
            if len(self._chosen) < CACHE_LIMIT:
                self._chosen[steps, text] = known
        return known


def _may_be_open_type(text: str) -> bool:
    return says_closed(text) and not asks_of_users(text)


def _without_repeated_names(
    mapped: MappedRecord, containers: Sequence[Mapping[Any, object]]
) -> MappedRecord:
    """Drop keywords that are a name which was removed elsewhere in the record."""
    texts = (v for c in containers for v in c.values() if isinstance(v, str))
    names = {name for text in texts if may_be_contact(text) for name in names_taken(text)}
    repeated = {f' <{DCAT.keyword}> "{name}"@zh .' for name in names}
    record = mapped.record
    lines = [text for text in record.lines if text[text.find("> ") + 1 :] not in repeated]
    if len(lines) == len(record.lines):
        return mapped
    left = Record.from_lines(
        lines, iri=record.iri, source=record.source, remote_id=record.remote_id
    )
    said = dict.fromkeys((*mapped.removed, f"dcat:keyword: {NAME}"))
    return MappedRecord(left, tuple(said), mapped.warnings)
