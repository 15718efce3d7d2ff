"""A record that is being mapped: its lines so far, removals and warnings."""

from __future__ import annotations

from typing import Any

from harvesters.errors import VALUE_LEFT_OUT, VALUE_NOT_READ
from harvesters.mapping.mapped_value import MappedValue
from harvesters.mapping.target_mapper import TargetMapper
from harvesters.mapping.value_parsing import as_text
from harvesters.mapping.wrapped_values import shown
from harvesters.privacy.personal_data import masked
from ontology.errors import AtlasError, ErrorKind, FilePosition


class RecordDraft:
    """Collects lines, removals and warnings of one record."""

    __slots__ = ("parts", "place", "removed", "seen", "warnings")

    def __init__(self, place: FilePosition) -> None:
        self.place = place
        self.parts: list[str] = []
        """Lines to which the privacy rule has yet to be applied."""
        self.seen: list[str] = []
        """Lines to which it was applied, or that hold no text."""
        self.removed: list[str] = []
        self.warnings: list[AtlasError] = []

    def take(self, mapped: MappedValue, label: object = "") -> None:
        """Add the lines, removals and warnings of a mapped value; ``label`` is where it stood."""
        if mapped.text:
            self.parts.append(mapped.text)
        if mapped.removed or mapped.problems:
            self.note(mapped, label)

    def note(self, mapped: MappedValue, label: object = "") -> None:
        """Add the removals and warnings of a mapped value only."""
        self.removed += mapped.removed
        for kind, params in mapped.problems:
            self.warn(kind, **({"field": label} if kind is VALUE_NOT_READ else {}), **params)

    def warn(self, kind: ErrorKind, **params: Any) -> None:
        """Add a warning, with personal data in its parameters masked."""
        said = {k: masked(v) if isinstance(v, str) else v for k, v in params.items()}
        self.warnings.append(AtlasError(kind, place=self.place, **said))

    def not_read(self, label: object, value: object) -> None:
        """Warn that a value could not be read, or not completely."""
        self.warn(VALUE_NOT_READ, field=str(label), value=shown(value))

    def left_out(self, label: object, value: object) -> None:
        """Warn that a value was left out because another label gave the same target."""
        self.warn(VALUE_LEFT_OUT, field=str(label), value=shown(value))


class CollectedValues:
    """Values that are mapped at the end, because they depend on others; by target."""

    __slots__ = ("at", "labels", "values")

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        """A list for a target of which all labels are read."""
        self.labels: dict[str, object] = {}
        """The label of each value, for warnings."""
        self.at: dict[str, int] = {}
        """The number of the container of each value (`target_mapper.Accessor`)."""

    def again(
        self, draft: RecordDraft, step: TargetMapper, container: int, label: object, value: object
    ) -> None:
        """Keep a further value of a target, or warn of it, unless `raw` only repeats it."""
        if step.every:
            self.labels.setdefault(step.name, label)
            known = self.values.setdefault(step.name, [])
            if value not in known:
                known.append(value)
        elif container <= self.at[step.name] and as_text(self.values[step.name]) != as_text(value):
            draft.left_out(label, value)
