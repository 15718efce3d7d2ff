"""Fields of a JSON record that no mapping knows, with suggestions of known names."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from typing import Final

from harvesters.errors import UNKNOWN_FIELD
from harvesters.mapping.access_labels import HINT, access_target
from harvesters.mapping.mapping_files import label_mapping
from ontology.errors import AtlasError, FilePosition

MAX_REPORTED: Final = 20
"""Maximum number of unknown fields reported of one record."""

_SHOWN: Final = 60
_LIKE: Final = 3
_CUTOFF: Final = 0.5


@cache
def known_names() -> frozenset[str]:
    """Return every name that a JSON record may use, including the ignored ones."""
    mapping = label_mapping("portal")
    named = {label for labels in mapping.labels.values() for label in labels}
    return frozenset({*named, *mapping.identity, *mapping.either, *mapping.ignored})


def unknown_fields(names: Iterable[str], place: FilePosition) -> list[AtlasError]:
    """Return a warning for each name that is not known, the first `MAX_REPORTED`."""
    unknown = [
        name
        for name in dict.fromkeys(names)
        if name not in known_names() and access_target(name) in (None, HINT)
    ]
    return [
        AtlasError(
            UNKNOWN_FIELD,
            place=place,
            field=printable(name),
            known=", ".join(names_like(name)),
        )
        for name in unknown[:MAX_REPORTED]
    ]


def printable(label: str) -> str:
    """Return a label for a message, shortened, unprintable characters replaced."""
    return "".join(c if c.isprintable() else "\ufffd" for c in label[:_SHOWN])


def names_like(name: str) -> list[str]:
    """Return the known names most similar to one, or the main names where none is similar."""
    # Of two spellings the one in lower case is suggested, as documented.
    plain = {_plain(one): one for one in sorted(known_names(), key=lambda n: (n.islower(), n))}
    found = get_close_matches(_plain(name[:_SHOWN]), plain, _LIKE, _CUTOFF)
    main = [labels[0] for labels in list(label_mapping("portal").labels.values())[:_LIKE]]
    return list(dict.fromkeys(plain[one] for one in found)) or main


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())
