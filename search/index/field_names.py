"""Names of the fields of an index, the same in every kind of index."""

from __future__ import annotations

from typing import Final

KIND: Final = "kind"
DATASET: Final = "dataset"
CHECKPOINT: Final = "checkpoint"
"""The kind of the one document that is no dataset, its id, and its field with the number."""
MARK: Final = "mark"
IRI: Final = "iri"
BY_TITLE: Final = "by_title"
BY_MODIFIED: Final = "by_modified"
PAYLOAD: Final = "payload"


def text_field(name: str) -> str:
    """Return the field that holds the tokens of ``name``."""
    return f"text_{name}"


def facet_field(name: str) -> str:
    """Return the field that holds the values of the facet ``name``."""
    return f"facet_{name}"


def day_field(name: str) -> str:
    """Return the field that holds the days of the range ``name``."""
    return f"day_{name}"
