"""One test of the W3C SPARQL suites, asked of a worker as the service asks it, or of a service."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, cast
from urllib.parse import urljoin

import pyoxigraph as ox

from catalog_service.output_formats import OutputFormat
from catalog_service.sparql.formats import GRAPHS, SOLUTIONS
from catalog_service.sparql.query_check import check
from catalog_service.sparql.query_dataset import dataset_of
from catalog_service.sparql.worker import Worker
from ontology.errors import AtlasError
from ontology.terms import PREFIXES
from tests.standards.manifests import Entry, Statements, Term, canonical, path_of

_QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
_RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_UT = "http://www.w3.org/2009/sparql/tests/test-update#"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_FROM = re.compile(r"\bFROM\s+(?:NAMED\s+)?<([^>]*)>", re.IGNORECASE)
_SET = ox.NamedNode(f"{_RS}ResultSet")

Row = dict[str, Term]


@dataclass(frozen=True)
class Graphs:
    """The files that a test asks: of its default graph, and named graphs."""

    default: tuple[ox.NamedNode, ...]
    named: tuple[ox.NamedNode, ...]
    by_query: bool = False
    """Whether the query itself names them (FROM, FROM NAMED): all are named graphs then."""


Ask = Callable[[str, OutputFormat, Graphs], bytes]
"""Answers a query in a form over graphs; raises `DepartureError` where it is not answered."""


FORMS = frozenset(form.name for form in (*SOLUTIONS, *GRAPHS))


class DepartureError(Exception):
    """In what an answer is not the one that a test expects."""


class _OverStore(Worker):
    """A worker whose snapshot is a store in memory."""

    def __init__(self, quads: Sequence[ox.Quad]) -> None:
        super().__init__()
        self._snapshot = ox.Store()
        self._snapshot.extend(quads)

    def _open(self, path: str) -> ox.Store:
        return self._snapshot


def query_of(entry: Entry) -> Path:
    """The file of a test's query or update request."""
    node = entry.action
    for predicate in (f"{_QT}query", f"{_UT}request"):
        node = entry.manifest.one(entry.action, predicate) or node
    return path_of(node)


def text_of(query: Path) -> str:
    """A request whose relative IRIs mean the files beside it."""
    return f"BASE <{query.as_uri()}>\n{query.read_bytes().decode()}"


def asked(
    text: str, form: OutputFormat, data: Sequence[ox.Quad] = ()
) -> tuple[dict[str, Any], bytes]:
    """Answer a query over statements in a form, as `SparqlPool.query` has it answered."""
    check(text)
    dataset = dataset_of(text, (), ())
    request = {
        "query": text,
        "media_type": form.media_type,
        "dataset": None if dataset is None else asdict(dataset),
        "max_rows": 10_000,
        "max_bytes": 16 << 20,
        "prefixes": PREFIXES,
        "path": "",
    }
    return _OverStore(data).answer(request)


def refusal(query: Path) -> str | None:
    """The code with which a request is refused (``syntax`` where the engine does); else None.

    A query is not refused that is understood and cannot be answered.
    """
    text = text_of(query)
    try:
        form = GRAPHS[0] if check(text).form in ("CONSTRUCT", "DESCRIBE") else SOLUTIONS[0]
    except AtlasError as error:
        return error.code
    head, _ = asked(text, form)
    return "syntax" if head.get("error") == "syntax" else None


