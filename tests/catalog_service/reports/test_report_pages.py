"""Reports as pages, files and JSON, and by the command."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from urllib.parse import urlencode

import httpx
import openpyxl
import orjson
import pytest
from typer.testing import CliRunner

from catalog_service.reports.commands import app
from catalog_service.reports.files import FORMATS
from catalog_service.reports.pages import file_tag
from catalog_service.reports.service import CITY, Period, compose
from tests.catalog_service.reports.conftest import TRANSPORT, measured, on
from tests.fixtures.web import HTML, House, portal, served


def test_pages_files_and_json(house: House) -> None:
    with served(house) as address, httpx.Client(base_url=address, timeout=60) as client:
        assert "Nothing was measured yet" in client.get("/reports?lang=en", headers=HTML).text
        missing = client.get("/api/v1/reports/2026-09/city")
        assert (missing.status_code, missing.json()["code"]) == (404, "no-report")
        measured(house, date(2026, 8, 31))
        measured(house, date(2026, 9, 1))
        house.submit("city", [portal("B", "=cmd()", update_time="2026-09-01")])
        measured(house, date(2026, 9, 2))
        index = client.get("/reports?lang=zh", headers=HTML).text
        assert "/reports/2026-09/city" in index and "/reports/2026-Q3/district-pudong" in index
        assert "district-baoshan" not in index
        moved = client.get("/reports/2026-09", headers=HTML, follow_redirects=False)
        assert (moved.status_code, moved.headers["location"]) == (303, "/reports/2026-09/city")
        page = client.get("/reports/2026-09/city?lang=en", headers=HTML).text
        for text in (
            "Monthly report on open data, 2026-09: The whole city",
            "66.7 % (4/6)",
            "+16.7",
            "at least 100 %, not reached",
            "the period lasts until 2026-09-30; figures up to 2026-09-02.",
            "2026-09-02 was not over",
            "<polyline",
            "Show as a table",
            "/rules/R12",
            "1 other publisher",
        ):
            assert text in page, text
        of_day = client.get("/reports/2026-09/city?day=2026-09-01&lang=en", headers=HTML).text
        assert "50.0 % (3/6)" in of_day and "city.docx?day=2026-09-01" in of_day
        assert "<polyline" not in of_day and "was not over" not in of_day
        assert "the period lasts until 2026-09-30; figures up to 2026-09-01." in of_day
        own = client.get("/reports/2026-09/transport?lang=zh", headers=HTML).text
        assert "上海市交通委员会" in own and "1/2" in own
        on(house, date(2026, 9, 3))
        answer = client.get("/api/v1/reports/2026-09/transport?day=2026-09-02").json()
        assert answer["organization"]["name"]["zh"] == "上海市交通委员会"
        (late,) = [one for one in answer["figures"] if one["figure"] == "on-time"]
        assert (late["now"]["percent"], late["aim"]["value"], late["place"]["rank"]) == (
            100,
            100,
            1,
        )
        assert answer["better"] == ["on-time"]
        listed = client.get("/api/v1/reports").json()
        assert [one["period"] for one in listed["periods"]][:2] == ["2026", "2026-09"]
        for ending, media_type in (
            ("html", "text/html"),
            ("docx", "wordprocessingml"),
            ("pdf", "application/pdf"),
            ("xlsx", "spreadsheetml"),
            ("csv", "text/csv"),
            ("json", "application/json"),
        ):
            file = client.get(f"/reports/2026-09/city.{ending}?day=2026-09-02&lang=zh")
            assert file.status_code == 200 and media_type in file.headers["content-type"]
            name = f'filename="report-2026-09-city-2026-09-02.{ending}"'
            assert name in file.headers["content-disposition"]
            known = {"If-None-Match": file.headers["etag"]}
            assert client.get(file.url, headers=known).status_code == 304
            if ending == "csv":
                rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
                assert rows[1]["指标"] == "按时更新" and rows[1]["已计"] == "4"
            if ending == "xlsx":
                book = openpyxl.load_workbook(io.BytesIO(file.content))
                assert len(book.sheetnames) == 5 and book.worksheets[1].freeze_panes == "A2"
            if ending == "docx":
                body = zipfile.ZipFile(io.BytesIO(file.content)).read("word/document.xml")
                assert "开放数据月度报告".encode() in body or "全市".encode() in body
        assert client.get("/reports/2026-13/city", headers=HTML).status_code == 404
        assert client.get("/reports/2026-09/nobody", headers=HTML).status_code == 404


def test_files_say_that_a_period_is_not_over(house: House) -> None:
    def told(ending: str, of: str) -> str:
        report = compose(house.atlas, Period.named(of), CITY)
        body = FORMATS[ending].write(report, "en")
        if ending == "xlsx":
            sheets = openpyxl.load_workbook(io.BytesIO(body)).worksheets
            return " ".join(str(cell) for s in sheets for row in s.values for cell in row)
        if ending == "docx":
            body = zipfile.ZipFile(io.BytesIO(body)).read("word/document.xml")
        return body.decode()

    measured(house, date(2026, 9, 2))
    for ending in ("docx", "html", "xlsx", "json"):
        text = told(ending, "2026-09")
        assert "the period lasts until 2026-09-30; figures up to 2026-09-02." in text, ending
        assert "2026-09-02 was not over" in text, ending
    (row, *_) = csv.DictReader(io.StringIO(told("csv", "2026-09").removeprefix("\ufeff")))
    assert (row["Period lasts until"], row["Figures up to"]) == ("2026-09-30", "2026-09-02")
    assert row["State of the period"] == "not over"
    measured(house, date(2026, 9, 30))
    on(house, date(2026, 10, 1))
    for ending in ("docx", "html", "xlsx", "json", "csv"):
        text = told(ending, "2026-09")
        assert "figures up to" not in text and "not over" not in text, ending


def test_a_workbook_begins_with_what_it_is(house: House) -> None:
    measured(house, date(2026, 8, 31))
    house.submit("city", [portal("B", "乙", update_time="2026-09-01")])
    measured(house, date(2026, 9, 1))
    report = compose(house.atlas, Period.named("2026-09"), CITY)
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].write(report, "zh")))
    (title, _), *rows = [tuple(row) for row in book.worksheets[0].values]
    assert title == "全市数据开放月度报告（2026-09）"
    told = {name: text for name, text in rows if name}
    assert told["单位"] == "全市" and told["数据截至"] == "2026-09-01"
    assert told["时间范围"] == "2026-09 (2026-09-01 – 2026-09-30)"
    assert told["改善"] == "按时更新 +16.7" and told["退步"] == "无"
    assert [text for _, text in rows][-5:-1] == book.sheetnames[1:]


def test_report_and_measured_quality_say_how_they_count(house: House) -> None:
    measured(house, date(2026, 9, 1))
    house.project()
    with served(house) as address, httpx.Client(base_url=address, timeout=60) as client:
        report = client.get("/reports/2026-09/transport?lang=en", headers=HTML).text
        assert "as of the last measured day up to 2026-09-01" in report
        there = urlencode({"publisher": TRANSPORT})
        assert f'href="/quality?{there}&amp;lang=en"' in report
        page = client.get(f"/quality?{there}&lang=en", headers=HTML).text
        assert "the publisher’s own datasets" in page and 'href="/reports?lang=en"' in page


def test_another_program_has_other_tags(house: House) -> None:
    measured(house, date(2026, 9, 1))
    report = compose(house.atlas, Period.named("2026-09"), CITY)
    assert file_tag(report, "zh", "pdf", "0.2.0") != file_tag(report, "zh", "pdf", "0.2.1")


def test_the_command_writes_every_format(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    measured(house, date(2026, 9, 1))
    monkeypatch.setenv("ATLAS_HOME", str(house.settings.home))
    monkeypatch.setenv("ATLAS_TODAY", "2026-09-01")
    runner = CliRunner()
    told = runner.invoke(app, ["month", "2026-09", "--org", "transport"])
    assert told.exit_code == 0 and "50.0 % (1/2)" in told.output
    text = runner.invoke(app, ["quarter", "2026-Q3", "--json"])
    assert orjson.loads(text.stdout_bytes)["period"] == "2026-Q3"
    page = runner.invoke(app, ["year", "2026", "--format", "html"])
    assert page.stdout_bytes.startswith(b"<!doctype html>")
    assert runner.invoke(app, ["month", "2026"]).exit_code == 2
    done = runner.invoke(app, ["measure", "--json"])
    assert orjson.loads(done.stdout_bytes)["records"] == 6
