"""Forms that send a file with their fields (``multipart/form-data``, RFC 7578)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message
from typing import Final

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from catalog_service.http.errors import BODY_TOO_LARGE, FORM_INVALID
from catalog_service.http.request_bodies import receive_whole
from ontology.errors import AtlasError
from ontology.limits import MIB

_MOST_PARTS: Final = 40


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
    boundary = _headers(f"Content-Type: {request.headers.get('content-type', '')}").get_boundary()
    if not boundary:
        raise AtlasError(FORM_INVALID)
    too_large = AtlasError(BODY_TOO_LARGE, limit=most // MIB)
    with await receive_whole(request, most, too_large) as body:
        # Taking some megabytes apart would hold up everybody in the event loop.
        return await run_in_threadpool(read_form, body.read(), boundary)


def read_form(body: bytes, boundary: str) -> UploadForm:
    """Return the fields and files of a body; raises ``form-invalid``."""
    delimiter = re.compile(rb"\r\n--" + re.escape(boundary.encode()) + rb"(?:--)?[ \t]*(?=\r\n|\Z)")
    # The first delimiter has no line before it; what stands behind the last one is nobody's.
    _, *parts = delimiter.split(b"\r\n" + body)
    if len(parts) < 2 or len(parts) > _MOST_PARTS + 1:
        raise AtlasError(FORM_INVALID)
    form = UploadForm({}, {})
    for part in parts[:-1]:
        head, end, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        headers = _headers(head.decode("utf-8", "replace"))
        name = _parameter(headers, "name")
        if not end or name is None:
            raise AtlasError(FORM_INVALID)
        filename = _parameter(headers, "filename")
        if filename is None:
            form.fields.setdefault(name, content.decode("utf-8", "replace"))
        else:
            form.files.setdefault(name, UploadedFile(filename, content))
    return form


def _headers(text: str) -> Message:
    message = Message()
    for line in text.split("\r\n"):
        name, _, value = line.partition(":")
        if name.strip():
            message[name.strip()] = value.strip()
    return message


def _parameter(headers: Message, name: str) -> str | None:
    found = headers.get_param(name, header="content-disposition")
    return found if isinstance(found, str) else None
