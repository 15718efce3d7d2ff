"""Switches of a running simulator over HTTP, for `atlas simulate`; tests use the objects."""

from __future__ import annotations

from typing import Any, Final

import orjson

from harvesters.simulator.catalogue import CHANGE_KINDS, Catalogue
from harvesters.simulator.faults import Fault, Faults
from harvesters.simulator.messages import Request, Response

ROOT: Final = "/_simulator/"


class Control:
    """Answers below ``/_simulator/``; docs/simulator.md lists the addresses."""

    def __init__(self, catalogue: Catalogue, faults: Faults) -> None:
        self._catalogue = catalogue
        self._faults = faults

    def __call__(self, request: Request) -> Response | None:
        """Answer a request below the root; None: it is for the platform."""
        if not request.path.startswith(ROOT):
            return None
        parts = request.path.removeprefix(ROOT).strip("/").split("/")
        try:
            found = self._answer(request, parts)
        except (KeyError, ValueError) as error:
            return _json({"error": f"{type(error).__name__}: {error}"}, 400)
        return _json({"error": "Not Found"}, 404) if found is None else _json(found)

    def _answer(self, request: Request, parts: list[str]) -> dict[str, Any] | None:
        match request.method, *parts:
            case "GET", "":
                return self._state()
            case "GET", "expected":
                return {
                    one.id: {
                        "title": one.title,
                        "open_type": one.open_type,
                        "modified": one.modified.isoformat(),
                        "version": one.version,
                    }
                    for one in self._catalogue.expected().values()
                }
            case "POST", "faults", name:
                self._switch_on(Fault(name), request.query)
                return self._state()
            case "DELETE", "faults":
                self._faults.clear()
                return self._state()
            case "DELETE", "faults", name:
                self._faults.clear(Fault(name))
                return self._state()
            case "POST", "changes", kind:
                return self._change(kind, request.query.get("id"))
        return None

    def _switch_on(self, fault: Fault, query: dict[str, str]) -> None:
        times = int(query["times"]) if "times" in query else None
        rate = float(query.get("rate", 1))
        self._faults.set(fault, rate, times=times, path=query.get("path", ""))

    def _change(self, kind: str, dataset_id: str | None) -> dict[str, Any]:
        if kind not in CHANGE_KINDS:
            raise ValueError(kind)
        if dataset_id is not None and kind != "add":
            getattr(self._catalogue, kind)(dataset_id)
        else:
            self._catalogue.change(kind)
        last = self._catalogue.view().changes[-1]
        return {"seq": last.seq, "kind": last.kind, "id": last.id}

    def _state(self) -> dict[str, Any]:
        view = self._catalogue.view()
        return {
            "datasets": len(view.datasets),
            "public": len(self._catalogue.public_ids()),
            "changes": view.version,
            "faults": self._faults.settings(),
            "met": {fault.value: count for fault, count in self._faults.met.items()},
        }


def _json(content: object, status: int = 200) -> Response:
    return Response(orjson.dumps(content), "application/json", status=status)
