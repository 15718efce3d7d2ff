"""Mapping one JSON record of a data portal, with normalized or Chinese labels.

The keys of a record are looked up in ``harvesters/mapping/portal.toml``. Records of one portal
share their set of keys, so the plan from keys to targets is made once for each set.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final, Literal

import orjson

from harvesters.errors import (
    BAD_JSON,
    CONTROL_CHARACTERS,
    DUPLICATE_KEY,
    NO_IDENTITY,
    NOT_AN_OBJECT,
    VALUE_LEFT_OUT,
    WRONG_ENCODING,
)
from harvesters.mapping.access_labels import (
    LEVEL,
    LEVELS,
    access_target,
    last_label,
    nested_access_values,
)
from harvesters.mapping.access_rights import implicit_access_targets
from harvesters.mapping.mapping_files import label_mapping, mapping_digest, targets
from harvesters.mapping.record_mapper import RecordMapper
from harvesters.mapping.target_mapper import Accessor, Plan, TargetMapper
from harvesters.mapping.value_parsing import as_text
from harvesters.mapping.wrapped_values import shown, unwrapped
from harvesters.privacy.personal_data import masked
from harvesters.protocols import Incoming, MappedRecord
from harvesters.readers.exact_json import parsed, why_not_json
from harvesters.readers.json_reasons import json_reason
from harvesters.readers.remote_ids import checked_identifier, identity_digest
from harvesters.readers.unknown_fields import printable, unknown_fields
from ontology.errors import RECORD_TOO_LONG, AtlasError, FilePosition
from ontology.limits import MAX_RECORD
from ontology.texts import CONTROL, tidy
from ontology.vocabulary import Vocabulary


class PortalMapper:
    """Makes an `Incoming` of one portal record; used for files, the API and harvests."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        *,
        base_iri: str,
        source: str,
        tell_unknown: Literal["each", "once", "never"] = "never",
    ) -> None:
        """Map records of one source; ``tell_unknown`` says when to warn of unknown fields.

        ``each``: with every record, for clients that write records for the catalogue. ``once``:
        with the first record that has the field, and not of fields in ``raw``, for a portal's file.
        """
        self._tell_unknown = tell_unknown
        self._reported: set[str] = set()
        self._mapping = label_mapping("portal")
        self._record_mapper = RecordMapper(vocabulary, base_iri=base_iri, source=source)
        self._named = frozenset(
            {label for labels in self._mapping.labels.values() for label in labels}
            | set(self._mapping.either)
        )
        self._read = self._named | {"raw"}
        self._only_identity = tuple(
            label for label in self._mapping.identity if label not in self._named
        )
        known = targets()
        self._steps = {
            t.name: self._record_mapper.target_mapper(t)
            for t in (*known.values(), *implicit_access_targets())
        }
        self._levels = frozenset(one for name in LEVELS for one in self._mapping.labels[name])
        self._plans: dict[tuple[tuple[str, ...], ...], Plan] = {}
        self._digest = mapping_digest("portal", vocabulary.digest, base_iri, source)

    def incoming(
        self, payload: bytes, place: FilePosition, remote_id: str | None = None
    ) -> Incoming:
        """Identify one record given as JSON; raises `AtlasError` where that is impossible.

        ``remote_id`` is its identifier where the caller knows it (the address of a PUT).
        """
        if len(payload) > MAX_RECORD:
            raise AtlasError(RECORD_TOO_LONG, place=place, record="–", limit=MAX_RECORD)
        try:
            record, repeated = parsed(payload, _merges)
        except orjson.JSONDecodeError as problem:
            if "UTF-8" in problem.msg:
                raise _wrong_encoding(payload, place) from None
            at = FilePosition(place.file, (place.line or 1) + problem.lineno - 1, problem.colno)
            reason = why_not_json(payload, problem.msg)
            raise AtlasError(BAD_JSON, place=at, reason=reason) from None
        if not isinstance(record, dict):
            raise AtlasError(NOT_AN_OBJECT, place=place, found=type(record).__name__)
        told = [AtlasError(DUPLICATE_KEY, place=place, field=printable(k)) for k in repeated]
        if remote_id is None:
            remote_id = self._identify(record, place)
        else:
            checked_identifier(remote_id, place)
        fingerprint = hashlib.sha256(self._digest + payload).digest()
        untidy = _CONTROL.search(payload) is not None
        make = partial(self._make_untidy if untidy else self._make, remote_id, record, place)
        if told:
            make = partial(_with_warnings, make, told)
        return Incoming(remote_id, place, fingerprint, make, lambda: payload)

    def _identify(self, record: dict[str, Any], place: FilePosition) -> str:
        raw = record.get("raw")
        for container in (record, raw if isinstance(raw, dict) else {}):
            for label in self._mapping.identity:
                remote_id = _text(container[label]) if label in container else ""
                if remote_id:
                    return checked_identifier(remote_id, place)
        return self._digest_identity(record, raw if isinstance(raw, dict) else {}, place)

    def _digest_identity(
        self, record: dict[str, Any], raw: dict[str, Any], place: FilePosition
    ) -> str:
        labels = self._mapping.labels

        def first(target: str) -> str:
            return next(
                (
                    text
                    for container in (record, raw)
                    for label in labels[target]
                    if (text := _text(container.get(label)))
                ),
                "",
            )

        title = first("title")
        if not title:
            expected = " / ".join((*self._mapping.identity[:3], *labels["title"][:3]))
            raise AtlasError(NO_IDENTITY, place=place, expected=expected)
        return identity_digest(first("publisher"), title, first("city"))

    def _make(self, remote_id: str, record: dict[str, Any], place: FilePosition) -> MappedRecord:
        raw = record.get("raw")
        if not isinstance(raw, dict):
            raw = {}
        inner = nested_access_values(record, self._read)
        if raw:
            inner |= nested_access_values(raw, self._read)
        new: list[str] | None = None
        plan = self._plans.get(shape := (tuple(record), tuple(raw), tuple(inner)))
        if plan is None:
            plan = self._plan(*shape)
            if self._tell_unknown == "once" and len(self._reported) < _MAX_REPORTED:
                new = [n for n in record if n not in self._reported and access_target(n) is None]
                self._reported.update(new)
            if len(self._plans) < 4096:
                self._plans[shape] = plan
        mapped = self._record_mapper.map_record(remote_id, plan, (record, raw, inner), place)
        others = [
            AtlasError(VALUE_LEFT_OUT, place=place, field=label, value=masked(shown(record[label])))
            for label in self._only_identity
            if label in record and record[label] != remote_id
            if _differs(record[label], remote_id)
        ]
        if others:
            mapped = replace(mapped, warnings=(*mapped.warnings, *others))
        if self._tell_unknown == "never" or (new is None and self._tell_unknown == "once"):
            return mapped
        names = (*record, *raw) if new is None else new
        return replace(mapped, warnings=(*mapped.warnings, *unknown_fields(names, place)))

    def _make_untidy(
        self, remote_id: str, record: dict[str, Any], place: FilePosition
    ) -> MappedRecord:
        """Map a record that may hold control characters, with a warning per field that does."""
        mapped = self._make(remote_id, record, place)
        raw = record.get("raw")
        used = {label for labels in self._mapping.labels.values() for label in labels}
        used |= set(self._mapping.either)
        told = tuple(
            AtlasError(CONTROL_CHARACTERS, place=FilePosition(place.file, place.line, label))
            for container in (record, raw if isinstance(raw, dict) else {})
            for label, value in container.items()
            if label in used and _has_control(value)
        )
        return replace(mapped, warnings=(*mapped.warnings, *told))

    def _plan(self, top: tuple[str, ...], raw: tuple[str, ...], inner: tuple[str, ...]) -> Plan:
        """Return which labels of a record give which target, the preferred one first."""
        found: list[tuple[int, TargetMapper | tuple[TargetMapper, ...], tuple[Accessor, ...]]] = []
        for name, labels in self._mapping.labels.items():
            accessors = [(0, label) for label in labels if label in top]
            accessors += [(1, label) for label in labels if label in raw]
            if accessors:
                step = self._steps[name]
                found.append((step.rank, step, tuple(accessors)))
        said = _access(top, raw, self._named)
        for path in inner:
            if target := access_target(last_label(path)):
                said.setdefault(target, []).append((2, path))
        for number, labels in enumerate((top, raw)):
            for label in self._levels.intersection(labels):
                said.setdefault(LEVEL, []).append((number, label))
        for name, accessors in said.items():
            step = self._steps[name]
            found.append((step.rank, step, tuple(accessors)))
        for label, names in self._mapping.either.items():
            accessors = [(0, label)] * (label in top) + [(1, label)] * (label in raw)
            if accessors:
                steps = tuple(self._steps[name] for name in names)
                # After the targets that have labels of their own.
                found.append((steps[0].rank, steps, tuple(accessors)))
        found.sort(key=lambda entry: entry[0])
        return tuple(
            (step, isinstance(step, tuple) or step.many or step.every, accessors)
            for _, step, accessors in found
        )


