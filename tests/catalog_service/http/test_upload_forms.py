"""Forms with files are read as browsers send them; what is none is refused."""

from __future__ import annotations

import pytest

from catalog_service.http.upload_forms import UploadedFile, read_form
from ontology.errors import AtlasError

NAMED = b'Content-Disposition: form-data; name="%s"'


def _part(head: bytes, content: bytes) -> bytes:
    return b"--b\r\n" + head + b"\r\n\r\n" + content + b"\r\n"


def test_fields_and_files_are_told_apart() -> None:
    binary = b"PK\x00\xff\r\n--c\r\n\r\n\n"
    body = (
        _part(NAMED % b"reason", "两行\r\n理由".encode())
        + _part(NAMED % b"reason", b"again")
        + _part(
            NAMED % b"file" + '; filename="清单.xlsx"\r\nContent-Type: x/y'.encode(),
            binary,
        )
        + _part(NAMED % b"none" + b'; filename=""', b"")
        + b"--b--\r\nepilogue"
    )
    form = read_form(body, "b")
    assert form.fields == {"reason": "两行\r\n理由"}
    assert form.files == {"file": UploadedFile("清单.xlsx", binary), "none": UploadedFile("", b"")}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--b--\r\n",
        b"a=1&b=2",
        b"--b\r\n\r\nno name\r\n--b--",
        b"--b\r\nContent-Disposition: form-data; name=x\r\n--b--",
        b"--b\r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n" * 50 + b"--b--",
    ],
    ids=["nothing", "no part", "another form", "no name", "no head", "too many"],
)
def test_what_is_no_such_form_is_refused(body: bytes) -> None:
    with pytest.raises(AtlasError, match="form-invalid"):
        read_form(body, "b")
