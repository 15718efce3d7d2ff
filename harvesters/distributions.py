"""Distributions: the files and APIs in which a dataset is given out."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from harvesters.chunk import TYPE, URL, Chunk, D, text_term, unmapped_chunk
from harvesters.privacy.texts import clean_text
from harvesters.values import as_list, as_text, plain_text, tidy
from ontology.errors import AtlasError
from ontology.ntriples import iri
from ontology.terms import DCAT, DCT, SHD, VOCAB
from ontology.vocabulary import Known, Vocabulary

FILE: Final = VOCAB.term("delivery-mode/file")
API: Final = VOCAB.term("delivery-mode/api")

_MODES: Final = VOCAB.term("delivery-mode/")
_EXTENSION = re.compile(r"\.([A-Za-z]{2,5})$")
_BETWEEN: Final = ",，、;；|/\n"
_MEMO_LENGTH: Final = 1_000
"""Longer lists of formats than this are not met again, and are not remembered."""
_NAME_KEYS = ("name", "resName", "fileName", "file_name", "title", "名称")
_TYPE_KEYS = ("file_type", "fileType", "format", "type", "格式")
_ADDRESS_KEYS = ("downloadURL", "download_url", "url")


@dataclass(slots=True)
class _Written:
    """The lines of a record's distributions as they come to be."""

    lines: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    links: int = 0
    """Distributions so far: each is called by its number."""

    def chunk(self) -> Chunk:
        return Chunk("\n".join(self.lines), tuple(self.removed))


class Distributions:
    """Writes the distributions of records; what a list of formats gives is remembered."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._memo: dict[tuple[str, bool], Chunk] = {}

    def of_formats(self, value: object, with_url: bool) -> Chunk:
        """Return one distribution for each format, at the landing page where there is one."""
        key = value if type(value) is str else repr(value)
        chunk = self._memo.get((key, with_url))
        if chunk is None:
            written = _Written()
            for text in as_list(value, separators=_BETWEEN):
                self._one(written, text, access=URL if with_url else "")
            chunk = written.chunk()
            if len(key) <= _MEMO_LENGTH:
                self._memo[key, with_url] = chunk
        return chunk

    def of_files(self, value: object, formats: object, with_url: bool) -> Chunk:
        """Return one distribution for each named file; a format comes from its name or entry."""
        written = _Written()
        access = URL if with_url else ""
        entries = value if isinstance(value, (list, tuple)) else as_list(value, separators="\n|;；")
        others = as_list(formats, _BETWEEN) or [""]
        for entry in entries:
            if isinstance(entry, dict):
                title = _first(entry, _NAME_KEYS)
                kinds = next((as_list(entry[k]) for k in _TYPE_KEYS if entry.get(k)), [""])
                download = _first(entry, _ADDRESS_KEYS)
                for kind in kinds:
                    self._one(written, kind, title=title, access=access, download=download)
            elif text := as_text(entry):
                found = _EXTENSION.search(text)
                for kind in [found.group(1)] if found else others:
                    self._one(written, kind, title=text, access=access)
        return written.chunk()

    def of_api(self, value: object, manual: str, number: int) -> Chunk:
        """Return the distribution and the data service of an API's address.

        ``manual`` is its 使用说明: the address of a document, or the instructions themselves.
        """
        lines: list[str] = []
        described, removed = _instructions(manual)
        for offset, address in enumerate(as_list(value, separators=" \n,，;；|")):
            try:
                term = iri(address)
            except AtlasError:
                continue
            node, service = f"<{D}#dist-{number + offset}>", f"<{D}#service-{number + offset}>"
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
            if described:
                lines.append(f"{service} <{DCAT.endpointDescription}> {described} .")
        return Chunk("\n".join(lines), removed if lines else ())

    def _format(self, text: str) -> tuple[str | None, str, bool]:
        """Return the format's concept, the mode of delivery, and whether the text means either."""
        found = self._vocabulary.find("format", text) if text else None
        if isinstance(found, Known):
            return found.concept.iri, FILE, True
        if found is None:
            return None, FILE, True
        if found.means is not None and found.means.startswith(_MODES):
            return None, found.means, True
        return None, FILE, False

    def _one(
        self,
        written: _Written,
        kind: str,
        *,
        title: str = "",
        access: str = "",
        download: str = "",
    ) -> None:
        lines = written.lines
        concept, mode, understood = self._format(kind)
        if not understood:
            kept = unmapped_chunk(DCT.format, kind)
            lines += filter(None, [kept.text])
            written.removed += kept.removed
            if not title:
                return
        written.links += 1
        node = f"<{D}#dist-{written.links}>"
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
            with suppress(AtlasError):
                lines.append(f"{node} <{DCAT.downloadURL}> {iri(download)} .")


def _instructions(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the term for an API's instructions, and what was taken out of them."""
    if text.startswith(("http://", "https://")):
        with suppress(AtlasError):
            return iri(text), ()
    cleaned = clean_text(plain_text(text))
    removed = tuple(f"dcat:endpointDescription: {kind}" for kind in cleaned.kinds)
    return text_term(cleaned.text) if cleaned.text else "", removed


def _first(entry: dict[str, object], keys: tuple[str, ...]) -> str:
    return next((text for key in keys if (text := as_text(entry.get(key)))), "")
