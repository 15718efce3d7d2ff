"""Problem details in the form that a client reads: JSON, XML (RFC 9457, appendix B) or text."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any, Final

import orjson

from catalog_service.http.negotiation import choose
from catalog_service.output_formats import HTML, OutputFormat

PROBLEM_JSON: Final = "application/problem+json"
PROBLEM_XML: Final = "application/problem+xml"

_JSON: Final = OutputFormat("json", "JSON", "json", (PROBLEM_JSON, "application/json"))
_XML: Final = OutputFormat(
    "xml",
    "XML",
    "xml",
    # Who asks for results or RDF in XML reads XML.
    (
        PROBLEM_XML,
        *("application/xml", "text/xml", "application/sparql-results+xml", "application/rdf+xml"),
    ),
)
_TEXT: Final = OutputFormat("text", "text", "txt", ("text/plain",))
PROBLEM_FORMS: Final = (_JSON, _XML, _TEXT)
"""The first where the client wants something else, or does not say."""

_NAMESPACE: Final = "urn:ietf:rfc:7807"
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FIRST: Final = ("title", "status", "detail")


def write_problem(problem: Mapping[str, Any], accept: str | None) -> tuple[bytes, str]:
    """Return a problem as a document, and its Content-Type."""
    form = choose(accept, (_JSON, HTML, _XML, _TEXT), strict=False)
    if form is _XML:
        return _as_xml(problem), _XML.content_type
    if form is _TEXT:
        return _as_text(problem), _TEXT.content_type
    return orjson.dumps(problem), _JSON.content_type


def _as_xml(problem: Mapping[str, Any]) -> bytes:
    root = ET.Element("problem", {"xmlns": _NAMESPACE})
    for name, value in problem.items():
        member = ET.SubElement(root, name)
        if isinstance(value, list):
            for one in value:
                ET.SubElement(member, "i").text = _plain(one)
        else:
            member.text = _plain(value)
    written: bytes = ET.tostring(root, "utf-8", xml_declaration=True)
    return written


def _plain(value: object) -> str:
    """Return a text without what no XML can hold: a query is repeated in what is said of it."""
    return _NOT_XML.sub("�", str(value))


def _as_text(problem: Mapping[str, Any]) -> bytes:
    """Return what is wrong in one line, what is to do, and then the rest, a member a line."""
    lines = ["{title} ({status})".format(**problem), problem["detail"], ""]
    for name, value in problem.items():
        if name not in _FIRST:
            values = value if isinstance(value, list) else [value]
            lines += [f"{name}: {one}" for one in values]
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")
