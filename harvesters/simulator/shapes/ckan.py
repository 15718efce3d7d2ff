"""CKAN's Action API, in the shapes of versions 2.9 to 2.11."""

from __future__ import annotations

import re
import uuid
from datetime import UTC
from typing import Any, Final

import orjson

from harvesters.simulator.catalogue import View
from harvesters.simulator.dataset import Dataset
from harvesters.simulator.defects import Defects
from harvesters.simulator.description import CONDITION, SITE, Description
from harvesters.simulator.faults import Fault
from harvesters.simulator.listing import datasets, find
from harvesters.simulator.messages import Request, Response

ACTION: Final = "/api/3/action/"
MAX_ROWS: Final = 1000
"""``ckan.search.rows_max`` of an installation that nobody changed."""
_NAMESPACE: Final = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
_SINCE: Final = re.compile(r"metadata_modified:\[\"?([^\]\s\"]+)\"? TO [^\]]*\]")


class Ckan:
    """Serves ``package_search``, ``package_show``, ``package_list`` and ``status_show``."""

    name = "ckan"
    connections = (("ckan", ""),)

    def __init__(self, defects: Defects | None = None, *, version: str = "2.11.3") -> None:
        self._version = version
        self._older = tuple(map(int, version.split(".")[:2])) < (2, 10)
        self._defects = defects or Defects()
        self._packages: dict[tuple[str, int], bytes] = {}
        self._by_uuid: tuple[int, dict[str, Dataset]] = (-1, {})

    def remote_id(self, dataset_id: str) -> str:
        """Return what a harvest calls a dataset: the UUID of its package."""
        return package_id(dataset_id)

    def answer(self, request: Request, view: View, faults: frozenset[Fault]) -> Response | None:
        """Answer an action, called by GET or with a JSON object by POST."""
        if not request.path.startswith(ACTION):
            return None
        action = request.path.removeprefix(ACTION).strip("/")
        asked: dict[str, Any] = dict(request.query)
        if request.method == "POST" and request.body:
            try:
                asked |= orjson.loads(request.body)
            except (orjson.JSONDecodeError, TypeError):
                return _failure(request, 400, "Validation Error", "JSON could not be decoded")
        match action:
            case "package_search":
                return self._search(request, asked, view, faults)
            case "package_list":
                listing = datasets(view.datasets, faults)
                offset, limit = _number(asked, "offset", 0), _number(asked, "limit", 1 << 30)
                names = [package_name(d) for d in listing.page(offset, limit)]
                return _success(request, action, orjson.dumps(sorted(names)))
            case "package_show":
                found = self._find(view, str(asked.get("id", "")))
                if found is None:
                    return _failure(request, 404, "Not Found Error", "Not found")
                return _success(request, action, self._package(found))
            case "status_show":
                return _success(request, action, orjson.dumps(self._status(request)))
        return _failure(request, 400, "Bad Request", f"Action name not known: {action}")

    def document(self, dataset: Dataset) -> dict[str, Any]:
        """Return the package of a dataset, as a harvest should read it."""
        return self._describe(self._defects.describe(dataset))

    def _search(
        self, request: Request, asked: dict[str, Any], view: View, faults: frozenset[Fault]
    ) -> Response:
        start = _number(asked, "start", 0)
        size = min(_number(asked, "rows", 10), MAX_ROWS)
        sort = str(asked.get("sort", ""))
        rows: tuple[Dataset, ...] | list[Dataset] = view.datasets
        if "metadata_modified" in sort:
            rows = view.by_date if "desc" in sort else view.by_date[::-1]
        elif "name" in sort or "id" in sort:
            rows = sorted(view.datasets, key=package_name)
        since = _SINCE.search(f"{asked.get('fq', '')} {asked.get('q', '')}")
        if since is not None and since.group(1) != "*":
            rows = [d for d in rows if _utc(d) >= since.group(1).removesuffix("Z")]
        listing = datasets(rows, faults)
        packages = b",".join(self._package(d) for d in listing.page(start, max(size, 1))[:size])
        extra = b'"facets":{},' if self._older else b""
        result = b'{"count":%d,"sort":%b,%b"results":[%b],"search_facets":{}}' % (
            listing.total,
            orjson.dumps(sort or "score desc, metadata_modified desc"),
            extra,
            packages,
        )
        return _success(request, "package_search", result)

    def _find(self, view: View, name: str) -> Dataset | None:
        found = find(view, name.upper()) or find(view, name)
        if found is None:
            if self._by_uuid[0] != view.version:
                self._by_uuid = (view.version, {package_id(d.id): d for d in view.datasets})
            found = self._by_uuid[1].get(name)
        return found

    def _package(self, dataset: Dataset) -> bytes:
        key = (dataset.id, dataset.version)
        found = self._packages.get(key)
        if found is None:
            found = self._packages[key] = orjson.dumps(self.document(dataset))
        return found

    def _status(self, request: Request) -> dict[str, Any]:
        return {
            "ckan_version": self._version,
            "site_url": request.base,
            "site_title": "上海市公共数据（模拟）",
            "site_description": "",
            "locale_default": "zh_Hans_CN",
            "error_emails_to": None,
            "extensions": ["stats", "text_view"],
        }

    def _describe(self, d: Description) -> dict[str, Any]:
        dataset = d.dataset
        organization = {
            "id": str(uuid.uuid5(_NAMESPACE, dataset.organization.notation)),
            "name": dataset.organization.notation,
            "title": d.organization,
            "type": "organization",
            "description": "",
            "image_url": "",
            "created": "2016-03-01T09:00:00.000000",
            "is_organization": True,
            "approval_status": "approved",
            "state": "active",
        }
        resources = [self._resource(d, n, form) for n, form in enumerate(dataset.formats, 1)]
        extras = {
            "identifier": d.id,
            "open_type": d.open_type,
            "update_frequency": d.frequency,
            "data_domain": d.domain,
            "cou_theme_cls": d.national_theme,
            "issued": d.issued,
            "modified": d.modified,
            "spatial_text": dataset.area.name,
            "data_volume": d.rows,
            "fields": "、".join(f.name for f in dataset.fields),
        }
        if dataset.open_type == "conditional":
            extras["open_condition"] = CONDITION
        package: dict[str, Any] = {
            "author": None,
            "author_email": None,
            "creator_user_id": str(uuid.uuid5(_NAMESPACE, "creator")),
            "id": package_id(dataset.id),
            "isopen": False,
            "license_id": "notspecified",
            "license_title": "License not specified",
            "maintainer": dataset.organization.office,
            "maintainer_email": None,
            "metadata_created": f"{dataset.issued}T01:00:00.000000",
            "metadata_modified": _utc(dataset),
            "name": package_name(dataset),
            "notes": d.summary,
            "num_resources": len(resources),
            "num_tags": len(dataset.keywords),
            "organization": organization,
            "owner_org": organization["id"],
            "private": False,
            "state": "active",
            "title": d.title,
            "type": "dataset",
            "url": d.landing_page,
            "version": None,
            "extras": [
                # CKAN keeps extras as text, whatever was put in.
                {"key": key, "value": value if isinstance(value, str) else str(value)}
                for key, value in extras.items()
                if value is not None
            ],
            "groups": [],
            "resources": resources,
            "tags": [
                {"display_name": tag, "id": str(uuid.uuid5(_NAMESPACE, tag)), "name": tag,
                 "state": "active", "vocabulary_id": None}
                for tag in dataset.keywords
            ],
            "relationships_as_object": [],
            "relationships_as_subject": [],
        }  # fmt: skip
        if self._older:
            package["revision_id"] = str(uuid.uuid5(_NAMESPACE, f"{dataset.id}{dataset.version}"))
        return package

    def _resource(self, d: Description, number: int, form: str) -> dict[str, Any]:
        dataset = d.dataset
        address = (
            f"{SITE}/interface/{dataset.id}/1"
            if form == "api"
            else f"{SITE}/zq/api/download_file_pro/?path={dataset.id}.{form}"
        )
        found: dict[str, Any] = {
            "cache_last_updated": None,
            "cache_url": None,
            "created": f"{dataset.issued}T01:00:00.000000",
            "description": "",
            "format": "API" if form == "api" else form.upper(),
            "hash": "",
            "id": str(uuid.uuid5(_NAMESPACE, f"{dataset.id}/{number}")),
            "last_modified": _utc(dataset),
            "metadata_modified": _utc(dataset),
            "mimetype": None,
            "mimetype_inner": None,
            "name": f"{dataset.title}（{form}）",
            "package_id": package_id(dataset.id),
            "position": number - 1,
            "resource_type": None,
            "size": None,
            "state": "active",
            "url": address,
            "url_type": None,
        }
        if self._older:
            found["revision_id"] = str(uuid.uuid5(_NAMESPACE, f"{dataset.id}{dataset.version}"))
        return found


def package_name(dataset: Dataset) -> str:
    """Return the name of a package: CKAN allows small letters only."""
    return dataset.id.lower()


def package_id(dataset_id: str) -> str:
    """Return the UUID of a package."""
    return str(uuid.uuid5(_NAMESPACE, dataset_id))


def _utc(dataset: Dataset) -> str:
    """Return the date of change as CKAN writes it: UTC, without saying so."""
    return f"{dataset.modified.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"


def _number(asked: dict[str, Any], name: str, usual: int) -> int:
    try:
        return max(int(asked.get(name, usual)), 0)
    except (TypeError, ValueError):
        return usual


def _success(request: Request, action: str, result: bytes) -> Response:
    head = b'{"help":"%b","success":true,"result":%b}'
    return Response(head % (f"{request.base}{ACTION}help_show?name={action}".encode(), result),
                    "application/json;charset=utf-8")  # fmt: skip


def _failure(request: Request, status: int, kind: str, message: str) -> Response:
    body = {"help": request.base, "success": False, "error": {"__type": kind, "message": message}}
    return Response(orjson.dumps(body), "application/json;charset=utf-8", status=status)
