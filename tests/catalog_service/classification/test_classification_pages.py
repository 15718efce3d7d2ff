"""What everybody reads of classes and agreements, and how they are worked on by page."""

from __future__ import annotations

import io
from collections.abc import Iterator

import docx
import httpx
import pyoxigraph as ox
import pytest

from catalog_service.accounts.service import OPERATOR, Role
from catalog_service.classification.service import (
    classify,
    confirm,
    file_agreement,
    review,
    reviews_of,
    terms_of,
)
from catalog_service.stored_records import known_record
from ontology.terms import DCT, ODRL, SHD
from tests.catalog_service.classification.conftest import DAY, PARK
from tests.fixtures.people import person, signed_in, use_counting_hasher
from tests.fixtures.web import HTML, House, served

WORK = "/workbench/classification"


@pytest.fixture
def client(bare: House) -> Iterator[httpx.Client]:
    with served(bare) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


def test_an_empty_table_says_so(bare: House, client: httpx.Client) -> None:
    page = client.get("/classification?lang=en", headers=HTML)
    assert page.status_code == 200
    assert "nothing is guessed" in page.text
    answer = client.get("/api/v1/classification").json()
    assert (answer["version"], answer["levels"], answer["agreements"]) == (None, [], [])
    assert client.get("/classification/1", headers=HTML).status_code == 404
    missing = client.get("/api/v1/classification/agreements/use/pdf")
    assert (missing.status_code, missing.json()["code"]) == (404, "unknown-template")


def test_class_and_conditions_are_public_and_opinions_are_not(
    house: House, client: httpx.Client
) -> None:
    atlas = house.atlas
    classify(
        atlas, OPERATOR, PARK, "X2", conditions=("traffic",), agreement="use", reason="内部理由"
    )
    for kind in ("secrecy", "expert"):
        number = review(atlas, OPERATOR, PARK, kind, DAY, "conditional", "不公开的意见")
        confirm(atlas, OPERATOR, number)
    file_agreement(atlas, OPERATOR, PARK, DAY, "备1号")
    page = client.get(f"/dataset/{PARK}?lang=en", headers=HTML).text
    assert "publisher’s own record, which may not say them" in page
    for text in ("X2", "仅限科研使用", "Data use agreement", "/classification/agreements/use"):
        assert text in page
    turtle = client.get(f"/dataset/{PARK}.nt").text
    for text in (page, turtle, client.get("/classification", headers=HTML).text):
        for secret in ("内部理由", "不公开的意见", "备1号", "cli"):
            assert secret not in text
    graph = ox.Store()
    graph.load(turtle.encode(), ox.RdfFormat.N_TRIPLES)
    query = f"""ASK {{ ?d <{SHD.classificationLevel}> ?level ; <{ODRL.hasPolicy}> ?offer ;
        <{SHD.agreement}>/<{SHD.filedOn}> ?filed ; <{SHD.secrecyReview}>/<{DCT.date}> ?day .
        ?offer a <{ODRL.Offer}> ; <{ODRL.permission}> ?p .
        ?p <{ODRL.target}> ?d ; <{ODRL.action}> <{ODRL.use}> ;
        <{ODRL.duty}>/<{ODRL.target}> ?agreement }}"""
    assert bool(graph.query(query))
    levels = client.get("/classification/1?lang=en", headers=HTML).text
    assert "乙级" in levels
    # The bare profile is what the publisher said.
    assert client.get("/dataset/transport/BUS.nt").text.count("class-offer") == 0


def test_an_agreement_is_read_before_one_applies(house: House, client: httpx.Client) -> None:
    classify(house.atlas, OPERATOR, PARK, "X2", conditions=("log",), agreement="use", reason="x")
    blank = client.get("/classification/agreements/use?lang=en", headers=HTML)
    assert blank.status_code == 200
    filled = client.get(f"/classification/agreements/use?dataset={PARK}", headers=HTML).text
    for text in ("停车场", "使用须留痕", "X2", "第 1 版"):
        assert text in filled
    api = "/api/v1/classification/agreements/use"
    word = client.get(f"{api}/docx?dataset={PARK}")
    said = "\n".join(one.text for one in docx.Document(io.BytesIO(word.content)).paragraphs)
    assert "停车场" in said
    pdf = client.get(f"{api}/pdf?dataset={PARK}")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content == client.get(f"{api}/pdf?dataset={PARK}").content
    again = client.get(f"{api}/pdf?dataset={PARK}", headers={"If-None-Match": pdf.headers["etag"]})
    assert again.status_code == 304
    assert "停车场" in client.get(f"{api}/md?dataset={PARK}").text
    assert client.get(f"{api}/md?dataset=transport/NONE").status_code == 404
    assert client.get(f"{api}/md?version=2").status_code == 404


def test_a_dataset_is_classed_and_reviewed_by_page(house: House, client: httpx.Client) -> None:
    use_counting_hasher(house.atlas)
    account = person(house.atlas, "steward", Role.STEWARD, "transport")
    steward = signed_in(client, house.atlas, account)
    iri = known_record(house.atlas, PARK).iri
    assert "R24" in steward.get(f"{WORK}?dataset={PARK}&lang=en").text
    fields = {"dataset": PARK, "reason": "含位置"}
    steward.post(WORK, step="classify", level="X2", agreement="use", conditions="log", **fields)
    terms = terms_of(house.atlas, iri)
    assert terms is not None
    assert [one.version.key for one in terms.conditions] == ["log"]
    review_of = {"kind": "secrecy", "outcome": "conditional", "day": "2019-12-01"}
    steward.post(WORK, step="review", **review_of, **fields)
    steward.post(WORK, step="file", dataset=PARK, day="2026-01-05", reference="1")
    own = steward.get(f"{WORK}?dataset={PARK}&lang=en").text
    assert "waits for another" in own
    assert 'value="confirm"' not in own
    reviewer = signed_in(
        client, house.atlas, person(house.atlas, "reviewer", Role.REVIEWER, "transport")
    )
    assert WORK in reviewer.get("/workbench").text
    assert PARK in reviewer.get(WORK).text
    assert 'value="confirm"' in reviewer.get(f"{WORK}?dataset={PARK}").text
    reviewer.post(WORK, step="confirm", number="1", dataset=PARK)
    (entered,) = reviews_of(house.atlas, iri)
    assert entered.confirmed_by is not None
    assert "R02, R03, R24 and R25" not in own
    wrong = reviewer.post(WORK, step="review", dataset=PARK, kind="x", day="x", reason="x")
    assert wrong.status_code == 400
