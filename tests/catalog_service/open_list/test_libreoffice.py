"""What LibreOffice saves of a list's workbook is what it was given."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from catalog_service.open_list.model import Content, ListItem
from tests.catalog_service.open_list.test_workbooks import AWKWARD, book_of, changes_of, edited, put

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")

pytestmark = pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")


@pytest.mark.parametrize(
    "form", ["xlsx:Calc MS Excel 2007 XML", "ods", "xls"], ids=["xlsx", "ods", "xls"]
)
def test_saved_by_libreoffice_only_the_edit_comes_back(tmp_path: Path, form: str) -> None:
    base = Content.of(
        ListItem(f"k/{n}", f"标题{n:02}", note=text, scope=text) for n, text in enumerate(AWKWARD)
    )
    before = tmp_path / "list.xlsx"
    before.write_bytes(edited(book_of(base), put(3, "scope", "全市范围")))
    command = [str(OFFICE), f"-env:UserInstallation=file://{tmp_path}/home", "--headless"]
    subprocess.run(
        [*command, "--convert-to", form, "--outdir", str(tmp_path / "saved"), str(before)],
        check=True,
        capture_output=True,
        timeout=180,
    )
    (saved,) = (tmp_path / "saved").iterdir()
    _, changes, problems = changes_of(saved.read_bytes(), base)
    assert not problems
    assert [(one.state, one.key, [c.field for c in one.cells]) for one in changes] == [
        ("changed", "k/1", ["scope"])
    ]
