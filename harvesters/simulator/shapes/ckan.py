"""CKAN's Action API, in the shapes of versions 2.9 to 2.11.

Answers and errors are those of ``ckan/views/api.py``, so that clients of CKAN read them: ckanapi is
run against it in the tests.
"""

from __future__ import annotations

import re
from typing import Any, Final

import orjson

from harvesters.simulator.catalogue import CatalogueView
from harvesters.simulator.dataset import Dataset
from harvesters.simulator.defects import Defects
from harvesters.simulator.faults import Fault
from harvesters.simulator.listing import datasets, find
from harvesters.simulator.messages import Request, Response
from harvesters.simulator.shapes.ckan_packages import (
    changed_at,
    describe_package,
    organization_of,
    package_id,
    package_name,
)

ACTION: Final = "/api/3/action/"
_ACTION: Final = re.compile(r"/api/(?:3/)?action/([^/]*)/?")
"""Clients may leave the version out."""
MAX_ROWS: Final = 1000
"""``ckan.search.rows_max`` of an installation that nobody changed."""
_NATURAL: Final = "Must be a natural number"
_SINCE: Final = re.compile(r"metadata_modified:\[\"?([^\]\s\"]+)\"? TO [^\]]*\]")
_OF: Final = re.compile(r'\borganization:"?([^\s"]+)')
_NAMED: Final = re.compile(r'(?:id|name):"([^"]+)"')


class Ckan:
    """Serves packages, searched, shown and listed, the list of organizations, and the status."""

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

    def answer(
        self, request: Request, view: CatalogueView, faults: frozenset[Fault]
    ) -> Response | None:
        """Answer an action, called by GET or with a JSON object by POST."""
        named = _ACTION.fullmatch(request.path)
        if named is None:
            return None
        action = named[1]
        asked: dict[str, Any] = dict(request.query)
        if request.method == "POST" and request.body:
            try:
                asked |= orjson.loads(request.body)
            except (orjson.JSONDecodeError, TypeError) as error:
                return _bad_request(f"JSON Error: {error}")
        match action:
            case "package_search":
                return self._search(request, asked, view, faults)
            case "package_list":
                rows = sorted(view.datasets, key=package_name)
                offset, limit = _number(asked, "offset", 0), _number(asked, "limit", 0)
                page = datasets(rows, faults).page(offset or 0, limit or len(rows))
                return _success(request, action, [package_name(one) for one in page])
            case "package_show":
                name = str(asked.get("id") or asked.get("name_or_id") or "")
                if not name:
                    return _invalid(request, action, "name_or_id", "Missing value")
                found = self._find(view, name)
                if found is None:
                    told = {"__type": "Not Found Error", "message": "Not found"}
                    return _failure(request, action, 404, told)
                return _success(request, action, self._package(found))
            case "organization_list":
                return _success(request, action, _organizations(asked, view))
            case "status_show":
                return _success(request, action, self._status(request))
        return _bad_request(f"Action name not known: {action}")

    def document(self, dataset: Dataset) -> dict[str, Any]:
        """Return the package of a dataset, as a harvest should read it."""
        return describe_package(self._defects.describe(dataset), older=self._older)

    def _search(
        self, request: Request, asked: dict[str, Any], view: CatalogueView, faults: frozenset[Fault]
    ) -> Response:
        start, rows_asked = _number(asked, "start", 0), _number(asked, "rows", 10)
        for name, number in (("start", start), ("rows", rows_asked)):
            if number is None:
                return _invalid(request, "package_search", name, _NATURAL)
        start, size = start or 0, min(rows_asked or 0, MAX_ROWS)
        sort = str(asked.get("sort", ""))
        rows: tuple[Dataset, ...] | list[Dataset] = view.datasets
        if "metadata_modified" in sort:
            rows = view.by_date if "desc" in sort else view.by_date[::-1]
        elif "name" in sort or "id" in sort:
            rows = sorted(view.datasets, key=package_name)
        wanted = f"{asked.get('fq', '')} {asked.get('q', '')}"
        if (of := _OF.search(wanted)) is not None:
            rows = [d for d in rows if d.organization.notation == of[1]]
        since = _SINCE.search(wanted)
        if since is not None and since.group(1) != "*":
            rows = [d for d in rows if changed_at(d) >= since.group(1).removesuffix("Z")]
        named = _NAMED.fullmatch(str(asked.get("q", "")))
        if named is not None:
            found = self._find(view, named.group(1))
            rows = [] if found is None else [found]
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

    def _find(self, view: CatalogueView, name: str) -> Dataset | None:
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


def _organizations(asked: dict[str, Any], view: CatalogueView) -> list[Any]:
    """Return the organizations of all packages: names, or descriptions with ``all_fields``."""
    found: dict[str, dict[str, Any]] = {}
    for dataset in view.datasets:
        one = organization_of(dataset, dataset.organization.name)
        kept = found.setdefault(one["name"], {**one, "package_count": 0, "num_followers": 0})
        kept["display_name"] = kept["title"]
        kept["package_count"] += 1
    everything = str(asked.get("all_fields", "")).lower() in ("true", "1", "yes")
    return [found[name] if everything else name for name in sorted(found)]


def _number(asked: dict[str, Any], name: str, usual: int) -> int | None:
    """Return a natural number that was asked for; None where it is none."""
    try:
        number = int(asked.get(name, usual))
    except (TypeError, ValueError):
        return None
    return number if number >= 0 else None


def _success(request: Request, action: str, result: object) -> Response:
    said = result if isinstance(result, bytes) else orjson.dumps(result)
    head = b'{"help":%b,"success":true,"result":%b}'
    return _json(head % (orjson.dumps(_help(request, action)), said))


def _failure(request: Request, action: str, status: int, error: dict[str, Any]) -> Response:
    body = {"help": _help(request, action), "success": False, "error": error}
    return _json(orjson.dumps(body), status)


def _invalid(request: Request, action: str, name: str, message: str) -> Response:
    return _failure(request, action, 409, {name: [message], "__type": "Validation Error"})


def _bad_request(message: str) -> Response:
    """Return what CKAN says before it knows an action: a text in JSON."""
    return _json(orjson.dumps(f"Bad request - {message}"), 400)


def _help(request: Request, action: str) -> str:
    return f"{request.base}{ACTION}help_show?name={action}"


def _json(body: bytes, status: int = 200) -> Response:
    return Response(body, "application/json;charset=utf-8", status=status)