def evaluate(entry: Entry, ask: Ask | None = None, forms: Container[str] = FORMS) -> None:
    """Raise `DepartureError` where the answer in any of the forms is not the one expected."""
    ask = ask or _ask_worker
    query = query_of(entry)
    text = text_of(query)
    graphs = graphs_of(entry)
    expected = path_of(entry.result)
    if check(text).form in ("CONSTRUCT", "DESCRIBE"):
        wanted = canonical(list(_parsed(expected)))
        for form in (form for form in GRAPHS if form.name in forms):
            body = ask(text, form, graphs)
            read = ox.RdfFormat.from_media_type(form.media_type)
            if canonical(list(ox.parse(body, format=read))) != wanted:
                raise DepartureError(f"{form.name}: another graph")
        return
    wanted_result = _expected(expected)
    # An expected CSV has texts without what they are.
    forms = ("csv",) if expected.suffix == ".csv" else forms
    for form in (form for form in SOLUTIONS if form.name in forms):
        body = ask(text, form, graphs)
        if isinstance(wanted_result, bool):
            if form.name in ("json", "xml") and _boolean(body, form) != wanted_result:
                raise DepartureError(f"{form.name}: not {wanted_result}")
        elif form.name == "csv":
            if _lexical(_rows_of_csv(body)) != _lexical(_texts(wanted_result)):
                raise DepartureError("csv: other rows")
        else:
            variables, rows = _solutions(body, form)
            if form.name != "tsv" and set(variables) != set(wanted_result[0]):
                raise DepartureError(f"{form.name}: variables {variables}, not {wanted_result[0]}")
            in_order = wanted_result[2]
            if _key(rows, in_order=in_order) != _key(wanted_result[1], in_order=in_order):
                raise DepartureError(f"{form.name}: other solutions")


def graphs_of(entry: Entry) -> Graphs:
    """The graphs of a test, by the files that they are read from."""
    manifest, action, query = entry.manifest, entry.action, query_of(entry)
    default, named = (
        tuple(cast("ox.NamedNode", node) for node in manifest.all(action, f"{_QT}{name}"))
        for name in ("data", "graphData")
    )
    if any(True for node in default for _ in _parsed(path_of(node))):
        return Graphs(default, named)
    # Without data of its own the query names its files.
    iris = {urljoin(query.as_uri(), name) for name in _FROM.findall(text_of(query))}
    if not iris:
        return Graphs(default, named)
    return Graphs((), (*named, *(ox.NamedNode(iri) for iri in sorted(iris))), by_query=True)


def statements_of(graph: ox.NamedNode) -> Iterator[ox.Triple]:
    """The statements of a graph, which its name says where to read."""
    return (ox.Triple(q.subject, q.predicate, q.object) for q in _parsed(path_of(graph)))


def _parsed(path: Path) -> Iterator[ox.Quad]:
    form = ox.RdfFormat.from_extension(path.suffix[1:])
    return ox.parse(path=path, format=form, base_iri=path.as_uri(), rename_blank_nodes=True)


def _ask_worker(text: str, form: OutputFormat, graphs: Graphs) -> bytes:
    data = [ox.Quad(*triple) for graph in graphs.default for triple in statements_of(graph)]
    for graph in graphs.named:
        data += [ox.Quad(*triple, graph) for triple in statements_of(graph)]
    head, body = asked(text, form, data)
    if "error" in head:
        raise DepartureError(f"{form.name}: {head}")
    return body


def _boolean(body: bytes, form: OutputFormat) -> bool:
    read = ox.QueryResultsFormat.from_media_type(form.media_type)
    assert read is not None
    found = ox.parse_query_results(body, format=read)
    assert isinstance(found, ox.QueryBoolean)
    return bool(found)


def _solutions(body: bytes, form: OutputFormat) -> tuple[list[str], list[Row]]:
    read = ox.QueryResultsFormat.from_media_type(form.media_type)
    assert read is not None
    return _rows(ox.parse_query_results(body, format=read))


def _rows(found: object) -> tuple[list[str], list[Row]]:
    assert isinstance(found, ox.QuerySolutions)
    variables = [variable.value for variable in found.variables]
    return variables, [
        {name: row[name] for name in variables if row[name] is not None} for row in found
    ]


