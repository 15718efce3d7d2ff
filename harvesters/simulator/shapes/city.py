"""The city platform's JSON API of 2023–2025, and the list API of 2019–2022 before it.

Keys that public sources show stand in `_detail` above the line; those below it are not verified:
they have the names under which `harvesters/mapping` reads the labels of the detail page.
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from harvesters.simulator.catalogue import CatalogueView
from harvesters.simulator.dataset import Dataset
from harvesters.simulator.defects import Defects
from harvesters.simulator.description import CONDITION, SITE, Description
from harvesters.simulator.faults import Fault
from harvesters.simulator.listing import datasets, find
from harvesters.simulator.messages import Request, Response

SEARCH: Final = "/zq/api/data_set/search/"
DETAIL: Final = "/zq/api/data_set/"
OLD_SEARCH: Final = "/yys/es/v1/dataset/search"
MAX_PAGE: Final = 100
"""Rows of a page at most, whatever is asked for."""
_BAD: Final = Response(b'{"code":"400","message":"Bad Request"}', status=400)
_NONE: Final = Response(
    b'{"code":"404","message":"\xe6\x95\xb0\xe6\x8d\xae\xe9\x9b\x86\xe4\xb8\x8d\xe5\xad\x98\xe5\x9c\xa8","data":null}',
    status=404,
)


class CityApi:
    """Serves ``/zq/api/data_set/…`` and ``/yys/es/v1/…``; a district's platform is the same."""

    def __init__(self, defects: Defects | None = None, *, name: str = "city") -> None:
        self.name = name
        self.connections = ((name, ""),)
        self._defects = defects or Defects()
        self._items: dict[tuple[str, int], bytes] = {}
        self._old_items: dict[tuple[str, int], bytes] = {}
        self._details: dict[tuple[str, int], Response] = {}

    def remote_id(self, dataset_id: str) -> str:
        """Return what a harvest calls a dataset: its id."""
        return dataset_id

    def answer(
        self, request: Request, view: CatalogueView, faults: frozenset[Fault]
    ) -> Response | None:
        """Answer a list or a detail request."""
        path = request.path
        if path == SEARCH:
            return self._search(request, view, faults) if request.method == "POST" else _method()
        if path.startswith(DETAIL):
            return self._detail(path.removeprefix(DETAIL).strip("/"), view)
        if path == OLD_SEARCH:
            return (
                self._old_search(request, view, faults) if request.method == "POST" else _method()
            )
        return None

    def document(self, dataset: Dataset) -> dict[str, Any]:
        """Return the detail of a dataset, as a harvest should read it."""
        return _detail(self._defects.describe(dataset))

    def _search(self, request: Request, view: CatalogueView, faults: frozenset[Fault]) -> Response:
        asked = _asked(request)
        if asked is None:
            return _BAD
        number, size = _page(asked)
        rows = [d for d in _sorted(view, asked) if _wanted(d, asked)]
        listing = datasets(self._once_per_format(rows), faults)
        items = b",".join(self._item(d) for d in listing.page((number - 1) * size, size))
        body = b'{"code":"000000","message":"success","data":{"content":[%b],"totalPageNum":%d}}'
        return Response(body % (items, listing.pages(size)))

    def _old_search(
        self, request: Request, view: CatalogueView, faults: frozenset[Fault]
    ) -> Response:
        asked = _asked(request)
        if asked is None:
            return _BAD
        number, size = _page(asked)
        listing = datasets(view.by_date, faults)
        items = b",".join(self._old_item(d) for d in listing.page((number - 1) * size, size))
        body = b'{"code":"000000","data":{"totalPageNum":%d,"currentPage":%d,"content":[%b]}}'
        return Response(body % (listing.pages(size), number, items))

    def _once_per_format(self, rows: list[Dataset]) -> list[Dataset]:
        """Repeat the datasets that a portal with this defect lists once for each file format."""
        if "once-per-format" not in self._defects.rates:
            return rows
        return [
            row
            for row in rows
            for _ in (row.formats if "once-per-format" in self._defects.of(row) else (1,))
        ]

    def _item(self, dataset: Dataset) -> bytes:
        key = (dataset.id, dataset.version)
        found = self._items.get(key)
        if found is None:
            d = self._defects.describe(dataset)
            found = self._items[key] = orjson.dumps(
                {
                    "datasetId": d.id,
                    "datasetName": d.title,
                    "dataDomain": d.domain,
                    "orgName": d.organization,
                    "openType": d.open_type,
                    "openRate": d.frequency,
                    "updateDate": d.modified,
                }
            )
        return found

    def _old_item(self, dataset: Dataset) -> bytes:
        key = (dataset.id, dataset.version)
        found = self._old_items.get(key)
        if found is None:
            d = self._defects.describe(dataset)
            found = self._old_items[key] = orjson.dumps(
                {
                    "datasetId": d.id,
                    "datasetName": d.title,
                    "openListAbstract": d.summary,
                    "orgName": d.organization,
                    "openType": d.open_type,
                    "dataDomain": d.domain,
                    "updateDate": int(dataset.modified.timestamp() * 1000),
                    "dataResources": [
                        {"resId": f"{dataset.id}-{n}", "resName": f"{dataset.title}.{form}"}
                        for n, form in enumerate(dataset.files, 1)
                    ],
                }
            )
        return found

    def _detail(self, dataset_id: str, view: CatalogueView) -> Response:
        dataset = find(view, dataset_id)
        if dataset is None:
            return _NONE
        key = (dataset.id, dataset.version)
        found = self._details.get(key)
        if found is None:
            body = {"code": "000000", "message": "success", "data": self.document(dataset)}
            found = self._details[key] = Response(orjson.dumps(body))
        return found


