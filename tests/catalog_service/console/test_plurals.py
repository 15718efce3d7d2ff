"""What the commands count is said in the singular and in the plural, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from catalog_service.main import app

HEAD = "id,title,open_type\n"
OPEN, CLOSED = "{n},公交线路{n},无条件开放\n", "{n},内部线路{n},保密\n"


def told(*arguments: str) -> str:
    done = CliRunner().invoke(app, list(arguments))
    assert done.exit_code in (0, 1), done.output
    return done.stdout + done.stderr


@pytest.fixture(params=["en_US.UTF-8", "zh_CN.UTF-8"])
def english(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> bool:
    monkeypatch.setenv("ATLAS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LC_ALL", request.param)
    return bool(request.param == "en_US.UTF-8")


@pytest.mark.parametrize("count", [1, 2])
def test_records_and_datasets_are_counted(english: bool, tmp_path: Path, count: int) -> None:
    file = tmp_path / "list.csv"
    numbers = range(count)
    rows = [OPEN.format(n=f"a{n}") for n in numbers] + [CLOSED.format(n=f"b{n}") for n in numbers]
    file.write_text(HEAD + "".join(rows), "utf-8")
    one = count == 1
    imported = told("import", str(file), "--source", "city", "--gate", "report")
    checked = told("validate", str(file))
    found = told("search", "公交线路")
    first = told("search", "线路", "--limit", "1")
    if english:
        not_public = "1 of them is not public" if one else "2 of them are not public"
        assert not_public in imported
        assert ("1 dataset\n" if one else "2 datasets\n") in found
        assert f"{2 * count} read, 0 conform, {2 * count} violate, 0 unreadable" in checked
        assert ("the first 1 is listed; --limit 2 lists more" in first) is not one
    else:
        assert f"其中 {count} 条不公开" in imported
        assert f"找到 {count} 个数据集\n" in found
        assert f"读取 {2 * count} 条，0 条符合，{2 * count} 条违反，0 条不可读" in checked
        assert ("已列出前 1 个；加 --limit 2" in first) is not one
