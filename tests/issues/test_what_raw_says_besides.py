"""A second value is told of, also where both stand in a portal's own labels (`raw`)."""

from __future__ import annotations

import json

from harvesters.readers.portal_records import PortalMapper
from ontology.errors import FilePosition
from ontology.vocabulary import load_vocabulary


def told(**given: object) -> list[object]:
    mapper = PortalMapper(load_vocabulary(), base_iri="http://atlas.test", source="s")
    payload = json.dumps({"id": "1", **given}).encode()
    mapped = mapper.incoming(payload, FilePosition("portal.jsonl", 1)).make()
    return [warning.params["field"] for warning in mapped.warnings]


def test_two_of_the_portals_own_labels_differ() -> None:
    raw = {"数据提供单位": "上海市水务局", "提供单位": "上海市气象局"}
    (field,) = told(title="桥", raw=raw)
    assert field in raw
    (field,) = told(raw={"标题": "桥", "数据集名称": "桥梁"})
    assert field in ("标题", "数据集名称")


def test_what_raw_says_again_is_not_told() -> None:
    assert told(title="桥", department="水务局", raw={"标题": "桥梁", "提供单位": "水务"}) == []
