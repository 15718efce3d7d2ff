"""Forms with files are read as browsers send them; what is none is refused."""

from __future__ import annotations

import pytest

from catalog_service.http.upload_forms import UploadedFile, boundary_of, read_form
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
        _part(b"Content-Disposition: form-data; name=x; " + b"a=b;" * 4_000, b"1") + b"--b--",
        # Each would cost a look at all that stand behind it.
        _part(NAMED % (b";" * 1_000_000), b"1") + b"--b--",
        _part(NAMED % (b'x"' + b";" * 1_000_000), b"1") + b"--b--",
        b"--b\r\n" * 1_000_000 + b"--b--",
    ],
    ids=[
        "nothing",
        "no part",
        "another form",
        "no name",
        "no head",
        "too many",
        "long head",
        "long name",
        "semicolons",
        "a million parts",
    ],
)
def test_what_is_no_such_form_is_refused(body: bytes) -> None:
    with pytest.raises(AtlasError, match="form-invalid"):
        read_form(body, "b")


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ("multipart/form-data; boundary=----Web.Kit'1", "----Web.Kit'1"),
        ('Multipart/Form-Data ;charset=utf-8; BOUNDARY="a b:\\"c"', None),
        ('Multipart/Form-Data ;charset=utf-8; BOUNDARY="a b:c";', "a b:c"),
        ("multipart/form-data", None),
        ("multipart/mixed; boundary=b", None),
        ("multipart/form-data; boundary=", None),
        ("multipart/form-data; boundary=" + "b" * 71, None),
        ("multipart/form-data; boundary*=idna''%ff", None),
        ("multipart/form-data; boundary*0*=x''a; boundary*1=b", None),
        ('multipart/form-data; boundary="' + ";" * 60_000, None),
        ("multipart/form-data; boundary=界", None),
    ],
    ids=range(11),
)
def test_a_boundary_is_as_the_standard_has_it(content_type: str, boundary: str | None) -> None:
    if boundary is not None:
        assert boundary_of(content_type) == boundary
        return
    with pytest.raises(AtlasError, match="form-invalid"):
        boundary_of(content_type)


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        (rb'"C:\data\new.csv"', r"C:\data\new.csv"),
        (rb'"say \"hi\".csv"', 'say "hi".csv'),
        (b'"a; b=c.csv"', "a; b=c.csv"),
        (b"plain.csv", "plain.csv"),
    ],
    ids=["path", "quotes", "semicolon", "plain"],
)
def test_names_of_files_are_read_as_they_are_written(sent: bytes, name: str) -> None:
    body = _part(NAMED % b"file" + b"; filename=" + sent, b"x") + b"--b--"
    assert read_form(body, "b").files["file"].name == name
