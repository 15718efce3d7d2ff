"""The ways to the data, each under a name of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import unquote, urlsplit

from catalog_service.api.description import Access, Description
from catalog_service.pages.view import View

LONGEST_FILE_NAME: Final = 80


@dataclass(frozen=True, slots=True)
class Way:
    """A file, an interface or a sample; ``name`` is told by no other row of the same dataset."""

    access: Access
    name: str
    sample: bool

    @property
    def reachable(self) -> bool:
        """Whether the record says where it is."""
        a = self.access
        return bool(a.download_urls or a.access_urls or a.endpoint_urls)


def ways(view: View, description: Description) -> list[Way]:
    """Return distributions, then samples.

    Many platforms give every file the dataset's own title. Rows that would be called alike are
    told apart by their format, which stands on the badge too, then by the name of their file, and
    last by their number.
    """
    found = [
        *(_way(view, description, access) for access in description.distributions),
        *(_way(view, description, access, sample=True) for access in description.samples),
    ]
    for told in (_format_of, _file_of):
        alike = _alike(found)
        named = [_with(way, told(view, way)) if _key(way) in alike else way for way in found]
        # What tells none of them apart is not said.
        if len(set(map(_key, named))) > len(set(map(_key, found))):
            found = named
    return _numbered(found)


def _way(view: View, description: Description, access: Access, *, sample: bool = False) -> Way:
    mode = view.pick(access.mode.label) if access.mode else ""
    own = "" if sample else view.pick(description.title)
    return Way(access, view.pick(access.title) or mode or own, sample)


def _key(way: Way) -> tuple[bool, str]:
    return way.sample, way.name


def _alike(found: Sequence[Way]) -> set[tuple[bool, str]]:
    return {key for key, count in Counter(map(_key, found)).items() if count > 1}


def _format_of(view: View, way: Way) -> str:
    return view.pick(way.access.format.label) if way.access.format else ""


def _file_of(_: View, way: Way) -> str:
    for address in way.access.download_urls:
        name = unquote(urlsplit(address).path.rpartition("/")[2])
        if name:
            return name[:LONGEST_FILE_NAME]
    return ""


def _with(way: Way, text: str) -> Way:
    return replace(way, name=" · ".join(part for part in (way.name, text) if part))


def _numbered(found: Sequence[Way]) -> list[Way]:
    alike, seen = _alike(found), Counter[tuple[bool, str]]()
    numbered = []
    for way in found:
        key = _key(way)
        seen[key] += 1
        numbered.append(_with(way, str(seen[key])) if key in alike else way)
    return numbered
