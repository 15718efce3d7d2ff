"""Errors as runs and notices store them."""

from __future__ import annotations

from typing import Any

from ontology.errors import AtlasError


def stored_error(error: AtlasError) -> dict[str, Any]:
    """Return an error as it is stored: its code, its message in both languages, and its place."""
    place = error.place
    return {
        "code": error.code,
        "message": {lang: error.message(lang) for lang in ("zh", "en")},
        "place": None
        if place is None
        else {"file": place.file, "line": place.line, "column": place.column},
    }
