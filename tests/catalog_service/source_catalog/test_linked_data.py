"""The source catalogue as linked data: one IRI for each entry, in the project's ontology."""

from __future__ import annotations

import httpx
import pyoxigraph as ox
import pytest

from catalog_service.output_formats import GRAPH_FORMATS, OutputFormat
from catalog_service.source_catalog import linked_data
from catalog_service.source_catalog.editing import Edit, remove_item, set_item
from catalog_service.source_catalog.model import SourceItem, StoredItem, TableRow
from catalog_service.source_catalog.table_file import read_table
from harvesters.readers.files import Input
from ontology.terms import DCAT, DCT, DQV, FOAF, ODRL, RDF, RDFS, SHD, SKOS, VOCAB
from tests.fixtures.web import BASE, House

PATH = "/source-catalog"
BEDS = SourceItem("机构床位数（张）", "市民政局", "养老平台", "每日", "无空值", "接口")
EDIT = Edit("cli", "登记")


def _set(house: House, claim: SourceItem = BEDS) -> StoredItem:
    return set_item(house.atlas, claim, EDIT).item


def _read(answer: httpx.Response) -> ox.Store:
    syntax = ox.RdfFormat.from_media_type(answer.headers["content-type"].partition(";")[0])
    assert syntax
    store = ox.Store()
    store.load(answer.content, format=syntax, base_iri=BASE)
    return store


def _values(store: ox.Store, subject: str, predicate: str) -> set[str]:
    found = store.quads_for_pattern(ox.NamedNode(subject), ox.NamedNode(predicate), None)
    return {str(getattr(quad.object, "value", quad.object)) for quad in found}


@pytest.mark.parametrize("form", GRAPH_FORMATS, ids=lambda form: form.suffix)
def test_an_entry_answers_at_its_iri(
    house: House, browser: httpx.Client, form: OutputFormat
) -> None:
    item = _set(house)
    entry = linked_data.item_iri(BASE, item.id)
    path = f"/id/source-item/{item.id}"
    assert browser.get(path).headers["location"] == f"{PATH}/{item.id}"
    seen = browser.get(path, headers={"Accept": form.media_type})
    assert (seen.status_code, seen.headers["location"]) == (
        303,
        f"{PATH}/{item.id}.{form.suffix}",
    )
    store = _read(browser.get(seen.headers["location"]))
    civil = next(iter(_values(store, entry, SHD.responsibleDepartment)))
    assert civil.startswith(f"{VOCAB}organization/")
    assert _values(store, entry, DCT.publisher) == {civil}
    assert _values(store, entry, RDF.type) == {SHD.SourceEntry}
    assert _values(store, entry, DCT.term("title")) == {"机构床位数（张）"}
    # Every spelling of a data item's name leads to the same one.
    (field,) = _values(store, entry, FOAF.primaryTopic)
    assert field == f"{BASE}/id/field/%E6%9C%BA%E6%9E%84%E5%BA%8A%E4%BD%8D%E6%95%B0"
    (source,) = _values(store, entry, DCT.source)
    assert _values(store, source, RDFS.label) == {"养老平台"}
    assert _values(store, entry, SHD.updateMechanism) == {"每日"}
    assert _values(store, entry, DCT.accrualPeriodicity) == {f"{VOCAB}frequency/daily"}
    assert _values(store, f"{entry}#quality", RDF.type) == {DQV.QualityPolicy}
    assert _values(store, f"{entry}#quality", ODRL.target) == {field}
    assert _values(store, entry, SHD.usageMode) == {"接口"}


def test_a_department_that_no_vocabulary_knows_is_named_in_the_entry(
    house: House, browser: httpx.Client
) -> None:
    item = _set(house, SourceItem("床位数", "某某临时办公室", "", "不定"))
    store = _read(browser.get(f"{PATH}/{item.id}.ttl"))
    entry = linked_data.item_iri(BASE, item.id)
    (department,) = _values(store, entry, SHD.responsibleDepartment)
    assert department == f"{entry}#department"
    assert _values(store, department, SKOS.prefLabel) == {"某某临时办公室"}
    assert _values(store, entry, SHD.updateMechanism) == {"不定"}


def test_what_is_removed_or_never_was_is_told(house: House, browser: httpx.Client) -> None:
    item = _set(house)
    remove_item(house.atlas, item.id, EDIT)
    rdf = {"Accept": "text/turtle"}
    page = browser.get(f"/id/source-item/{item.id}", headers=rdf)
    assert page.headers["location"] == f"{PATH}/{item.id}"
    assert browser.get(f"{PATH}/{item.id}.ttl").status_code == 410
    assert browser.get("/id/source-item/0123456789abcdef", headers=rdf).status_code == 404
    assert browser.get(f"{PATH}/{item.id}.xyz").status_code == 404
    assert browser.get(f"{PATH}.xyz").status_code == 404


def test_the_whole_comes_in_pages(
    house: House, browser: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linked_data, "SIZE", 2)
    for name, department in (
        ("甲项", "市民政局"),
        ("乙项", "市民政局"),
        ("乙项", "市统计局"),
        ("丙项", "市统计局"),
    ):
        _set(house, SourceItem(name, department))
    assert "text/html" in browser.get(PATH).headers["content-type"]
    following = browser.get(PATH, headers={"Accept": "text/turtle"}).headers["location"]
    assert following == f"{PATH}.ttl"
    seen: set[str] = set()
    pages = 0
    while following:
        answer = browser.get(following)
        store = _read(answer)
        catalog = f"{BASE}{PATH}"
        assert DCAT.Catalog in _values(store, catalog, RDF.type)
        seen |= _values(store, catalog, DCT.hasPart)
        pages += 1
        url = answer.links.get("next", {}).get("url", "")
        assert _values(store, f"{BASE}{following}", linked_data.HYDRA.next) == ({url} - {""})
        following = url.removeprefix(BASE)
    assert (len(seen), pages) == (4, 3)


def test_the_table_can_be_taken_in_again(house: House, steward: httpx.Client) -> None:
    _set(house)
    answer = steward.get("/api/v1/source-catalog.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert list(read_table(Input("x", content=answer.content)).rows) == [TableRow(BEDS, 2)]
