"""Distributions of a dataset: its files and APIs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from harvesters.errors import VALUE_NOT_READ
from harvesters.mapping.mapped_value import TYPE, URL, D, MappedValue, text_term, unmapped_value
from harvesters.mapping.value_parsing import as_list, as_text
from harvesters.mapping.web_addresses import Problem, address, addresses, all_of, looks_web
from harvesters.mapping.wrapped_values import shown, unwrapped
from harvesters.privacy.personal_data import clean_text
from ontology.formats import formats_of, is_whole
from ontology.ntriples import iri
from ontology.terms import DCAT, DCT, SHD, VOCAB
from ontology.texts import plain_text, tidy
from ontology.vocabulary import Known, Vocabulary

FILE: Final = VOCAB.term("delivery-mode/file")
API: Final = VOCAB.term("delivery-mode/api")

_MODES: Final = VOCAB.term("delivery-mode/")
_EXTENSION = re.compile(r"\.([A-Za-z]{2,5})$")
_BETWEEN: Final = ",，、;；|\n"
_STROKE: Final = "/"
"""Between formats as well, but not in media types and IRIs."""
_PARAMETERS: Final = re.compile(r"(?<=[\w+.-]);\s*[\w-]+=[^;,\s]+")
"""Of a media type: ``text/csv; charset=utf-8``."""
_MAX_CACHED_LENGTH: Final = 1_000
"""Characters; results for longer lists of formats are not cached, because they do not recur."""
_NAME_KEYS = ("name", "resName", "fileName", "file_name", "title", "名称")
_TYPE_KEYS = ("file_type", "fileType", "format", "type", "格式")
_ADDRESS_KEYS = (
    *("downloadURL", "download_url", "downloadUrl", "url", "href", "link", "地址", "下载地址"),
    "accessURL",
)
_API_KEYS = ("url", "address", "endpoint", "endpointURL", "api", "href", "link", "接口地址", "地址")
_BESIDE: Final = frozenset({"path", "sort", "order", "id", "resId", "fileId", "size", "fileSize"})
"""Keys that only the platform itself uses, ignored without a warning."""


@dataclass(slots=True)
class _Collected:
    """Collects the lines of a record's distributions."""

    lines: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    links: int = 0
    """Number of distributions so far; part of their IRIs."""

    def value(self) -> MappedValue:
        return MappedValue("\n".join(self.lines), tuple(self.removed), tuple(self.problems))


