"""Packages as CKAN's versions and extensions write them, made by hand after their documentation.

ckanext-dcat (extras, and fields by ckanext-scheming), ckanext-fluent (several languages),
ckanext-harvest, ckanext-spatial.
"""

from __future__ import annotations

from typing import Any

import pytest

from harvesters.simulator.catalogue import Catalogue
from harvesters.simulator.shapes.ckan import Ckan
from ontology.terms import DCAT, DCT, VCARD, VOCAB
from tests.harvesters.platforms.memory import platform, walk
from tests.harvesters.platforms.test_ckan import Portal, package

EU = "http://publications.europa.eu/resource/authority"
ITEM = "http://atlas.example/id/dataset/s/id-1"


def record_of(**more: Any) -> str:
    """Return the record that a package becomes: `package` with other values."""
    walked = walk(platform("ckan", Portal([package(1, **more)]))[0])
    assert walked.unreadable == []
    return walked.records["id-1"]


def extras(**said: str) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in said.items()]


DCAT_EXTRAS = extras(
    access_rights=f"{EU}/access-right/RESTRICTED",
    frequency=f"{EU}/frequency/MONTHLY",
    theme=f'["{EU}/data-theme/TRAN"]',
    publisher_name="上海市交通委员会",
    publisher_email="office@jtw.example.gov.cn",
    contact_name="数据服务台",
    contact_email="desk@jtw.example.gov.cn",
    issued="2019-05-10",
    modified="2026-05-10T21:04:00",
    temporal_start="2020-01-01",
    temporal_end="2020-12-31",
    language=f'["{EU}/language/ZHO"]',
    spatial='{"type": "Point", "coordinates": [121.5, 31.2]}',
    spatial_text="浦东新区",
    conforms_to='["GB/T 1"]',
    guid="7c1e",
    harvest_object_id="5a0f",
    harvest_source_title="非公开目录",
)


def test_extras_of_ckanext_dcat_and_of_harvested_packages() -> None:
    text = record_of(extras=DCAT_EXTRAS, organization=None, groups=[])
    for part in (
        f"<{DCT.accessRights}> <{VOCAB}open-type/conditional>",
        f"<{DCT.accrualPeriodicity}> <{VOCAB}frequency/monthly>",
        f"<{DCAT.theme}> <{VOCAB}domain/4>",
        f"<{DCT.publisher}> <{VOCAB}organization/transport>",
        f"<{VCARD.hasEmail}> <mailto:desk@jtw.example.gov.cn>",
        f'<{DCT.issued}> "2019-05-10"',
        f'<{DCT.modified}> "2026-05-10T21:04:00+08:00"',
        f'<{DCAT.startDate}> "2020-01-01"',
        f'<{DCAT.endDate}> "2020-12-31"',
        f"<{DCT.spatial}> <{VOCAB}place/310115>",
    ):
        assert part in text, part
    assert "coordinates" not in text and "非公开" not in text


def test_fields_of_ckanext_scheming_say_the_same() -> None:
    text = record_of(
        extras=[],
        organization=None,
        groups=[],
        access_rights=f"{EU}/access-right/PUBLIC",
        frequency=f"{EU}/frequency/WEEKLY",
        theme=[f"{EU}/data-theme/TRAN"],
        publisher=[{"uri": "", "name": "上海市交通委员会", "email": "", "type": ""}],
        contact=[{"name": "数据服务台", "email": "desk@jtw.example.gov.cn", "identifier": "123"}],
        temporal_coverage=[{"start": "2020-01-01", "end": "2020-12-31"}],
        spatial_coverage=[{"uri": "", "text": "浦东新区", "geom": '{"type": "Point"}'}],
        language=["zh", "en"],
        qualified_relation=[{"relation": "x", "role": "y"}],
    )
    for part in (
        f"<{DCT.accessRights}> <{VOCAB}open-type/unconditional>",
        f"<{DCT.accrualPeriodicity}> <{VOCAB}frequency/weekly>",
        f"<{DCAT.theme}> <{VOCAB}domain/4>",
        f"<{DCT.publisher}> <{VOCAB}organization/transport>",
        f'<{VCARD.fn}> "数据服务台"@zh',
        f'<{DCAT.endDate}> "2020-12-31"',
        f"<{DCT.spatial}> <{VOCAB}place/310115>",
    ):
        assert part in text, part


