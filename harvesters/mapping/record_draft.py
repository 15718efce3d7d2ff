"""A record in the making: its lines so far, and what has to be said beside them."""

from __future__ import annotations

from typing import Any

from harvesters.errors import VALUE_LEFT_OUT, VALUE_NOT_READ
from harvesters.mapping.mapped_value import MappedValue
from harvesters.mapping.target_mapper import TargetMapper
from harvesters.mapping.value_parsing import as_text
from harvesters.mapping.wrapped_values import shown
from harvesters.privacy.texts import masked
from ontology.errors import AtlasError, ErrorKind, FilePosition


class RecordDraft:
    """A record in the making."""

    __slots__ = ("parts", "place", "removed", "seen", "warnings")

    def __init__(self, place: FilePosition) -> None:
        self.place = place
        self.parts: list[str] = []
        """Lines that the privacy rule has yet to see."""
        self.seen: list[str] = []
        """Lines that it has seen, or that hold no text."""
        self.removed: list[str] = []
        self.warnings: list[AtlasError] = []

    def take(self, chunk: MappedValue, label: object = "") -> None:
        """Add a chunk's lines and what it has to say beside them."""
        if chunk.text:
            self.parts.append(chunk.text)
        if chunk.removed or chunk.problems:
            self.note(chunk, label)

    def note(self, chunk: MappedValue, label: object = "") -> None:
        """Add what a chunk says beside its lines; ``label`` is where its value stood."""
        self.removed += chunk.removed
        for kind, params in chunk.problems:
            self.warn(kind, **({"field": label} if kind is VALUE_NOT_READ else {}), **params)

    def warn(self, kind: ErrorKind, **params: Any) -> None:
        """Add a warning, without what identifies a person."""
        said = {k: masked(v) if isinstance(v, str) else v for k, v in params.items()}
        self.warnings.append(AtlasError(kind, place=self.place, **said))

    def not_read(self, label: object, value: object) -> None:
        """Tell that nothing, or not all, of a value could be read."""
        self.warn(VALUE_NOT_READ, field=str(label), value=shown(value))

    def left_out(self, label: object, value: object) -> None:
        """Tell that a value was passed over for another that means the same."""
        self.warn(VALUE_LEFT_OUT, field=str(label), value=shown(value))


class CollectedValues:
    """Values that are kept for the end, because they depend on others, by target."""

    __slots__ = ("at", "labels", "values")

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        """For a target of which every label is read, a list."""
        self.labels: dict[str, object] = {}
        """Where each value stood, for what has to be said of it."""
        self.at: dict[str, int] = {}
        """In which container it stood."""

    def again(
        self, draft: RecordDraft, step: TargetMapper, container: int, label: object, value: object
    ) -> None:
        """Keep one of several values, or tell of it, unless `raw` says it again."""
        if step.every:
            self.labels.setdefault(step.name, label)
            known = self.values.setdefault(step.name, [])
            if value not in known:
                known.append(value)
        elif container <= self.at[step.name] and as_text(self.values[step.name]) != as_text(value):
            draft.left_out(label, value)