class Distributions:
    """Maps files, formats and APIs to distributions; results for lists of formats are cached."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._cache: dict[tuple[str, bool], MappedValue] = {}

    def of_formats(self, value: object, with_url: bool) -> MappedValue:
        """Return one distribution for each format, at the landing page where there is one."""
        key = value if type(value) is str else repr(value)
        mapped = self._cache.get((key, with_url))
        if mapped is None:
            collected = _Collected()
            for text in _kinds(value):
                self._one(collected, text, access=URL if with_url else "")
            mapped = collected.value()
            if len(key) <= _MAX_CACHED_LENGTH:
                self._cache[key, with_url] = mapped
        return mapped

    def of_files(self, value: object, formats: object, with_url: bool) -> MappedValue:
        """Return one distribution for each named file; a format comes from its name or entry."""
        collected = _Collected()
        access = URL if with_url else ""
        others = _kinds(formats) or [""]
        for entry in _entries(value):
            if isinstance(entry, dict):
                self._described(collected, entry, access)
                continue
            text = as_text(entry)
            texts = addresses(text) if looks_web(text) else [text]
            for one in filter(None, texts):
                found = _EXTENSION.search(one.partition("?")[0])
                known = found is not None and self._format(found[1])[2]
                kinds = (
                    [found[1]] if found is not None and (known or not looks_web(one)) else others
                )
                download = one if looks_web(one) else ""
                title = unquote(one.partition("?")[0].rsplit("/", 1)[-1]) if download else one
                for kind in kinds:
                    self._one(collected, kind, title=title, access=access, download=download)
        return collected.value()

    def _described(self, collected: _Collected, entry: dict[str, object], access: str) -> None:
        """Add the distributions of one file that is given as an object, one for each format."""
        title, kinds, download = "", [""], ""
        unread: list[str] = []
        for key, given in entry.items():
            value, more = unwrapped(given)
            if value is None or value in ("", []):
                unread += [f"{key}: {one}" for one in more]
            elif key in _NAME_KEYS and not title:
                title = as_text(value)
            elif key in _TYPE_KEYS and kinds == [""]:
                kinds = _kinds(value) or [""]
            elif (key in _ADDRESS_KEYS or looks_web(as_text(value))) and not download:
                download = as_text(value)
            elif key not in _BESIDE:
                unread.append(f"{key}: {shown(value)}")
        if not (title or kinds != [""] or download):
            unread = [shown(entry)]
        else:
            for kind in kinds:
                self._one(collected, kind, title=title, access=access, download=download)
        collected.problems += [(VALUE_NOT_READ, {"value": one}) for one in unread]

    def of_api(self, value: object, manual: str, number: int) -> MappedValue:
        """Return the distribution and the data service of an API's address.

        ``manual`` is its 使用说明: the address of a document, or the instructions themselves.
        """
        lines: list[str] = []
        problems: list[Problem] = []
        described, removed = _instructions(manual)
        for entry in value if isinstance(value, (list, tuple)) else [value]:
            title = ""
            given: object = entry
            if isinstance(entry, dict):
                given = next((entry[k] for k in _API_KEYS if entry.get(k)), "")
                title = _first(entry, _NAME_KEYS)
                if not given:
                    problems.append((VALUE_NOT_READ, {"value": shown(entry)}))
            texts = addresses(unwrapped(given)[0])
            before = number
            for text in texts:
                found = address(text)
                problems += found.problems
                if not found.iri:
                    continue
                term = iri(found.iri)
                node, service = f"<{D}#dist-{number}>", f"<{D}#service-{number}>"
                number += 1
                lines += (
                    f"<{D}> <{DCAT.distribution}> {node} .",
                    f"{node} {TYPE} <{DCAT.Distribution}> .",
                    f"{node} <{DCAT.accessURL}> {term} .",
                    f"{node} <{SHD.deliveryMode}> <{API}> .",
                    f"{node} <{DCAT.accessService}> {service} .",
                    f"{service} {TYPE} <{DCAT.DataService}> .",
                    f"{service} <{DCAT.endpointURL}> {term} .",
                    f"{service} <{DCAT.servesDataset}> <{D}> .",
                )
                if title:
                    lines.append(f"{service} <{DCT.title}> {text_term(tidy(title))} .")
                if described:
                    lines.append(f"{service} <{DCAT.endpointDescription}> {described} .")
            if title and number == before:
                problems.append((VALUE_NOT_READ, {"value": title}))
        if described and not lines:
            problems.append((VALUE_NOT_READ, {"value": shown(manual)}))
        return MappedValue("\n".join(lines), removed if lines else (), tuple(problems))

    def _format(self, text: str) -> tuple[str | None, str, bool]:
        """Return the format's concept, the mode of delivery, and whether the text means either."""
        found = self._vocabulary.find("format", text) if text else None
        if isinstance(found, Known):
            return found.concept.iri, FILE, True
        if found is None:
            return None, FILE, True
        if found.means is not None and found.means.startswith(_MODES):
            return None, found.means, True
        if is_whole(text):
            # Spelled as in catalogues in RDF: unregistered media types, other codes of the EU.
            for one in formats_of(self._vocabulary, [[(text,)]]):
                if one.notation is not None:
                    return one.value, FILE, True
        return None, FILE, False

    def _one(
        self,
        collected: _Collected,
        kind: str,
        *,
        title: str = "",
        access: str = "",
        download: str = "",
    ) -> None:
        lines = collected.lines
        concept, mode, understood = self._format(kind)
        if not understood:
            kept = unmapped_value(DCT.format, kind)
            lines += filter(None, [kept.text])
            collected.removed += kept.removed
            if not title and not download:
                return
        collected.links += 1
        node = f"<{D}#dist-{collected.links}>"
        lines += (
            f"<{D}> <{DCAT.distribution}> {node} .",
            f"{node} {TYPE} <{DCAT.Distribution}> .",
            f"{node} <{SHD.deliveryMode}> <{mode}> .",
        )
        if concept is not None:
            lines.append(f"{node} <{DCT.format}> <{concept}> .")
        if title:
            lines.append(f"{node} <{DCT.title}> {text_term(tidy(title))} .")
        if access:
            lines.append(f"{node} <{DCAT.accessURL}> <{access}> .")
        if download:
            found, problems = all_of(addresses(download))
            lines += (f"{node} <{DCAT.downloadURL}> {iri(one)} ." for one in found)
            collected.problems += [p for p in problems if p not in collected.problems]


def _kinds(value: object) -> list[str]:
    """Return the formats that a list, or a text with several, names."""
    given = _PARAMETERS.sub("", value) if isinstance(value, str) else value
    found: list[str] = []
    for text in as_list(given, _BETWEEN):
        found += [text] if not isinstance(given, str) or is_whole(text) else as_list(text, _STROKE)
    return list(dict.fromkeys(found))


def _instructions(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the term for an API's instructions, and what was taken out of them."""
    if looks_web(text):
        found = address(text)
        if found.iri:
            return iri(found.iri), ()
    cleaned = clean_text(plain_text(text))
    removed = tuple(f"dcat:endpointDescription: {kind}" for kind in cleaned.kinds)
    return text_term(cleaned.text) if cleaned.text else "", removed


def _entries(value: object) -> list[object]:
    """Return the entries of a list of files, of one object, or of one text."""
    if isinstance(value, (list, tuple)):
        return [e for item in value for e in (item if isinstance(item, (list, tuple)) else [item])]
    if isinstance(value, dict):
        return [value]
    text = as_text(value)
    return [text] if looks_web(text) else list(as_list(text, separators="\n|;；"))


def _first(entry: dict[str, object], keys: tuple[str, ...]) -> str:
    return next((text for key in keys if (text := as_text(entry.get(key)))), "")