def _expected(path: Path) -> bool | tuple[list[str], list[Row], bool]:
    """The variables, the solutions and whether these have an order; the answer of an ASK."""
    if path.suffix in (".ttl", ".rdf"):
        return _result_set(Statements(path))
    if path.suffix == ".csv":
        head, *rows = csv.reader(io.StringIO(path.read_text("utf-8")))
        texts = [{n: ox.Literal(v) for n, v in zip(head, r, strict=True) if v} for r in rows]
        return head, cast("list[Row]", texts), False
    form = ox.QueryResultsFormat.from_extension(path.suffix[1:])
    found = ox.parse_query_results(path=path, format=form)
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    return *_rows(found), False


def _result_set(statements: Statements) -> bool | tuple[list[str], list[Row], bool]:
    answer = next(statements.subjects(f"{_RS}boolean"), None)
    if answer is not None:
        return str(cast("ox.Literal", statements.one(answer, f"{_RS}boolean")).value) == "true"
    root = next(node for node in statements.subjects(_TYPE) if statements.one(node, _TYPE) == _SET)
    variables = [str(v.value) for v in statements.all(root, f"{_RS}resultVariable")]
    found: list[tuple[int, Row]] = []
    for solution in statements.all(root, f"{_RS}solution"):
        index = statements.one(solution, f"{_RS}index")
        row = {
            str(cast("Any", statements.one(b, f"{_RS}variable")).value): cast(
                "Term", statements.one(b, f"{_RS}value")
            )
            for b in statements.all(solution, f"{_RS}binding")
        }
        found.append((-1 if index is None else int(cast("Any", index).value), row))
    in_order = any(index >= 0 for index, _ in found)
    return variables, [row for _, row in sorted(found, key=lambda one: one[0])], in_order


def _key(rows: Sequence[Row], *, in_order: bool) -> set[str]:
    """A value that is equal for the same solutions, whatever the labels of blank nodes.

    Numbers and truth values are compared by value: the store keeps no other, and ``01`` comes out
    as ``1``.
    """
    quads: list[ox.Quad] = []
    for number, row in enumerate(rows):
        solution = ox.BlankNode(f"solution{number}")
        place = ox.Literal(number if in_order else 0)
        quads.append(ox.Quad(solution, ox.NamedNode("x:index"), place))
        for name, term in row.items():
            quads.append(ox.Quad(solution, ox.NamedNode(f"x:{name}"), cast("Any", _value(term))))
    return canonical(quads)


def _value(term: Term) -> Term:
    if not isinstance(term, ox.Literal) or not term.datatype.value.startswith(_XSD):
        return term
    kind = term.datatype.value.removeprefix(_XSD)
    try:
        if kind in ("double", "float"):
            return ox.Literal(repr(float(term.value)), datatype=term.datatype)
        if kind == "boolean":
            text = {"0": "false", "1": "true"}.get(term.value, term.value)
            return ox.Literal(text, datatype=term.datatype)
        if kind in ("decimal", "integer"):
            number = format(Decimal(term.value).normalize(), "f")
            return ox.Literal(number, datatype=term.datatype)
    except (ValueError, InvalidOperation):
        pass
    return term


def _rows_of_csv(body: bytes) -> list[list[str]]:
    head, *rows = csv.reader(io.StringIO(body.decode(), newline=""))
    order = sorted(range(len(head)), key=head.__getitem__)
    # A row of one empty value is an empty line, which is read as a row of none.
    return [[row[position] if row else "" for position in order] for row in rows]


def _texts(expected: tuple[list[str], list[Row], bool]) -> list[list[str]]:
    variables, rows, _ = expected
    return [[_text(row[name]) if name in row else "" for name in sorted(variables)] for row in rows]


def _text(term: Term) -> str:
    value = _value(term)
    return "_:" if isinstance(value, ox.BlankNode) else str(cast("Any", value).value)


def _lexical(rows: list[list[str]]) -> list[list[str]]:
    """Rows of texts in one order; a blank node without its label, a number by its value."""
    return sorted([_number(text) for text in row] for row in rows)


def _number(text: str) -> str:
    if text.startswith("_:"):
        return "_:"
    try:
        return repr(float(text))
    except ValueError:
        return text
