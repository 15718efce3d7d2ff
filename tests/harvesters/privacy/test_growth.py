"""No text, however it is made, keeps the privacy rule busy for longer than its length explains."""

from __future__ import annotations

import time

import pytest

from harvesters.privacy.personal_data import clean_contact, clean_text

SIZE = 2_000

PIECES = {
    "letters and hyphens": "138-",
    "letters": "a",
    "dotted": "a.b",
    "at signs": "a@",
    "addresses": "a@b.",
    "names": "张三、",
    "labels": "姓名",
    "blanks": "联系人 ",
    "brackets": "（姓名 ",
    "digits": "1380013800",
    "grouped digits": "138 0013 ",
    "Chinese digits": "一三八〇",
    "slashes": "/1/",
    "commas": "、",
    "prepared by": "由张三",
    "labels with numbers": "电话13800138000、",
    "messengers": "微信号:",
}


def _seconds(text: str, start: str) -> float:
    """The least processor time of two, so that what else the machine does counts little."""
    taken = []
    for _ in range(2):
        begun = time.thread_time()
        clean_text(start + text)
        clean_contact(start + text)
        taken.append(time.thread_time() - begun)
    return min(taken)


@pytest.mark.parametrize("name", ["张三", "由张三", "张三（"])
def test_a_run_of_blanks_behind_a_name_is_read_once(name: str) -> None:
    blanks = " " * SIZE
    assert _seconds(blanks * 8, name) < 30 * max(_seconds(blanks, name), 0.002)


@pytest.mark.parametrize("start", ["", "联系人：张三 13800138000 "])
@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES)
def test_time_grows_with_the_length_only(piece: str, start: str) -> None:
    short = piece * (SIZE // len(piece))
    # Eight times as long: about 8 times the time, or 64 times where it grows with the square.
    assert _seconds(short * 8, start) < 30 * max(_seconds(short, start), 0.002)
