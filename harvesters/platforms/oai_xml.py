"""Answers of OAI-PMH 2.0, read from their XML (openarchives.org/OAI/openarchivesprotocol.html)."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from harvesters.errors import CURSOR_EXPIRED
from harvesters.platforms.answers import (
    not_the_platform,
    reported,
    shown_address,
    text_of,
)
from harvesters.platforms.declared import declared_number
from harvesters.platforms.http import Response
from harvesters.readers.nesting_depth import XML_DEPTH
from harvesters.readers.xml_guard import refuse_dtd
from ontology.errors import AtlasError, Phrase
from ontology.terms import DCAT, RDF
from ontology.texts import tidy

EXPECTED: Final = Phrase("an answer of OAI-PMH")
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#(?:x0*[0-8bcef]|0*[0-8]);")
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]*\?>")
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_TRANSLATED: Final = ("title", "description", "publisher")
_WEB: Final = re.compile(r"https?://\S+", re.I)


@dataclass(frozen=True, slots=True)
class OaiRecord:
    """One record of a list."""

    identifier: str
    datestamp: str
    deleted: bool
    metadata: ET.Element | None


@dataclass(frozen=True, slots=True)
class OaiAnswer:
    """An answer without an error."""

    root: ET.Element
    date: str
    """``responseDate``, by the platform's clock."""

    def text(self, name: str) -> str:
        """Return the text of the first element of a name; '' where there is none."""
        found = next(_named(self.root, name), None)
        return tidy(found.text or "") if found is not None else ""

    def records(self) -> Iterator[OaiRecord]:
        """Yield the records of a list."""
        for record in _named(self.root, "record"):
            header = next(_named(record, "header"), None)
            if header is None:
                continue
            metadata = next(_named(record, "metadata"), None)
            yield OaiRecord(
                identifier=_text(header, "identifier"),
                datestamp=_text(header, "datestamp"),
                deleted=header.get("status") == "deleted",
                metadata=next(iter(metadata), None) if metadata is not None else None,
            )

    def token(self) -> tuple[str, int | None]:
        """Return the resumption token ('': the list ends) and the size that the list declares."""
        found = next(_named(self.root, "resumptionToken"), None)
        if found is None:
            return "", None
        size = found.get("completeListSize", "").strip()
        return (found.text or "").strip(), declared_number(size)


def read_answer(response: Response) -> OaiAnswer | None:
    """Read an answer; None for ``noRecordsMatch``, which is an empty list.

    Raises `AtlasError`: ``cursor-expired`` for a token that is no longer good,
    ``platform-reports`` for other errors of the protocol, ``not-the-platform``, ``xml-bomb``.
    """
    refuse_dtd(response.content, shown_address(response.url))
    root = _parsed(response)
    if root is None or _local(root) != "OAI-PMH":
        raise not_the_platform(response, EXPECTED)
    codes = {error.get("code", ""): error.text for error in _named(root, "error")}
    if "noRecordsMatch" in codes:
        return None
    if "badResumptionToken" in codes:
        raise AtlasError(CURSOR_EXPIRED, url=shown_address(response.url))
    for code, text in codes.items():
        raise reported(response, f"{code} {text or ''}")
    return OaiAnswer(root, _text(root, "responseDate"))


def dublin_core(metadata: ET.Element) -> dict[str, Any]:
    """Return the elements of a Dublin Core record by name: a text, or a list of them.

    Of a title, description or publisher in several languages (``xml:lang``) the Chinese is taken.
    """
    found: dict[str, list[str]] = {}
    chinese: dict[str, list[str]] = {}
    for child in metadata.iter():
        text = tidy(child.text or "")
        if child is not metadata and text:
            found.setdefault(_local(child), []).append(text)
            if child.get(_LANGUAGE, "").lower().startswith("zh"):
                chinese.setdefault(_local(child), []).append(text)
    for name in _TRANSLATED:
        if name in found:
            found[name] = chinese.get(name, found[name])
    # Further titles are alternatives.
    found |= {"title": found["title"][:1]} if "title" in found else {}
    record: dict[str, Any] = {k: v[0] if len(v) == 1 else v for k, v in found.items()}
    address = next((t for t in found.get("identifier", ()) if _WEB.fullmatch(t)), None)
    if address is not None:
        record["address"] = address
    if dates := sorted(found.get("date", ())):
        record["first_date"], record["last_date"] = dates[0], dates[-1]
    return record


def is_dublin_core(metadata: ET.Element) -> bool:
    """Tell whether metadata is ``oai_dc:dc`` or alike, and not RDF."""
    return _local(metadata) not in ("RDF", "Dataset")


def rdf_xml(metadata: ET.Element) -> bytes:
    """Return metadata in RDF as a document; a bare ``dcat:Dataset`` gets its root.

    What is nested deeper than RDF is read is cut off below, so that it can be written anew: the
    reader refuses it still.
    """
    _cut(metadata, XML_DEPTH + 1)
    root = metadata
    if metadata.tag == f"{{{DCAT}}}Dataset":
        root = ET.Element(f"{{{RDF}}}RDF")
        root.append(metadata)
    return bytes(ET.tostring(root, encoding="utf-8"))


def _cut(element: ET.Element, depth: int) -> None:
    level = [element]
    for _ in range(depth):
        level = [child for one in level for child in one]
    for one in level:
        one.clear()


def _parsed(response: Response) -> ET.Element | None:
    try:
        return ET.fromstring(response.content)  # noqa: S314 - a DTD was refused before
    except ET.ParseError:
        # Characters that XML forbids, or another encoding than the declared one.
        text = _DECLARATION.sub("", _ILLEGAL.sub("", text_of(response)))
        try:
            return ET.fromstring(text)  # noqa: S314
        except ET.ParseError:
            return None


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _named(element: ET.Element, name: str) -> Iterator[ET.Element]:
    return (one for one in element.iter() if _local(one) == name)


def _text(element: ET.Element, name: str) -> str:
    found = next((one for one in element if _local(one) == name), None)
    return tidy(found.text or "") if found is not None else ""
