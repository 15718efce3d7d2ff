"""``docs/json.md``: the names that a JSON record may use, from the mapping itself.

``python -m catalog_service.sources.names_page > docs/json.md`` writes it; a test holds it.
"""

from __future__ import annotations

from typing import Final

from harvesters.mapping.mapping_files import Target, label_mapping, targets
from ontology.terms import PREFIXES

_HEAD: Final = """\
# Records as JSON

<!-- Written by `python -m catalog_service.sources.names_page`; a test holds it. -->

A record sent as JSON (`PUT …/records/{id}`, NDJSON to `POST …/records`, a file to `atlas import`)
is one object. Its fields may have any of the names below; where several of a row are given, the
first that is not empty counts, but for what takes several values. A field inside an object `raw`
counts after those of the record itself. In the API a field with any other name is told in a
warning, with the names nearest to it.

A small record, which has the identifier of its address:

```json
{"title": "公园名录", "description": "全市公园的名称、地址与面积。", "open_type": "unconditional",
 "update_frequency": "monthly", "publisher": "上海市绿化和市容管理局"}
```

A fuller one. Data items are names, or objects with name, type and description; each file is an
object with name, format and address; a list may also be given as one text with `、` between:

```json
{"title": "公共停车场实时泊位", "description": "备案的公共停车场每五分钟上报的剩余泊位。",
 "publisher": "上海市交通委员会", "open_type": "有条件开放", "conditional_reason": "时效性较强",
 "open_condition": "须说明用途，并遵守数据利用协议。",
 "agreement": {"title": "泊位数据利用协议", "url": "https://data.example/agreement"},
 "update_frequency": "实时", "category": "道路交通", "district": "浦东新区",
 "keywords": ["停车", "泊位"], "publish_time": "2026-01-15", "update_time": "2026-08-31",
 "columns": [{"name": "停车场名称", "type": "string", "description": "备案的名称"}, "剩余泊位数"],
 "files": [{"name": "停车场名录", "format": "csv", "url": "https://data.example/parking.csv"}],
 "api": "https://data.example/parking", "api_manual": "https://data.example/parking/doc",
 "sample": "https://data.example/sample.csv"}
```

With the names of an open list's columns; in a JSON-lines file for `atlas import` each record is on
one line:

```json
{"编号": "JT-0001", "数据集名称": "公交线路", "数据提供单位": "上海市交通委员会",
 "开放属性": "无条件开放", "更新频率": "每月", "数据领域": "道路交通",
 "数据格式": "csv、json", "数据项": "线路名称、首末站、首末班时间"}
```

A concept may be written as a label in any usual spelling (`无条件开放`), as its IRI, as its
notation with the scheme (`frequency/monthly`, `domain/4`, `open-type/none`) and, where the notation
is a word of its own, as that (`unconditional`, `monthly`). `/api/v1/vocabularies/{scheme}` lists
them. What no scheme knows is kept as it was given and told by the rules; a bare number is never
guessed, and `none` is nothing.

| what | becomes | names |
|---|---|---|
"""

_KINDS: Final = {
    "publisher": "`dct:publisher`",
    "place": "`dct:spatial`",
    "period": "`dct:temporal`",
    "contact": "`dcat:contactPoint`",
    "fields": "`shd:dataItem` (`csvw:Column`): a list of names, or of objects with name and type",
    "formats": "`dcat:distribution` by format",
    "files": "`dcat:distribution`: a list of objects with name, format and address",
    "api": "`dcat:accessService` (`dcat:DataService`)",
    "api_manual": "`dcat:endpointDescription`",
    "sample": "`adms:sample`",
    "provenance": "`dct:provenance`",
    "condition": "`odrl:hasPolicy` (`odrl:Offer`)",
    "condition_supplement": "`shd:conditionSupplement`",
    "agreement": "`shd:agreement`",
}


def page() -> str:
    """Return the page."""
    mapping = label_mapping("portal")
    known = targets()
    rows = [_row("identifier", "`dct:identifier`", mapping.identity)]
    rows += [_row(name, _becomes(known[name]), labels) for name, labels in mapping.labels.items()]
    rows += [
        _row(" / ".join(names), "the first whose scheme knows the value", (label,))
        for label, names in mapping.either.items()
    ]
    rows.append(_row("passed over", "nothing, and without a warning", sorted(mapping.ignored)))
    return _HEAD + "\n".join(rows) + "\n"


def _row(what: str, becomes: str, names: tuple[str, ...] | list[str]) -> str:
    return f"| {what} | {becomes} | {', '.join(f'`{name}`' for name in names)} |"


def _becomes(target: Target) -> str:
    schemes = ", ".join(f"`{scheme}`" for scheme, _ in target.schemes)
    text = f"`{_short(target.property)}`" if target.property else _KINDS.get(target.kind, "")
    if schemes:
        text += f" ({schemes})"
    return f"{text}, several" if target.many else text or f"`{target.kind}`"


def _short(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201 - the page is what this command is for
