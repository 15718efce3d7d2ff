"""Whole lists in one document: data.json, spreadsheets, watched folders."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from harvesters.platforms.folder import FolderPlatform
from harvesters.platforms.protocol import Connection, Platform
from harvesters.platforms.registry import connect
from ontology.errors import AtlasError
from ontology.terms import DCAT, VOCAB
from ontology.vocabulary import load_vocabulary
from tests.harvesters.platforms.memory import ROOT, Answer, Asked, Memory, platform, walk

CSV = "编号,数据集名称,数据提供单位,开放属性\n{rows}"


class Server:
    """One document with validators, as a web server has them."""

    def __init__(self, body: bytes | str, etag: str | None = '"1"', **headers: str) -> None:
        self.body, self.etag, self.headers = body, etag, headers

    def __call__(self, asked: Asked) -> Answer:
        if self.etag is not None and asked.headers.get("If-None-Match") == self.etag:
            return 304
        return self.body, self.headers | ({"etag": self.etag} if self.etag else {})


def listed(*numbers: int, **more: Any) -> str:
    datasets = [
        {
            "identifier": f"https://x.example/d/{n}",
            "title": f"Parks {n}",
            "description": "All parks.",
            "accessLevel": "public",
            "accrualPeriodicity": "R/P1M",
            "modified": "2026-11-01",
            "publisher": {"@type": "org:Organization", "name": "上海市绿化和市容管理局"},
            "contactPoint": {"fn": "Desk", "hasEmail": "mailto:desk@parks.example.gov.cn"},
            "distribution": [{"downloadURL": "https://x.example/p.csv", "mediaType": "text/csv"}],
            "bureauCode": ["1"],
        }
        | more
        for n in numbers
    ]
    return json.dumps({"conformsTo": "https://project-open-data.cio.gov", "dataset": datasets})


def test_data_json_is_requested_where_it_changed() -> None:
    server = Server("\ufeff" + listed(1, 2, 2))
    harvested, client = platform("data-json", server, f"{ROOT}/data.json")
    walked = walk(harvested)
    assert walked.names == ["https://x.example/d/1", "https://x.example/d/2"]
    text = walked.records["https://x.example/d/1"]
    for part in (
        f"<{VOCAB}open-type/unconditional>",
        f"<{VOCAB}frequency/monthly>",
        f"<{DCAT.downloadURL}> <https://x.example/p.csv>",
        "mailto:desk@parks.example.gov.cn",
    ):
        assert part in text
    assert walk(harvested, walked.bookmark).unchanged
    # A server whose tag changes by itself is found out by the content.
    server.etag = '"2"'
    assert walk(harvested, walked.bookmark).unchanged
    server.body = listed(2, accessLevel="non-public")
    again = walk(harvested, walked.bookmark, known=walked.marks)
    assert (again.names, again.whole) == (["https://x.example/d/2"], True)
    assert again.closed == again.names
    assert len(client.asked) == 4


@pytest.mark.parametrize("body", ["<html>", "[]", '{"dataset": {}}', listed(1)[:-40]])
def test_what_is_no_data_json(body: str) -> None:
    with pytest.raises(AtlasError, match="not-the-platform"):
        walk(platform("data-json", Server(body))[0])


def test_not_changed_since_nothing_is_no_answer() -> None:
    with pytest.raises(AtlasError, match="not-the-platform"):
        walk(platform("data-json", lambda _: 304, f"{ROOT}/data.json")[0])


def test_a_dataset_without_identifier_lets_nothing_be_missing() -> None:
    walked = walk(platform("data-json", Server(listed(1, identifier=None)))[0])
    assert [error.code for error in walked.unreadable] == ["no-identity"]
    assert walked.incomplete is not None and walked.incomplete.code == "list-unreadable"


def test_a_sheet_at_an_address() -> None:
    rows = "A1,公园名录,市绿化市容局,无条件开放\nA2,公厕,市绿化市容局,非开放\n"
    server = Server(CSV.format(rows=rows).encode("gb18030"))
    named = {"content-disposition": "attachment; filename*=UTF-8''list.csv"}
    server.headers = named
    harvested, _ = platform("spreadsheet", server, f"{ROOT}/download?id=7", year="2026")
    walked = walk(harvested)
    assert (walked.names, walked.closed, walked.whole) == (["A1", "A2"], ["A2"], True)
    assert walk(harvested, walked.bookmark).unchanged
    server.etag, server.body = '"2"', CSV.format(rows=rows.replace("A2", "A2,x,y,z"))
    again = walk(harvested, walked.bookmark, known=walked.marks)
    assert (again.names, again.records) == (["A1"], {})
    assert again.incomplete is not None


def test_what_is_no_sheet() -> None:
    for body in ("<html><body>请登录</body></html>", " "):
        with pytest.raises(AtlasError, match="not-the-platform"):
            walk(platform("spreadsheet", Server(body))[0])
    with pytest.raises(AtlasError, match="no-records"):
        walk(platform("spreadsheet", Server(CSV.format(rows="")))[0])
    with pytest.raises(AtlasError, match="bad-option"):
        platform("spreadsheet", Server(""), year="next")


def watched(folder: Path, now: float = 4e9) -> Platform:
    made = Connection(
        "s", str(folder), Memory(lambda _: 500), "http://a.example", load_vocabulary()
    )
    return FolderPlatform(made, now=lambda: now)


def test_a_folder_is_read_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "a.csv").write_text(CSV.format(rows="A1,公园,市绿化市容局,无条件开放\n"))
    (tmp_path / "below" / "b.json").write_text('[{"id": "B1", "title": "公厕"}]')
    (tmp_path / "notes.docx").write_text("x")
    (tmp_path / ".hidden.csv").write_text("x")
    walked = walk(watched(tmp_path))
    assert (walked.names, walked.pages, walked.incomplete) == (["A1", "B1"], 2, None)
    assert walk(watched(tmp_path), walked.bookmark).unchanged
    (tmp_path / "a.csv").unlink()
    again = walk(watched(tmp_path), walked.bookmark, known=walked.marks)
    assert (again.names, again.whole, again.records) == (["B1"], True, {})


def test_what_is_not_ready_or_leads_out_of_the_folder(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "secret.csv"
    inside.mkdir()
    outside.write_text(CSV.format(rows="S1,机密,x,y\n"))
    (inside / "link.csv").symlink_to(outside)
    (inside / "new.csv.part").write_text("x")
    (inside / "now.csv").write_text("x")
    os.utime(inside / "now.csv", (4e9 - 1, 4e9 - 1))
    (inside / "old.csv").write_text(CSV.format(rows="A1,公园,市绿化市容局,无条件开放\n"))
    os.utime(inside / "old.csv", (1e9, 1e9))
    walked = walk(watched(inside))
    assert walked.names == ["A1"]
    assert [error.code for error in walked.unreadable] == ["link-leaves-folder"]
    assert walked.incomplete is not None and walked.bookmark is None
    assert f"at {inside} has" in walked.incomplete.message()
    with pytest.raises(AtlasError, match="folder-missing"):
        walk(watched(tmp_path / "none"))
    url = (inside).as_uri()
    made = Connection("s", url, Memory(lambda _: 500), "http://a.example", load_vocabulary())
    assert walk(connect("folder", made)).names == ["A1"]
