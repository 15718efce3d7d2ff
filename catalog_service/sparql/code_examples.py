"""Code that asks a query of this endpoint: curl, Python, R and JavaScript, ready to be copied.

The query goes into each program only as a quoted literal of that language.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from catalog_service.sparql.query_check import QueryForm

_JSON = "application/sparql-results+json"


@dataclass(frozen=True, slots=True)
class CodeExample:
    """A program; ``language`` is its name as written."""

    language: str
    code: str


def code_examples(query: str, endpoint: str, form: QueryForm | None) -> tuple[CodeExample, ...]:
    """Return programs that send a query with POST, which any length of it may have."""
    text = query.replace("\r\n", "\n").replace("\r", "\n").strip()
    graph = form in ("CONSTRUCT", "DESCRIBE")
    return (
        CodeExample("curl", _curl(text, endpoint, "text/turtle" if graph else "text/csv")),
        CodeExample("Python", _python_graph(text, endpoint) if graph else _python(text, endpoint)),
        CodeExample("SPARQLWrapper", _wrapper(text, endpoint, graph=graph)),
        CodeExample("R", _r(text, endpoint, graph=graph)),
        CodeExample("JavaScript", _javascript(text, endpoint, graph=graph)),
    )


def _curl(text: str, endpoint: str, accept: str) -> str:
    return (
        f"curl -H 'Accept: {accept}' {shlex.quote(endpoint)} \\\n"
        f"  --data-urlencode {shlex.quote('query=' + text)}"
    )


def _python(text: str, endpoint: str) -> str:
    return (
        f"import requests\n\nquery = {_triple_quoted(text)}\n\n"
        f'answer = requests.post(\n    {_quoted(endpoint)},\n    data={{"query": query}},\n'
        f'    headers={{"Accept": "{_JSON}"}},\n    timeout=60,\n)\n'
        "answer.raise_for_status()\nresult = answer.json()\n"
        'for row in result.get("results", {}).get("bindings", []):\n'
        '    print({name: cell["value"] for name, cell in row.items()})'
    )


def _python_graph(text: str, endpoint: str) -> str:
    return (
        f"import requests\nfrom rdflib import Graph\n\nquery = {_triple_quoted(text)}\n\n"
        f'answer = requests.post(\n    {_quoted(endpoint)},\n    data={{"query": query}},\n'
        '    headers={"Accept": "text/turtle"},\n    timeout=60,\n)\n'
        'answer.raise_for_status()\ngraph = Graph().parse(data=answer.text, format="turtle")\n'
        "for subject, predicate, object in graph:\n    print(subject, predicate, object)"
    )


def _wrapper(text: str, endpoint: str, *, graph: bool) -> str:
    return (
        f"from SPARQLWrapper import {'TURTLE' if graph else 'JSON'}, POST, SPARQLWrapper\n\n"
        f"endpoint = SPARQLWrapper({_quoted(endpoint)})\nendpoint.setMethod(POST)\n"
        f"endpoint.setReturnFormat({'TURTLE' if graph else 'JSON'})\n"
        f"endpoint.setQuery({_triple_quoted(text)})\nresult = endpoint.query().convert()\n"
        f"print({'result.decode()' if graph else 'result'})"
    )


def _r(text: str, endpoint: str, *, graph: bool) -> str:
    accept = "text/turtle" if graph else "text/csv"
    read = (
        "cat(resp_body_string(answer))"
        if graph
        else "data <- read.csv(text = resp_body_string(answer))\nprint(data)"
    )
    return (
        f"library(httr2)\n\nquery <- {_r_quoted(text)}\n\n"
        f"answer <- request({_quoted(endpoint)}) |>\n"
        f'  req_headers(Accept = "{accept}") |>\n'
        f"  req_body_form(query = query) |>\n  req_perform()\n{read}"
    )


def _javascript(text: str, endpoint: str, *, graph: bool) -> str:
    accept = "text/turtle" if graph else _JSON
    read = "await answer.text()" if graph else "(await answer.json()).results?.bindings"
    escaped = text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
    return (
        f"const query = `\n{escaped}\n`;\n\n"
        f"const answer = await fetch({_quoted(endpoint)}, {{\n"
        f'  method: "POST",\n  headers: {{ Accept: "{accept}" }},\n'
        "  body: new URLSearchParams({ query }),\n});\n"
        "if (!answer.ok) throw new Error(await answer.text());\n"
        f"console.dir({read}, {{ depth: null }});"
    )


def _triple_quoted(text: str) -> str:
    """Return a literal of Python over several lines."""
    escaped = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'"""\n{escaped}\n"""'


def _r_quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"\n{escaped}\n"'


def _quoted(text: str) -> str:
    """Return a literal of one line that Python, R and JavaScript read alike."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
