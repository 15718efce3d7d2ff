"""Queries that are sent to do harm, by kind; ``URL`` in them stands for an inner address."""

from __future__ import annotations

from typing import Final

_DEEP: Final = 3_000
_LONG: Final = 150_000
_INNER: Final = (
    *("http://127.0.0.1:9/sparql", "http://localhost:9/sparql", "http://[::1]:9/sparql"),
    *("http://169.254.169.254/latest/meta-data", "http://0x7f000001:9/", "http://2130706433:9/"),
    *("http://127.1:9/", "file:///etc/passwd"),
)

HOSTILE: Final[dict[str, tuple[str, ...]]] = {
    "cross products": (
        "SELECT * { ?s ?p ?o . ?a ?b ?c } OFFSET 2000000000 LIMIT 1",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?a ?b ?c }",
        "SELECT DISTINCT ?s ?a { ?s ?p ?o . ?a ?b ?c }",
        "SELECT * { ?a a dcat:Dataset . ?b a dcat:Dataset . ?c a dcat:Dataset }"
        " ORDER BY ?a LIMIT 5",
        "ASK { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f FILTER(?o = ?c && ?c = ?f && ?s = 1) }",
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } GRAPH ?h { ?a ?b ?c } }",
        "CONSTRUCT { ?s ?b ?c } { ?s ?p ?o . ?a ?b ?c }",
        "SELECT (SUM(STRLEN(STR(?o))) AS ?n) { ?s ?p ?o . ?a ?b ?c }",
    ),
    "paths": (
        "SELECT (COUNT(*) AS ?n) { ?s (!<x:x>)* ?o }",
        "SELECT (COUNT(*) AS ?n) { ?s (!<x:x>|^!<x:x>)+ ?o }",
        "SELECT (COUNT(*) AS ?n) { ?s ((!<x:x>)*/(!<x:x>)*)* ?o }",
        "ASK { ?s (dcat:theme/^dcat:theme)+ <x:nobody> }",
        "SELECT (COUNT(*) AS ?n) { ?s (dct:publisher/^dct:publisher)+ ?o }",
        "SELECT * { ?s (dcat:theme|^dcat:theme|dct:publisher|^dct:publisher)* ?o }"
        " OFFSET 900000000",
        f"SELECT (COUNT(*) AS ?n) {{ ?s {'/'.join(['(!<x:x>)'] * 20)} ?o }}",
        "SELECT (COUNT(*) AS ?n)"
        " { ?s (skos:broader|^skos:broader|skos:inScheme|^skos:inScheme)* ?o }",
    ),
    "regular expressions": (
        'SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(REGEX(STR(?o), "(a+)+$|(.*)*x{500}")) }',
        'SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(REGEX(STR(?o), "(.{1,500}){1,50}z")) }',
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?a ?b ?o FILTER(REGEX(STR(?s), STR(?o))) }",
        'ASK { FILTER(REGEX("aaaa", "((((a{1,100}){1,100}){1,100}){1,100}")) }',
        'ASK { BIND(REPLACE("a", "(a*)*", "b") AS ?x)'
        ' FILTER(REGEX(?x, "\\\\w{1000}{1000}{1000}")) }',
        "SELECT (COUNT(DISTINCT ?x) AS ?n)"
        ' { ?s ?p ?o BIND(REPLACE(STR(?o), ".", "$0$0$0") AS ?x) }',
    ),
    "values": (
        f"SELECT (COUNT(*) AS ?n) {{ VALUES ?a {{ {'1 ' * 60_000} }}"
        f" VALUES ?b {{ {'2 ' * 30_000} }} }}",
        f"SELECT * {{ VALUES ?a {{ {'<x:x> ' * 20_000} }} ?s ?p ?o . FILTER(?a != ?s) }}",
        f"SELECT (COUNT(*) AS ?n) {{ VALUES (?a ?b) {{ {'(1 2) ' * 20_000} }}"
        " ?s ?p ?o . ?t ?q ?o }",
        f"ASK {{ FILTER(1 IN ({', '.join(['2'] * 60_000)})) ?s ?p ?o . ?a ?b ?c FILTER(?s = ?c) }}",
    ),
    "nesting": (
        f"ASK {'{' * _DEEP}{'}' * _DEEP}",
        f"SELECT * {{ {'OPTIONAL {' * 500} ?s ?p ?o {'}' * 500} }}",
        f"SELECT * {{ FILTER({'(' * _DEEP}1{')' * _DEEP}) }}",
        f"SELECT * {{ FILTER({'!' * 50_000}true) }}",
        f"SELECT * {{ {'{ SELECT * ' * 400} {{ ?s ?p ?o }} {'}' * 400} }}",
        f"SELECT * {{ {' UNION '.join(['{ ?s ?p ?o }'] * 4_000)} }} OFFSET 99999999",
        f"SELECT * {{ ?s {'(' * _DEEP}<x:x>{')*' * _DEEP} ?o }}",
        f"SELECT * {{ BIND({'CONCAT(' * 2_000}'a'{')' * 2_000} AS ?x) }}",
        f"ASK {{ ?s ?p {'[ ?p ' * _DEEP} 1 {']' * _DEEP} }}",
        f"SELECT * {{ {'MINUS { ?s ?p ?o ' * 300} {'}' * 300} }}",
    ),
    "long texts": (
        f"ASK {{ FILTER(STRLEN('{'长' * _LONG}') = 1) }}",
        f"ASK {{ ?s ?p <http://{'x' * _LONG}> }}",
        f"SELECT ?{'v' * _LONG} {{ ?{'v' * _LONG} ?p ?o }} LIMIT 1",
        f"ASK {{ }} #{'#' * 300_000}",
        f"SELECT * {{ BIND('{'a' * 60_000}' AS ?a) ?s ?p ?o BIND(CONCAT(?a,?a,?a,STR(?o)) AS ?b) }}"
        " ORDER BY ?b",
        f"ASK {{ BIND({'9' * _LONG} * {'9' * 9_000} AS ?x) }}",
    ),
    "sorting and grouping": (
        "SELECT * { ?s ?p ?o } ORDER BY ?o ?s ?p",
        "SELECT * { GRAPH ?g { ?s ?p ?o } } ORDER BY DESC(MD5(STR(?o))) ?g",
        "SELECT (GROUP_CONCAT(?o) AS ?x) { ?s ?p ?o }",
        'SELECT (GROUP_CONCAT(DISTINCT ?o; SEPARATOR="----------") AS ?x) { ?s ?p ?o . ?s ?q ?r }',
        "SELECT ?o (GROUP_CONCAT(?s) AS ?x) { ?s ?p ?o . ?s ?q ?r } GROUP BY ?o ORDER BY ?x",
        "SELECT DISTINCT * { GRAPH ?g { ?s ?p ?o } } OFFSET 50000000",
        "SELECT ?s ?o (COUNT(*) AS ?n) { ?s ?p ?x . ?o ?q ?x } GROUP BY ?s ?o ORDER BY ?n",
        "SELECT (SHA512(GROUP_CONCAT(SHA512(STR(?o)))) AS ?x) { ?s ?p ?o . ?o ?q ?r }",
        "DESCRIBE * { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p ?o } { GRAPH ?g { ?s ?p ?o } } ORDER BY ?o",
        "SELECT * { ?s ?p ?o FILTER EXISTS { ?a ?b ?c FILTER(?c > ?o) } }",
        "SELECT * { ?s ?p ?o FILTER NOT EXISTS { ?a ?b ?c FILTER(STR(?c) = SHA1(STR(?o))) } }",
    ),
    "other services": (
        *(f"SELECT * {{ SERVICE <{inner}> {{ ?s ?p ?o }} }}" for inner in _INNER),
        "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } }",
        "SELECT * { BIND(<URL> AS ?e) SERVICE ?e { ?s ?p ?o } }",
        "PREFIX s: <URL> SELECT*{SERVICEs:{?s ?p ?o}}",
        "BASE <URL> SELECT * { ser\\u0076ice <> { ?s ?p ?o } }",
        "SELECT * FROM <URL> { ?s ?p ?o }",
        "ASK { OPTIONAL { SERVICE SILENT <URL> { SERVICE <URL> { ?s ?p ?o } } } }",
    ),
    "updates": (
        "DROP ALL",
        "# a question\nBASE <a:> CLEAR ALL",
        "INSERT DATA { <a:a> <a:b> <a:c> }",
        "PREFIX a: <a:> DELETE WHERE { ?s ?p ?o }",
        "SELECT * {} ; INSERT DATA { <a:a> <a:b> <a:c> }",
        "LOAD <URL> INTO GRAPH <a:g>",
    ),
}
