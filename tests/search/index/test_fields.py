"""What both engines store, and the version that tells one way of preparing it from another."""

from __future__ import annotations

from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

import orjson

from search.facets import FACETS
from search.index.elastic import schema as elastic
from search.index.embedded import EmbeddedIndex
from search.index.embedded import schema as embedded
from search.index.fields import PREPARED_VERSION, prepare
from search.index.model import SearchDocument

PINNED = (12, "db78199d088a1028c6189eeb8260c157fcb44f6e633d9dea8f3bc6800f55d3c6")
"""The version, and the hash of `SAMPLE` prepared."""

SAMPLE = SearchDocument(
    iri="https://data.example/id/dataset/s/1",
    source="s",
    remote_id="1",
    hash="0" * 64,
    title="徐汇区2023年公共停车场（库）信息接口服务",
    title_en="Public car parks, Xuhui",
    description="本市经核定的停车场位置、泊位数与收费标准。Ｐ＋Ｒ 在内。",
    publishers=("上海市交通委员会",),
    keywords=("停车", "泊位"),
    fields=("停车场名称", "泊位总数（个）"),
    themes=("道路交通", "Road transport"),
    places=("徐汇区", "上海市"),
    issued="2023-05-01",
    modified="2024-02-29T08:00:00+08:00",
    facets={name: (f"https://data.example/{name}",) for name in FACETS},
    alternatives=("Parking",),
    popularity=12,
    quality=0.5,
)


def test_what_is_prepared_changes_only_with_its_version() -> None:
    prepared = orjson.dumps(asdict(prepare(SAMPLE)), option=orjson.OPT_SORT_KEYS)
    found = (PREPARED_VERSION, sha256(prepared).hexdigest())
    assert found == PINNED, (
        "indices that exist hold what was prepared before: raise PREPARED_VERSION of "
        "search.index.fields and pin the new hash here"
    )


def test_both_engines_name_their_indices_by_it() -> None:
    assert embedded.SCHEMA_VERSION == elastic.SCHEMA_VERSION == PREPARED_VERSION


def test_an_index_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    for version in (PREPARED_VERSION - 1, PREPARED_VERSION + 1):
        (tmp_path / f"v{version}" / "g000001").mkdir(parents=True)
    engine = EmbeddedIndex(tmp_path)
    engine.write([SAMPLE], [], 1)
    engine.rebuild([SAMPLE], lambda: 2)
    engine.close()
    kept = {path.name for path in tmp_path.iterdir()}
    assert kept == {f"v{PREPARED_VERSION}", f"v{PREPARED_VERSION + 1}"}