def _detail(d: Description) -> dict[str, Any]:
    dataset = d.dataset
    found: dict[str, Any] = {
        "dataset_name": d.title,
        "open_list_abstract": d.summary,
        "data_label": d.keywords,
        "data_domain": d.domain,
        "cou_theme_cls": d.national_theme,
        "create_date": d.issued,
        "update_date": d.modified,
        "open_rate": d.frequency,
        "org_name": d.organization,
        "open_type": d.open_type,
        "contact_way": d.contact,
        "docType": [
            {
                "name": dataset.title,
                "path": f"/{dataset.id}/{dataset.version}",
                "sort": 1,
                "file_type": list(dataset.files) if isinstance(d.formats, list) else d.formats,
            }
        ]
        if dataset.files
        else [],
        # Not verified from here on.
        "datasetId": d.id,
        "appScenarios": d.scenario,
        "openResType": d.resource_type,
        "data_volume": d.rows,
        "data_size": d.data_size,
        "spatial": dataset.area.name,
        "temporal": d.temporal,
        "provenance": f"{dataset.organization.office}业务系统",
        "security_level": "一般数据",
        "sharing_type": "无条件共享",
        "landing_page": d.landing_page,
        "fieldList": [{"name": f.name, "type": f.datatype} for f in dataset.fields],
    }
    if dataset.has_api:
        found["api"] = f"{SITE}/interface/{dataset.id}/1"
        found["api_manual"] = f"{SITE}/interface/{dataset.id}/doc"
    if dataset.open_type == "conditional":
        found["open_condition"] = CONDITION
        found["conditional_reason"] = "时效性较强"
        found["agreement"] = {
            "名称": f"{dataset.title}利用协议",
            "备案日期": str(dataset.issued),
            "链接": f"{SITE}/agreement/{dataset.id}",
        }
    return found


def _asked(request: Request) -> dict[str, Any] | None:
    """Return the JSON of a request, which comes under a form's content type."""
    try:
        asked = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        return None
    return asked if isinstance(asked, dict) else None


def _page(asked: dict[str, Any]) -> tuple[int, int]:
    number, size = asked.get("pageNum", 1), asked.get("pageSize", 10)
    if not isinstance(number, int) or not isinstance(size, int):
        return 1, 10
    return max(number, 1), min(max(size, 1), MAX_PAGE)


def _sorted(view: CatalogueView, asked: dict[str, Any]) -> tuple[Dataset, ...]:
    return view.by_date if "updatedate" in str(asked.get("sort", "")).lower() else view.datasets


def _wanted(dataset: Dataset, asked: dict[str, Any]) -> bool:
    word = asked.get("datasetKeyword") or asked.get("resourceKeyword")
    if word and str(word) not in dataset.title:
        return False
    domain = asked.get("dataDomain")
    return not domain or str(domain) in (dataset.domain.name, dataset.domain.notation)


def _method() -> Response:
    return Response(b'{"code":"405","message":"Method Not Allowed"}', status=405)