@pytest.mark.parametrize("code", ["zh_Hans_CN", "zh_CN", "zh-Hans", "zh-CN", "zh"])
def test_of_several_languages_the_chinese_text_is_taken(code: str) -> None:
    text = record_of(
        title="Bus lines",
        title_translated={"en": "Bus lines", code: "公交线路"},
        notes="All lines",
        notes_translated={"en": "All lines", code: "全市线路"},
        tags=[{"name": "bus", "display_name": "bus", "vocabulary_id": None}],
        tags_translated={"en": ["bus"], code: ["公交"]},
        resources=[
            {
                "name": "Lines",
                "name_translated": {"en": "Lines", code: "线路表"},
                "url": "https://data.example/l",
            }
        ],
    )
    for part in ("公交线路", "全市线路", "公交", "线路表"):
        assert f'"{part}"@zh' in text
    assert "Bus" not in text and "All lines" not in text and '"bus"' not in text


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ({"en": "Bus lines", "zh_Hans_CN": "公交线路"}, "公交线路"),
        ({"en": "Bus lines", "fr": ""}, "Bus lines"),
    ],
)
def test_a_title_by_language_in_the_field_itself(title: dict[str, str], expected: str) -> None:
    assert f'<{ITEM}> <{DCT.title}> "{expected}"@zh' in record_of(title=title)


def test_times_of_ckan_itself_are_utc_and_times_of_people_are_local() -> None:
    text = record_of()
    assert f'<{DCT.modified}> "2026-11-27T10:00:00+00:00"' in text
    assert f'<{DCT.issued}> "2026-01-02T03:04:05+00:00"' in text
    text = record_of(extras=extras(modified="2026-11-27T10:00:00"))
    assert f'<{DCT.modified}> "2026-11-27T10:00:00+08:00"' in text


@pytest.mark.parametrize(
    ("form", "media", "expected"),
    [
        ("", "text/csv", ["csv"]),
        (None, "text/csv; charset=utf-8", ["csv"]),
        ("text/csv", None, ["csv"]),
        (f"{EU}/file-type/CSV", None, ["csv"]),
        ("https://www.iana.org/assignments/media-types/application/json", None, ["json"]),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", None, ["xlsx"]),
        ("CSV/XLS", None, ["csv", "xls"]),
        (".csv", None, ["csv"]),
    ],
)
def test_formats_by_word_ending_media_type_and_iri(
    form: str | None, media: str | None, expected: list[str]
) -> None:
    resource = {"name": "线路", "format": form, "mimetype": media, "url": "https://data.example/l"}
    text = record_of(resources=[resource])
    found = [line.split(" ")[2] for line in text.splitlines() if f"<{DCT.format}>" in line]
    assert found == [f"<{VOCAB}format/{one}>" for one in expected]
    assert text.count(f"<{DCAT.distribution}>") == len(expected)


def test_resources_without_an_address_of_their_own() -> None:
    text = record_of(resources=[{"name": "a", "url": "", "access_url": "https://data.example/a"}])
    assert "<https://data.example/a>" in text


@pytest.mark.parametrize("version", ["2.9.11", "2.10.5", "2.11.3"])
def test_versions_of_ckan(version: str) -> None:
    catalogue = Catalogue(3, seed=7)
    made = [Ckan(version=version).document(one) for one in catalogue.view().datasets]
    walked = walk(platform("ckan", Portal(made))[0])
    assert walked.unreadable == [] and len(walked.records) == 3
    newest = [Ckan().document(one) for one in catalogue.view().datasets]
    assert walked.records == walk(platform("ckan", Portal(newest))[0]).records
