"""Catalogues as udata and DCAT-US publish them, made by hand after their documentation."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from ontology.terms import DCAT, DCT, SHD, VCARD, VOCAB
from tests.harvesters.platforms.memory import ROOT, Answer, Asked, Memory, Walked, platform, walk

EU = "http://publications.europa.eu/resource/authority"


def read(kind: str, answer: Any, url: str) -> tuple[Walked, Memory]:
    harvested, client = platform(kind, answer, url)
    return walk(harvested), client


# -- udata: JSON-LD with a context inside, pages by hydra:PartialCollectionView -------------------

CONTEXT = {
    "@vocab": DCAT,
    "dcat": DCAT,
    "dct": DCT,
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "title": "dct:title",
    "identifier": "dct:identifier",
    "publisher": {"@id": "dct:publisher", "@type": "@id"},
    "modified": {"@id": "dct:modified", "@type": "http://www.w3.org/2001/XMLSchema#dateTime"},
    "dataset": {"@id": "dcat:dataset", "@type": "@id"},
    "distribution": {"@id": "dcat:distribution", "@type": "@id"},
    "downloadURL": {"@id": "dcat:downloadURL", "@type": "@id"},
    "format": "dct:format",
    "name": "foaf:name",
    "view": {"@id": "hydra:view", "@type": "@id"},
    "first": {"@id": "hydra:first", "@type": "@id"},
    "next": {"@id": "hydra:next", "@type": "@id"},
    "totalItems": "hydra:totalItems",
}


def udata_page(number: int, last: int) -> dict[str, Any]:
    address = f"{ROOT}/api/1/site/catalog.jsonld?page={{}}&page_size=1"
    view = {
        "@id": address.format(number),
        "@type": "hydra:PartialCollectionView",
        "first": address.format(1),
    }
    if number < last:
        view["next"] = address.format(number + 1)
    dataset = f"{ROOT}/datasets/5a{number}/"
    right = "NON_PUBLIC" if number == last else "PUBLIC"
    return {
        "@context": CONTEXT,
        "@graph": [
            {
                "@id": f"{ROOT}/catalog",
                "@type": ["dcat:Catalog", "hydra:Collection"],
                "totalItems": last,
                "view": view["@id"],
                "dataset": [dataset],
            },
            view,
            {
                "@id": dataset,
                "@type": "dcat:Dataset",
                "identifier": f"5a{number}",
                "title": f"公园{number}",
                "modified": "2026-10-01T10:00:00.120000",
                "publisher": f"{ROOT}/organizations/o1/",
                "distribution": [f"{dataset}#/resources/r1"],
                "dct:accessRights": {"@id": f"{EU}/access-right/{right}"},
            },
            {"@id": f"{ROOT}/organizations/o1/", "@type": "foaf:Organization", "name": "市绿化局"},
            {
                "@id": f"{dataset}#/resources/r1",
                "@type": "dcat:Distribution",
                "downloadURL": f"{ROOT}/r/{number}.csv",
                "format": "csv",
            },
        ],
    }


def test_udata_is_walked_by_its_views_and_closes_what_is_not_public() -> None:
    def answer(asked: Asked) -> Answer:
        page = re.search(r"[?&]page=(\d+)", asked.url)
        found = udata_page(int(page[1]) if page else 1, 3)
        return json.dumps(found), {"content-type": "application/ld+json"}

    walked, client = read("dcat", answer, f"{ROOT}/api/1/site/catalog.jsonld")
    assert len(client.asked) == 3
    assert (walked.names, walked.total, walked.incomplete) == (["5a1", "5a2", "5a3"], 3, None)
    assert (walked.closed, walked.unreadable) == (["5a3"], [])
    assert "市绿化局" in walked.records["5a1"]
    assert f"<{DCAT.downloadURL}> <{ROOT}/r/1.csv>" in walked.records["5a1"]


# -- DCAT-US --------------------------------------------------------------------------------------


def dcat_us(**more: Any) -> str:
    """Return the record of a dataset of DCAT-US 1.1 with other values."""
    dataset = {
        "@type": "dcat:Dataset",
        "identifier": "p-1",
        "title": "公园",
        "description": "公园名录",
        "publisher": {"@type": "org:Organization", "name": "上海市绿化和市容管理局"},
        "contactPoint": {
            "@type": "vcard:Contact",
            "fn": "数据服务台",
            "hasEmail": "mailto:desk@parks.example.gov.cn",
        },
        "accessLevel": "public",
    }
    document = {
        "@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
        "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
        "dataset": [dataset | more],
    }
    walked, _ = read("data-json", lambda _: json.dumps(document), f"{ROOT}/data.json")
    assert walked.unreadable == []
    (text,) = walked.records.values()
    return text


def test_of_dcat_us_periods_contacts_places_and_media_types_are_read() -> None:
    text = dcat_us(
        temporal="2020-01-01T00:00:00Z/2020-12-31T00:00:00Z",
        spatial="上海市",
        distribution=[
            {"downloadURL": "https://x.example/p", "mediaType": "text/csv"},
            {"accessURL": "https://x.example/api", "format": "API", "description": "接口"},
        ],
    )
    for part in (
        f'<{VCARD.fn}> "数据服务台"@zh',
        f"<{VCARD.hasEmail}> <mailto:desk@parks.example.gov.cn>",
        f'<{DCAT.endDate}> "2020-12-31T00:00:00+00:00"',
        f"<{DCT.spatial}> <{VOCAB}place/310000>",
        f"<{DCT.format}> <{VOCAB}format/csv>",
        f"<{SHD.deliveryMode}> <{VOCAB}delivery-mode/api>",
    ):
        assert part in text, part
    assert text.count(f"<{DCAT.distribution}>") == 2


@pytest.mark.parametrize(
    ("given", "notation"),
    [
        ("R/P1D", "daily"),
        ("R/P2W", "biweekly"),
        ("R/P0.5M", "semimonthly"),
        ("R/P2M", "bimonthly"),
        ("R/P3Y", "triennial"),
        ("R/P10Y", "decennial"),
        ("R/PT1H", "hourly"),
        ("irregular", "irregular"),
        (f"{EU}/frequency/MONTHLY", "monthly"),
    ],
)
def test_frequencies_of_dcat_us(given: str, notation: str) -> None:
    found = dcat_us(accrualPeriodicity=given)
    assert f"<{DCT.accrualPeriodicity}> <{VOCAB}frequency/{notation}>" in found


def test_what_has_no_word_of_ours_is_kept_as_it_is() -> None:
    text = dcat_us(accrualPeriodicity="R/P0.33W", modified="R/P1D")
    assert f'<{SHD.unmappedAccrualPeriodicity}> "R/P0.33W"' in text
    assert f'<{SHD.unmappedModified}> "R/P1D"' in text


V3 = {
    "@id": "https://x.example/d/1",
    "@type": "dcat:Dataset",
    "title": "公园",
    "titleMap": {"es": "Parques"},
    "description": "公园名录",
    "accessRights": f"{EU}/access-right/PUBLIC",
    "contactPoint": [{"@type": "vcard:Kind", "fn": "服务台", "hasEmail": "mailto:d@x.example.cn"}],
    "issued": {"@value": "2021-04-26", "@type": "xsd:date"},
    "temporal": {
        "@type": "dcterms:PeriodOfTime",
        "startDate": {"@value": "2020-01-01", "@type": "xsd:date"},
        "endDate": {"@value": "2020-12-31", "@type": "xsd:date"},
    },
    "otherIdentifier": [{"@type": "Identifier", "notation": "x"}],
}
PUBLISHER = {"@id": "https://x.example/o", "name": "上海市绿化和市容管理局"}
FILE = {
    "@id": "https://x.example/csv",
    "mediaType": "text/csv",
    "downloadURL": "https://x.example/p",
}


@pytest.mark.parametrize(
    "document",
    [
        {
            "@type": "dcat:Catalog",
            "dataset": [V3 | {"publisher": PUBLISHER, "distribution": [FILE]}],
        },
        {
            "@context": "https://x.example/dcat-us-3.0.jsonld",
            "@graph": [
                {"@type": "dcat:Catalog", "dataset": ["https://x.example/d/1"]},
                V3 | {"publisher": PUBLISHER["@id"], "distribution": [{"@id": FILE["@id"]}]},
                PUBLISHER,
                FILE,
            ],
        },
    ],
    ids=["nested", "graph"],
)
def test_dcat_us_3_nested_and_as_a_graph(document: dict[str, Any]) -> None:
    walked, _ = read("data-json", lambda _: json.dumps(document), f"{ROOT}/data.json")
    assert (walked.names, walked.unreadable) == (["https://x.example/d/1"], [])
    (text,) = walked.records.values()
    for part in (
        f"<{DCT.accessRights}> <{VOCAB}open-type/unconditional>",
        f"<{DCT.publisher}> <{VOCAB}organization/greenery>",
        f'<{DCT.issued}> "2021-04-26"',
        f'<{DCAT.startDate}> "2020-01-01"',
        f'<{VCARD.fn}> "服务台"@zh',
        f"<{DCT.format}> <{VOCAB}format/csv>",
    ):
        assert part in text, part


def test_datasets_of_dcat_us_3_within_catalogues_series_and_services() -> None:
    def one(name: str, **more: Any) -> dict[str, Any]:
        return {"@type": "Dataset", "title": name, "identifier": name} | more

    document = {
        "@type": "Catalog",
        "dataset": [
            one("a", identifier={"@type": "Identifier", "notation": "a", "version": "1"}),
            one("b", identifier={"@id": "https://x.example/b"}),
        ],
        "datasetSeries": [{"title": "x", "seriesMember": [one("c"), one("a")], "first": one("c")}],
        "service": [{"title": "y", "servesDataset": one("d")}],
        "catalog": [{"dataset": [one("e")], "catalog": [{"dataset": [one("f")]}]}],
    }
    walked, _ = read("data-json", lambda _: json.dumps(document), f"{ROOT}/data.json")
    assert walked.names == ["a", "https://x.example/b", "c", "d", "e", "f"]
    assert walked.unreadable == [] and walked.incomplete is None
    del document["dataset"]
    walked, _ = read("data-json", lambda _: json.dumps(document), f"{ROOT}/data.json")
    assert len(walked.names) == 5
