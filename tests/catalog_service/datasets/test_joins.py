"""What a dataset can be joined with: by which data items, what is known of it, and code."""

from __future__ import annotations

import csv
import html
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from catalog_service.datasets.description_model import Description
from catalog_service.datasets.joins import Join, joins
from catalog_service.datasets.service import description_of, find_public
from tests.fixtures.web import HTML, House, portal, served

Site = tuple[House, httpx.Client]


def record(remote_id: str, title: str, fields: list[str], **more: object) -> dict[str, object]:
    return portal(remote_id, title, fields=[{"name": name} for name in fields], **more)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    house = House(tmp_path_factory.mktemp("joins"))
    with house.atlas:
        house.submit(
            "city",
            [
                record(
                    "A",
                    "企业年报",
                    ["统一社会信用代码", "从业人数", "年度营收"],
                    data_volume="1200",
                ),
                record(
                    "B", "行政处罚", ["社会信用代码", "处罚事由", "罚款金额"], data_volume="300"
                ),
                record("C", "内部检查", ["统一社会信用代码", "检查结论"], is_open="非开放"),
                record("D", "公园绿地", ["公园名称", "绿地面积"]),
            ],
        )
        house.project()
        with served(house) as address, httpx.Client(base_url=address, timeout=120) as client:
            yield house, client


def described(site: Site, name: str) -> Description:
    atlas = site[0].atlas
    return description_of(atlas, find_public(atlas, f"city/{name}"))


def found(site: Site) -> Join:
    (only,) = joins(site[0].atlas, described(site, "A"))
    return only


def test_key_items_are_told_as_each_calls_them(shop: Site) -> None:
    one = found(shop)
    assert one.other.zh == "行政处罚"
    assert [(p.here, p.there) for p in one.pairs] == [("统一社会信用代码", "社会信用代码")]
    assert joins(shop[0].atlas, described(shop, "D")) == []


def test_what_is_known_of_matches_is_what_records_say(shop: Site) -> None:
    one = found(shop)
    assert (one.rows_here, one.rows_there, one.most) == (1200, 300, 300)
    page = shop[1].get("/dataset/city/A", params={"lang": "en"}, headers=HTML).text
    part = page.partition('id="joins"')[2].partition("</table>")[0]
    assert "行政处罚" in part
    assert "at most 300 rows: 1,200 here, 300 there" in part
    assert "The values are not read here" in part
    assert "内部检查" not in page


def test_the_code_runs_as_it_stands(shop: Site, tmp_path: Path) -> None:
    one = found(shop)
    codes = {code.language: code.code for code in one.codes}
    (pair,) = one.pairs
    for name, column, values in (("this", pair.here, "123"), ("other", pair.there, "234")):
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([[column], *values])
    done = subprocess.run(
        [sys.executable, "-c", codes["Python"]],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split()[:3] == ["3", "3", "2"]
    assert f'a."{pair.here}" = b."{pair.there}"' in codes["SQL"]
    page = shop[1].get("/dataset/city/A", headers=HTML).text
    shown = [html.unescape(code) for code in re.findall(r"<code>(.*?)</code>", page, re.S)]
    assert codes["SQL"] in shown
    assert codes["Python"] in shown