def _text(value: object) -> str:
    return as_text(value if type(value) is str else unwrapped(value)[0])


def _differs(value: object, remote_id: str) -> bool:
    """Tell whether a label for the identifier holds another value than the record's identifier."""
    if unwrapped(value) == (None, ()):
        return False
    return _text(value) != remote_id and not (isinstance(value, str) and not tidy(value))


def _merges(key: str) -> bool:
    """Tell whether all values of a repeated key count: they do for labels about access."""
    return access_target(key) is not None


def _with_warnings(make: Callable[[], MappedRecord], told: Sequence[AtlasError]) -> MappedRecord:
    mapped = make()
    return replace(mapped, warnings=(*mapped.warnings, *told))


def _access(
    top: tuple[str, ...], raw: tuple[str, ...], named: frozenset[str]
) -> dict[str, list[Accessor]]:
    """Return labels that no mapping file lists and that may be about access."""
    found: dict[str, list[Accessor]] = {}
    for container, labels in enumerate((top, raw)):
        for label in labels:
            if label not in named and label not in ("raw", "source"):
                target = access_target(label)
                if target is not None:
                    found.setdefault(target, []).append((container, label))
    return found


_CONTROL: Final = re.compile(
    rb"\\(?:b|f|u(?:00|20[0-6]|061))|\x7f|\xef\xbf[\xbe\xbf]"
    rb"|\xe2(?:\x80[\x8e\x8f\xaa-\xae]|\x81[\xa6-\xa9])|\xd8\x9c"
)
"""The characters of `ontology.texts.CONTROL` in JSON, bare or escaped."""
_MAX_REPORTED: Final = 1_000
"""Maximum number of a file's unknown fields that are reported."""


def _has_control(value: object) -> bool:
    if isinstance(value, str):
        return CONTROL.search(value) is not None
    if isinstance(value, dict):
        value = list(value.values())
    return isinstance(value, list) and any(map(_has_control, value))


def _wrong_encoding(payload: bytes, place: FilePosition) -> AtlasError:
    try:
        payload.decode("utf-8")
    except UnicodeDecodeError as problem:
        byte = problem.start + 1
        at = FilePosition(place.file, place.line, byte)
        return AtlasError(WRONG_ENCODING, place=at, encoding="UTF-8", byte=byte)
    return AtlasError(BAD_JSON, place=place, reason=json_reason("lone surrogates"))
