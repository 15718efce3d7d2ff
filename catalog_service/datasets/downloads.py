"""Ways to get the data, each with a distinct name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import unquote, urlsplit

from catalog_service.answers import Named
from catalog_service.datasets.description_model import Access, Description, file_addresses
from catalog_service.site.rendering import View

LONGEST_FILE_NAME: Final = 80
NAMED: Final = 3
"""Names that are listed for the files at one address."""


_ANCHOR: Final = re.compile(r"(?:dist|field|sample|service)-[A-Za-z0-9_-]{1,60}")
"""Fragments of the nodes that the mapping makes of files, interfaces and fields."""


@dataclass(frozen=True, slots=True)
class Way:
    """A file, an interface or a sample; ``name`` is told by no other row of the same dataset.

    ``others`` lie at the very same address: one page from which several formats can be had.
    ``files`` are the addresses of the file itself, ``pages`` of pages that lead to it.
    """

    access: Access
    name: str
    sample: bool
    files: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    others: tuple[Access, ...] = ()

    @property
    def reachable(self) -> bool:
        """Whether the record says where it is."""
        return bool(self.files or self.pages or self.access.endpoint_urls)

    @property
    def direct(self) -> bool:
        """Whether a program gets the data there, without a page between."""
        return bool(self.files or self.access.endpoint_urls)

    @property
    def formats(self) -> list[Named]:
        """The formats that can be had at this address, each once."""
        found: list[Named] = []
        for access in (self.access, *self.others):
            if access.format is not None and access.format not in found:
                found.append(access.format)
        return found


def part_anchor(description: Description, iri: str) -> str:
    """Return the name of a part's place on the dataset's page: the fragment of its IRI.

    Empty for IRIs without one, and for those that are not made here: theirs might be any place's.
    """
    for whole in (description.iri, description.focus):
        if iri.startswith(f"{whole}#"):
            fragment = iri.removeprefix(f"{whole}#")
            return fragment if _ANCHOR.fullmatch(fragment) else ""
    return ""


def ways(view: View, description: Description) -> list[Way]:
    """Return distributions, then samples; those at one and the same address are one way.

    Many platforms give every file the dataset's own title. Rows that would be called alike are
    told apart by their format, which stands on the badge too, then by the name of their file, and
    last by their number.
    """
    found = _together(
        view,
        [
            *(_way(view, description, access) for access in description.distributions),
            *(_way(view, description, access, sample=True) for access in description.samples),
        ],
    )
    for told in (_format_of, _file_of):
        alike = _alike(found)
        named = [_with(way, told(view, way)) if _key(way) in alike else way for way in found]
        # A text that distinguishes none of them is left out.
        if len(set(map(_key, named))) > len(set(map(_key, found))):
            found = named
    return _numbered(found)


def _way(view: View, description: Description, access: Access, *, sample: bool = False) -> Way:
    mode = view.pick(access.mode.label) if access.mode else ""
    own = "" if sample else view.pick(description.title)
    files = file_addresses(description, access)
    pages = [a for a in access.download_urls if a not in files] + access.access_urls
    if not files and any(page in description.landing_pages for page in pages):
        # What is had from a page of the source is no download of a file.
        mode = view.gettext("Page at the source")
    name = view.pick(access.title) or mode or own
    return Way(access, name, sample, tuple(files), tuple(dict.fromkeys(pages)))


def _together(view: View, found: Sequence[Way]) -> list[Way]:
    """Join what lies at one address: several buttons to one page would promise several files."""
    joined: dict[object, list[Way]] = {}
    for number, way in enumerate(found):
        alone = way.access.endpoint_urls or not way.reachable
        key = number if alone else (way.sample, way.files, way.pages)
        joined.setdefault(key, []).append(way)
    return [_joined(view, group) for group in joined.values()]


def _joined(view: View, group: Sequence[Way]) -> Way:
    if len(group) == 1:
        return group[0]
    names = list(dict.fromkeys(way.name for way in group if way.name))
    name = view.listed(names[:NAMED]) + ("…" if len(names) > NAMED else "")
    return replace(group[0], name=name, others=tuple(way.access for way in group[1:]))


def _key(way: Way) -> tuple[bool, str]:
    return way.sample, way.name


def _alike(found: Sequence[Way]) -> set[tuple[bool, str]]:
    return {key for key, count in Counter(map(_key, found)).items() if count > 1}


def _format_of(view: View, way: Way) -> str:
    return view.pick(way.access.format.label) if way.access.format else ""


def _file_of(_: View, way: Way) -> str:
    for address in way.files:
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
