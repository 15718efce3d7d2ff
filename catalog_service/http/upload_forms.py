"""Forms that send a file with their fields (``multipart/form-data``, RFC 7578)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from catalog_service.http.errors import BODY_TOO_LARGE, FORM_INVALID
from catalog_service.http.request_bodies import receive_whole
from ontology.errors import AtlasError
from ontology.limits import MIB

_MOST_PARTS: Final = 40
_MOST_HEAD: Final = 8 * 1024
"""Bytes of the header lines of one part."""

_KIND: Final = "multipart/form-data"
_BOUNDARY: Final = re.compile(r"[\w'()+,\-./:=? ]{0,69}[\w'()+,\-./:=?]", re.ASCII)
"""RFC 2046, 5.1.1."""
_PARAMETER: Final = re.compile(
    r"[ \t]*+;[ \t]*+([\w!#$%&'*+.^`|~-]++)=(?:\"((?:[^\"\\]|\\.)*+)\"|([^\s;\"]++))", re.ASCII
)
_ESCAPED: Final = re.compile(r"\\([\"\\])")


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as a form sent it; ``name`` is the sender's, empty where none was chosen."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class UploadForm:
    """The fields of a form by name, and its files; of several with one name the first counts."""

    fields: dict[str, str]
    files: dict[str, UploadedFile]


async def receive_upload(request: Request, most: int) -> UploadForm:
    """Receive a form of at most ``most`` bytes.

    Raises ``body-too-large``, and ``form-invalid`` where it is no such form.
    """
    boundary = boundary_of(request.headers.get("content-type", ""))
    too_large = AtlasError(BODY_TOO_LARGE, limit=most // MIB)
    with await receive_whole(request, most, too_large) as body:
        # Taking some megabytes apart would hold up everybody in the event loop.
        return await run_in_threadpool(read_form, body.read(), boundary)


def boundary_of(content_type: str) -> str:
    """Return what stands between the parts of a form; raises ``form-invalid``."""
    kind, parameters = _taken_apart(content_type)
    boundary = parameters.get("boundary", "")
    if kind != _KIND or not _BOUNDARY.fullmatch(boundary):
        raise AtlasError(FORM_INVALID)
    return boundary


def read_form(body: bytes, boundary: str) -> UploadForm:
    """Return the fields and files of a body; raises ``form-invalid``."""
    delimiter = re.compile(
        rb"\r\n--" + re.escape(boundary.encode()) + rb"(?:--)?[ \t]*+(?=\r\n|\Z)"
    )
    # The first delimiter has no line before it; what stands behind the last one is nobody's.
    _, *parts = delimiter.split(b"\r\n" + body, maxsplit=_MOST_PARTS + 2)
    if len(parts) < 2 or len(parts) > _MOST_PARTS + 1:
        raise AtlasError(FORM_INVALID)
    form = UploadForm({}, {})
    for part in parts[:-1]:
        head, end, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        if not end or len(head) > _MOST_HEAD:
            raise AtlasError(FORM_INVALID)
        parameters = _disposition(head.decode("utf-8", "replace"))
        name, filename = parameters.get("name"), parameters.get("filename")
        if name is None:
            raise AtlasError(FORM_INVALID)
        if filename is None:
            form.fields.setdefault(name, content.decode("utf-8", "replace"))
        else:
            form.files.setdefault(name, UploadedFile(filename, content))
    return form


def _disposition(head: str) -> dict[str, str]:
    for line in head.split("\r\n"):
        name, _, value = line.partition(":")
        if name.strip().lower() == "content-disposition":
            return _taken_apart(value)[1]
    return {}


def _taken_apart(value: str) -> tuple[str, dict[str, str]]:
    """Return what a header says, and its parameters by name; raises ``form-invalid``.

    In one pass: the standard library's parser looks at each semicolon as often as there are any.
    """
    kind = value.partition(";")[0]
    place, parameters = len(kind), dict[str, str]()
    while found := _PARAMETER.match(value, place):
        name, quoted, plain = found.groups()
        text = plain if quoted is None else _ESCAPED.sub(r"\1", quoted)
        parameters.setdefault(name.lower(), text)
        place = found.end()
    if value[place:].strip(" \t;"):
        raise AtlasError(FORM_INVALID)
    return kind.strip().lower(), parameters
