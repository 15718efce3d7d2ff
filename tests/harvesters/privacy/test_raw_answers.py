"""The privacy rule on answers whose fields are not known: JSON, markup, what is broken or cut."""

from __future__ import annotations

import orjson
import pytest

from harvesters.privacy.raw_answers import MOST_BYTES, cleaned_answer

KEPT = "上海市交通委员会"
RECORD = {
    "id": "A1",
    "department": KEPT,
    "linkman": "张三",
    "phone": 13812345678,
    "note": "如有疑问请联系李四，电话13912345678。",
    "more": [{"url": "https://x.example/?mobile=13712345678", "author": "John Smith"}],
}
WRITTEN = orjson.dumps(RECORD)
ESCAPED = WRITTEN.decode().encode("ascii", "backslashreplace")


@pytest.mark.parametrize(
    "content",
    [
        WRITTEN,
        WRITTEN[:-1],  # no JSON any more
        WRITTEN[:-1].decode().encode("gb18030"),
        ESCAPED[:-1],
        b"<a><dept>%s</dept><n>&#24352;&#x4E09;</n><p>13812345678</p></a>" % KEPT.encode(),
        f'<x> dct:publisher "{KEPT}" ; v:fn "张三" ; v:tel <tel:13812345678> .'.encode(),
        WRITTEN[:-1] + b"\x1b[2J" + b" " * MOST_BYTES,
        orjson.dumps([RECORD] * 1_000),
    ],
    ids=["json", "broken", "gbk", "escaped", "xml", "turtle", "control", "long"],
)
def test_persons_go_and_the_rest_stays(content: bytes) -> None:
    left = cleaned_answer(content)
    assert len(left) <= MOST_BYTES
    text = left.decode()
    assert KEPT in text
    found = ("张三", "李四", "13812345678", "13912345678", "13712345678", "Smith", "\x1b")
    assert [one for one in found if one in text] == []


def test_json_stays_json_and_depth_is_no_fault() -> None:
    assert orjson.loads(cleaned_answer(WRITTEN))["more"][0]["url"] == "https://x.example/"
    assert cleaned_answer(b"[" * 900 + b"]" * 900).startswith(b"[[")
