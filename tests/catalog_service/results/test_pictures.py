"""Screenshots: only pixels are kept, nothing hostile gets in, and who may look where."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import sqlalchemy as sa
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from catalog_service.participation.service import take_step
from catalog_service.participation.tables import case_papers
from catalog_service.results.naming import NEW
from catalog_service.results.pictures import MOST_BYTES, rewritten
from catalog_service.results.service import submit
from catalog_service.settings import Settings
from ontology.errors import AtlasError
from tests.catalog_service.participation.conftest import Town, settled
from tests.catalog_service.results.conftest import MADE, PHONE
from tests.fixtures.web import HTML

SCRIPT: Final = b"<script>alert(1)</script>"
UPLOADS: Final = "https://uploads.example"


def picture(form: str = "PNG", size: tuple[int, int] = (64, 48), **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, form, **more)
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, data: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def with_metadata() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = f"张敏 {PHONE}"
    return picture("JPEG", exif=exif, comment=PHONE.encode())


def with_text() -> bytes:
    said = PngInfo()
    said.add_text("Author", PHONE)
    said.add_itxt("Comment", SCRIPT.decode())
    return picture(pnginfo=said)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_pictures_are_written_anew(form: str) -> None:
    made = rewritten(picture(form, (4_000, 1_000)))
    with Image.open(io.BytesIO(made)) as found:
        assert found.format == "WEBP" and found.size == (1_600, 400)


@pytest.mark.parametrize(
    "content",
    [
        with_metadata(),
        with_text(),
        # Two files in one: a picture, and behind it a page or an archive.
        picture() + SCRIPT,
        picture("JPEG") + b"PK\x03\x04" + PHONE.encode(),
        picture("JPEG", comment=b"*/=1;" + SCRIPT + b"/*"),
    ],
)
def test_nothing_stays_but_pixels(content: bytes) -> None:
    made = rewritten(content)
    for told in (SCRIPT, PHONE.encode(), "张敏".encode(), b"PK\x03\x04", b"EXIF", b"XMP ", b"ICCP"):
        assert told not in made
    with Image.open(io.BytesIO(made)) as found:
        assert found.getexif() == {} and found.size == (64, 48)


@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("picture-wrong", b""),
        ("picture-wrong", b"%PDF-1.7"),
        ("picture-wrong", b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>"),
        ("picture-wrong", SCRIPT),
        ("picture-wrong", picture("GIF")),
        ("picture-wrong", picture("BMP")),
        ("picture-wrong", picture("TIFF")),
        ("picture-wrong", picture()[:60]),
        ("picture-wrong", picture("JPEG")[:300]),
        ("picture-wrong", png(64, 48, b"none of zlib")),
        # Bombs: much larger unpacked, by what they say or by what they hold.
        ("picture-too-large", png(50_000, 50_000, zlib.compress(bytes(1_000_000)))),
        ("picture-too-large", png(9_000, 9_000, zlib.compress(bytes(1_000_000)))),
        ("picture-wrong", png(64, 48, b"") + chunk(b"zTXt", zlib.compress(bytes(100_000_000)))),
        ("picture-too-large", b"\x89PNG\r\n\x1a\n" + bytes(MOST_BYTES)),
    ],
)
def test_what_is_no_picture_or_too_large_is_refused(code: str, content: bytes) -> None:
    with pytest.raises(AtlasError) as refused:
        rewritten(content)
    assert refused.value.code == code
    assert refused.value.message("zh") != refused.value.message("en")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Town]:
    with settled(tmp_path, uploads_base_url=UPLOADS) as town:
        yield town


def sent(town: Town, content: bytes) -> str:
    """Send the form with a file, and return the number of the result."""
    browser = town.browser("citizen")
    answer = town.client.post(
        NEW,
        headers=browser.headers,
        data={"csrf": browser.csrf, **MADE},
        files={"picture": ("x.svg", content, "image/svg+xml")},
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0].rpartition("/")[2]


def test_a_screenshot_is_shown_under_a_host_of_its_own(place: Town) -> None:
    name = sent(place, with_metadata())
    own, public, page = (
        f"/cases/{name}/picture.webp",
        f"/uploads/results/{name}.webp",
        f"/results/{name}",
    )
    assert own in place.browser("city").get(f"/workbench/cases/{name}").text
    for who, status in (("citizen", 200), ("city", 200), ("steward", 200), ("other", 404)):
        answer = place.browser(who).get(own)
        assert answer.status_code == status
        if status == 200:
            assert answer.headers["content-disposition"].startswith("attachment")
            assert answer.headers["cache-control"] == "private, no-store"
    assert place.client.get(own, headers=HTML).status_code == 303
    assert place.client.get(public).status_code == 404
    assert place.browser("city").post(f"/workbench/cases/{name}", step="show").status_code == 303
    shown = place.client.get(page, headers=HTML)
    assert f'src="{UPLOADS}{public}"' in shown.text
    assert f"img-src 'self' {UPLOADS};" in shown.headers["content-security-policy"]
    for host, disposition in (("uploads.example", "inline"), ("other.example", "attachment")):
        answer = place.client.get(public, headers={"Host": host})
        assert answer.status_code == 200 and answer.headers["content-type"] == "image/webp"
        assert answer.headers["content-disposition"].startswith(disposition)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert PHONE.encode() not in answer.content
    # Other pages take no pictures from there.
    for path in ("/results", "/"):
        assert (
            UPLOADS not in place.client.get(path, headers=HTML).headers["content-security-policy"]
        )
    number = int(name.rpartition("-")[2])
    take_step(place.house.atlas, place.who("citizen"), number, "withdraw")
    assert place.client.get(public).status_code == 410
    assert place.browser("citizen").post(f"/cases/{name}", step="erase").status_code == 303
    with place.house.atlas.journal.reading_tables() as connection:
        assert connection.execute(sa.select(case_papers.c.case)).first() is None


def test_without_such_a_host_it_is_a_file(town: Town) -> None:
    case = submit(town.house.atlas, town.who("citizen"), MADE, rewritten(picture()))
    take_step(town.house.atlas, town.who("city"), case.number, "show", "", {})
    public = f"/uploads/results/{case.name}.webp"
    page = town.client.get(f"/results/{case.name}", headers=HTML)
    assert f'href="{public}"' in page.text and 'class="screenshot"' not in page.text
    assert "img-src 'self';" in page.headers["content-security-policy"]
    assert town.client.get(public).headers["content-disposition"].startswith("attachment")


def test_hostile_files_are_told_and_the_form_stays(town: Town) -> None:
    browser = town.browser("citizen")
    answer = town.client.post(
        NEW,
        headers=browser.headers,
        data={"csrf": browser.csrf, **MADE},
        files={"picture": ("map.png", b"<svg>" + SCRIPT, "image/png")},
    )
    assert answer.status_code == 422 and 'value="Transfer map"' in answer.text
    # Nobody's megabytes are read: without a session no file is.
    answer = town.client.post(NEW, data=MADE, files={"picture": ("a.png", picture(), "image/png")})
    assert answer.status_code == 303 and "/login" in answer.headers["location"]


@pytest.mark.parametrize("address", ["https://uploads.example/path", "https://u:p@uploads.example"])
def test_the_host_of_uploads_is_an_origin(address: str) -> None:
    with pytest.raises(ValueError, match="address without"):
        Settings(uploads_base_url=address)
