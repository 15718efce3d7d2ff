"""Kinds of datasets: what a template fills in, from which day on (``kinds.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from catalog_service.editing.form_fields import Entry, read_entries
from ontology.languages import BilingualText

_FILE: Final = Path(__file__).with_name("kinds.toml")


@dataclass(frozen=True, slots=True)
class DatasetKind:
    """A template: values by the names of the form's fields."""

    key: str
    since: date
    name: BilingualText
    help: BilingualText
    values: Mapping[str, str]

    def entries(self) -> Entry:
        """Return its values as a form sends them."""
        return read_entries(self.values)


@cache
def _all() -> tuple[DatasetKind, ...]:
    return tuple(
        DatasetKind(
            one["key"],
            one["from"],
            BilingualText(one["zh"], one["en"]),
            BilingualText(one["help_zh"], one["help_en"]),
            one.get("values", {}),
        )
        for one in tomllib.loads(_FILE.read_text(encoding="utf-8"))["kind"]
    )


def kinds_on(day: date) -> list[DatasetKind]:
    """Return the kinds that hold on a day, in the order of the file; of each the newest."""
    found: dict[str, DatasetKind] = {}
    for one in _all():
        if one.since <= day and (one.key not in found or found[one.key].since <= one.since):
            found[one.key] = one
    return list(found.values())
