"""One SPARQL worker: ``python -m catalog_service.sparql.worker MEGABYTES``.

Reads requests from standard input and answers on standard output (`frames`), one at a time, over
read-only snapshots; it knows neither settings nor leases. Whoever started it kills it when a
query takes too long; it ends by itself when that process does.
"""

from __future__ import annotations

import io
import os
import re
import select
import sys
from collections.abc import Callable
from threading import Thread
from typing import TYPE_CHECKING, Any, cast

from catalog_service.sparql.flow import Flow, TooLargeError
from catalog_service.sparql.frames import ClosedError, pack, read_message, write_all
from catalog_service.sparql.sandbox import bar_network, bound_memory
from catalog_service.sparql.xml_results import UnwritableError

if TYPE_CHECKING:
    import pyoxigraph as ox

_ANSWERS = 1
"""Standard output."""
_NO_SOLUTION = b'"bindings":[]}}'
_BINDS_NOTHING = b"{}"
"""How a solution without a binding is written; a text may have it too."""
_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


class _Bounded(io.RawIOBase):
    """Takes bytes up to a limit."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def rest(self) -> bytes:
        return bytes(self.data)

    def write(self, data: Any) -> int:
        if len(self.data) + len(data) > self._limit:
            raise TooLargeError
        self.data += data
        return len(data)


def _refuse(_part: bytes) -> None:
    raise TooLargeError


def _send(part: bytes) -> None:
    write_all(_ANSWERS, pack({"more": True}, part))


class Worker:
    """Answers queries on the snapshot that the request names, opened when it is another."""

    def __init__(self) -> None:
        self._path = ""
        self._store: ox.Store | None = None

    def answer(
        self, request: dict[str, Any], data: bytes = b"", send: Callable[[bytes], None] = _refuse
    ) -> tuple[dict[str, Any], bytes]:
        """Return the head and the body of the reply; a head with ``error`` where it failed.

        ``data`` are N-Quads to be asked instead of the snapshot. Of a request with ``hold`` the
        first parts of an answer that has more bytes than that go to ``send``, before the reply.
        """
        try:
            return self._run(request, data, send)
        except SyntaxError as error:
            return _syntax(request, str(error)), b""
        except TooLargeError:
            return {"error": "too-large"}, b""
        except MemoryError:
            return {"error": "memory"}, b""
        except UnwritableError as error:
            return {"error": "unwritable", "what": str(error)}, b""
        except (OSError, ValueError, RuntimeError) as error:
            return {"error": "failed", "reason": str(error)}, b""

    def _run(
        self, request: dict[str, Any], data: bytes, send: Callable[[bytes], None]
    ) -> tuple[dict[str, Any], bytes]:
        import pyoxigraph as ox  # noqa: PLC0415 - inside the sandbox

        from ontology.serialization import write_to  # noqa: PLC0415 - brings the engine with it

        # Declared for every query; one that declares a prefix itself has its own meaning of it.
        options: dict[str, Any] = {
            "prefixes": request["prefixes"],
            "base_iri": request.get("base") or None,
        }
        dataset = request["dataset"]
        store = _held(data) if data else self._open(request["path"])
        if dataset is not None:
            default: list[Any] = [ox.NamedNode(name) for name in dataset["default"]]
            named = [ox.NamedNode(name) for name in dataset["named"]]
            if len(default) > 1:
                if not data:
                    store = _merged(store, default, named)
                default = [ox.DefaultGraph()]
            options.update(default_graph=default, named_graphs=named)
        result = store.query(request["query"], **options)
        max_rows, max_bytes = request["max_rows"], request["max_bytes"]
        hold = request.get("hold", 0)
        flow = Flow(request["media_type"], hold, (max_rows, max_bytes), send) if hold else None
        if isinstance(result, ox.QueryTriples):
            # The engine repeats them, DESCRIBE for every solution: only different ones count.
            triples: dict[ox.Triple, None] = {}
            for triple in result:
                triples[triple] = None
                if len(triples) > max_rows:
                    raise TooLargeError
            form = cast("ox.RdfFormat", ox.RdfFormat.from_media_type(request["media_type"]))
            out = flow or _Bounded(max_bytes)
            try:
                left_out = write_to(cast("Any", out), triples, form, request["prefixes"])
            except OSError as error:
                raise UnwritableError("RDF 1.2") from error
            return {"rows": len(triples), "left_out": left_out}, out.rest()
        media_type = request["media_type"]
        form2 = cast("ox.QueryResultsFormat", ox.QueryResultsFormat.from_media_type(media_type))
        if isinstance(result, ox.QueryBoolean):
            return {"rows": 1}, cast("bytes", result.serialize(format=form2))
        if flow is None:
            flow = Flow(media_type, max_bytes, (max_rows, max_bytes), _refuse)
        result.serialize(cast("Any", flow), form2)
        rest = flow.rest()
        whole = form2 == ox.QueryResultsFormat.JSON and not flow.sent
        rows = _rows(rest, flow.rows) if whole else flow.rows
        if rows > max_rows:
            raise TooLargeError
        return {"rows": rows}, rest

    def _open(self, path: str) -> ox.Store:
        import pyoxigraph as ox  # noqa: PLC0415

        if self._store is None or path != self._path:
            self._store = None
            self._store = ox.Store.read_only(path)
            self._path = path
        return self._store


def _held(data: bytes) -> ox.Store:
    import pyoxigraph as ox  # noqa: PLC0415

    store = ox.Store()
    store.extend(ox.parse(data, format=ox.RdfFormat.N_QUADS))
    return store


def _merged(store: ox.Store, default: list[ox.NamedNode], named: list[ox.NamedNode]) -> ox.Store:
    """Return a copy in which several default graphs are one (`datasets`), each statement once."""
    import pyoxigraph as ox  # noqa: PLC0415

    copy = ox.Store()
    find = store.quads_for_pattern
    for name in default:
        copy.extend(ox.Quad(*quad.triple) for quad in find(None, None, None, name))
    for name in named:
        copy.extend(find(None, None, None, name))
    return copy


def _rows(body: bytes, counted: int) -> int:
    """Return the solutions of a whole result in JSON, of which `Flow` counted those that bind."""
    import pyoxigraph as ox  # noqa: PLC0415

    if body.endswith(_NO_SOLUTION):
        return 0
    if _BINDS_NOTHING not in body:
        return counted
    found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    return sum(1 for _ in cast("ox.QuerySolutions", found))


def _syntax(request: dict[str, Any], message: str) -> dict[str, Any]:
    """Return what is wrong and where the token begins that the engine could not take."""
    import pyoxigraph as ox  # noqa: PLC0415

    # Not needed for queries that are right.
    from catalog_service.sparql import offending_token  # noqa: PLC0415

    empty = ox.Store()

    def line_of_error(text: str) -> int | None:
        try:
            empty.query(text, prefixes=request["prefixes"], base_iri=request.get("base") or None)
        except SyntaxError as error:
            found = _PLACE.search(str(error))
            return int(found[1]) if found else None
        return None

    text, place = request["query"], _PLACE.search(message)
    if place is None:
        return {"error": "syntax", "line": 1, "column": 1, "reason": message}
    told = offending_token.offset_of(text, int(place[1]), int(place[2]))
    offset = offending_token.offending_offset(text, told, line_of_error)
    line, column = offending_token.place_of(text, offset)
    return {"error": "syntax", "line": line, "column": column, "reason": place[3]}


def _end_with_parent(descriptor: int) -> None:
    """End when the last writer of our standard input is gone, in the middle of a query too."""
    poll = select.poll()
    poll.register(descriptor, 0)
    poll.poll()
    os._exit(0)


def main(megabytes: int) -> None:
    """Enter the sandbox, report readiness, and answer until standard input ends."""
    requests = 0
    isolated = bar_network()
    import pyoxigraph  # noqa: F401, PLC0415 - its threads must start inside the sandbox

    import ontology.serialization  # noqa: F401, PLC0415 - no query shall wait for it

    Thread(target=_end_with_parent, args=(requests,), daemon=True).start()
    bound_memory(megabytes)
    worker = Worker()
    try:
        write_all(_ANSWERS, pack({"ready": True, "isolated": isolated}))
        while True:
            request, data = read_message(requests)
            head, body = worker.answer(request, data, _send)
            write_all(_ANSWERS, pack(head, body))
    except ClosedError:
        return


if __name__ == "__main__":
    main(int(sys.argv[1]))
