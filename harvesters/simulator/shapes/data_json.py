"""DCAT-US 1.1: one ``data.json`` with all datasets (resources.data.gov/resources/dcat-us)."""

from __future__ import annotations

from typing import Any, Final

import orjson

from harvesters.simulator.catalogue import CatalogueView
from harvesters.simulator.dataset import FREQUENCIES, OPEN_LABELS, Dataset
from harvesters.simulator.defects import Defects
from harvesters.simulator.description import CONDITION, SITE, Description
from harvesters.simulator.faults import Fault
from harvesters.simulator.listing import datasets
from harvesters.simulator.messages import Request, Response

PATH: Final = "/data.json"
SCHEMA: Final = "https://project-open-data.cio.gov/v1.1/schema"
ACCESS: Final = {
    "unconditional": "public",
    "conditional": "restricted public",
    "none": "non-public",
}
_PERIODS: Final = dict(
    zip(
        FREQUENCIES,
        ("R/PT1S", "R/P1D", "R/P1W", "R/P1M", "R/P3M", "R/P6M", "R/P1Y", "irregular"),
        strict=True,
    )
)
_MEDIA_TYPES: Final = {
    "csv": "text/csv",
    "json": "application/json",
    "pdf": "application/pdf",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "shp": "application/zip",
    "doc": "application/msword",
}


class DataJson:
    """Serves ``/data.json``, with ``ETag`` and ``Last-Modified``."""

    name = "data-json"
    connections = (("data-json", PATH),)

    def __init__(self, defects: Defects | None = None) -> None:
        self._defects = defects or Defects()
        self._entries: dict[tuple[str, int], bytes] = {}
        self._made: tuple[int, frozenset[Fault], Response] | None = None

    def remote_id(self, dataset_id: str) -> str:
        """Return what a harvest calls a dataset: its id."""
        return dataset_id

    def answer(
        self, request: Request, view: CatalogueView, faults: frozenset[Fault]
    ) -> Response | None:
        """Answer the file."""
        if request.path != PATH:
            return None
        if self._made is None or self._made[:2] != (view.version, faults):
            rows = datasets(view.datasets, faults).page(0, len(view.datasets) + 1)
            head = orjson.dumps(
                {
                    "@context": f"{SCHEMA}/catalog.jsonld",
                    "@type": "dcat:Catalog",
                    "conformsTo": SCHEMA,
                    "describedBy": f"{SCHEMA}/catalog.json",
                }
            )
            body = head[:-1] + b',"dataset":[' + b",".join(map(self._entry, rows)) + b"]}"
            response = Response(body, "application/json", tagged=True, dated=view.time)
            self._made = (view.version, faults, response)
        return self._made[2]

    def document(self, dataset: Dataset) -> dict[str, Any]:
        """Return the entry of a dataset, as a harvest should read it."""
        return _entry(self._defects.describe(dataset))

    def _entry(self, dataset: Dataset) -> bytes:
        key = (dataset.id, dataset.version)
        found = self._entries.get(key)
        if found is None:
            found = self._entries[key] = orjson.dumps(self.document(dataset))
        return found


def _entry(d: Description) -> dict[str, Any]:
    dataset = d.dataset
    known = d.open_type == OPEN_LABELS[dataset.open_type]
    found: dict[str, Any] = {
        "@type": "dcat:Dataset",
        "identifier": d.id,
        "title": d.title,
        "description": d.summary,
        "keyword": d.keywords,
        "modified": d.modified,
        "issued": d.issued,
        "publisher": {"@type": "org:Organization", "name": d.organization},
        "contactPoint": {
            "@type": "vcard:Contact",
            "fn": dataset.organization.office,
            "hasEmail": f"mailto:{dataset.organization.notation}@data.example",
        },
        "accessLevel": ACCESS[dataset.open_type] if known else d.open_type,
        "accrualPeriodicity": _PERIODS.get(d.frequency, d.frequency),
        "theme": d.domain if isinstance(d.domain, list) else [d.domain],
        "spatial": dataset.area.name,
        "language": ["zh"],
        "landingPage": d.landing_page,
        "distribution": [
            {
                "@type": "dcat:Distribution",
                "title": f"{dataset.title}（{form}）",
                "format": form.upper(),
                "mediaType": _MEDIA_TYPES.get(form, "application/octet-stream"),
                "downloadURL": f"{SITE}/zq/api/download_file_pro/?path={dataset.id}.{form}",
            }
            for form in dataset.files
        ],
    }
    if dataset.has_api:
        found["distribution"].append(
            {
                "@type": "dcat:Distribution",
                "title": f"{dataset.title}接口",
                "format": "API",
                "accessURL": f"{SITE}/interface/{dataset.id}/1",
            }
        )
    if dataset.open_type == "conditional":
        found["rights"] = CONDITION
    return {key: value for key, value in found.items() if value is not None}
