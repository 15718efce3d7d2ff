"""Names without a label, recognized by the words around them: 由张三整理, 张三同志, 转张三.

A word that begins like a family name is far more often a common word than a name. So each
candidate is looked up in a dictionary of parts of speech, and removed only if that calls it a
person's name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from harvesters.privacy.chinese_names import PERSON_NAME, is_person_name

_DOES: Final = (
    "整理|提供|填报|采集|录入|编制|维护|上传|汇总|撰写|起草|制作|审核|校对|更新|发布|编写|统计|收集|登记|保管"
    "|管理|联系|报送|上报|转交|经办|承办|签字|签收|接收|负责|主持|讲解|牵头|对接|答复"
)
_ROLE: Final = "(?:负责|联系|经办|责任|联络|填报|审核|审批|主管|维护|咨询)人|联络员"
_LED: Final = re.compile(
    rf"(?P<before>[由经])(?P<name>{PERSON_NAME})(?=(?:同志)?(?:{_DOES}))"
    rf"|(?P<turn>(?:(?<![\u4e00-\u9fff])|(?<=[请可]))转(?:交|接)?\s?)(?P<turned>{PERSON_NAME})"
    rf"(?=处理|办理|接听|收|阅|(?![\u4e00-\u9fff]))"
    rf"|(?<![\u4e00-\u9fff])(?P<who>{PERSON_NAME})(?=\s{{0,4}}[（(:：]?\s{{0,4}}(?:{_ROLE}))"
)
"""Blanks are bounded: two runs of any length side by side are tried in each way to share them."""
_STYLED: Final = re.compile(
    r"(?:同志|先生|女士)(?!们|故居|旧居|纪念|诞辰|生平|著作|题|墓|塑像|雕像|铜像|画像|文集|像|路)"
)
_LONGEST: Final = 6
_RUN: Final = re.compile(r"[\u4e00-\u9fff]+$")
_NAME: Final = re.compile(PERSON_NAME)


@lru_cache(maxsize=4096)
def is_named(name: str) -> bool:
    """Tell whether a word by itself can only be a person's name (张三, not 高校 or 施工)."""
    if not is_person_name(name):
        return False
    words = _tagged(name)
    return len(words) == 1 and words[0][1].startswith("nr")


def without_names_in_context(text: str, take: Callable[[], str]) -> str:
    """Return a text in which each name found by its context is replaced by ``take()``."""

    def led(found: re.Match[str]) -> str:
        name = found["name"] or found["turned"] or found["who"]
        if not is_named(name):
            return found.group()
        return f"{found['before'] or found['turn'] or ''}{take()}"

    return _without_styled(_LED.sub(led, text), take)


def _without_styled(text: str, take: Callable[[], str]) -> str:
    parts: list[str] = []
    end = 0
    for found in _STYLED.finditer(text):
        run = _RUN.search(text, max(end, found.start() - _LONGEST), found.start())
        name = _name_at_end(run.group()) if run is not None else ""
        if name:
            parts += [text[end : found.start() - len(name)], take()]
            end = found.end()
    return "".join([*parts, text[end:]]) if parts else text


def _name_at_end(text: str) -> str:
    last = _tagged(text)[-1][0]
    for name in (last, text[-3:], text[-2:]):
        if _NAME.fullmatch(name) is not None and is_named(name):
            return name
    return ""


def _tagged(text: str) -> list[tuple[str, str]]:
    """Return the words of a text, each with its part of speech."""
    # Its dictionary takes a tenth of a second to load: a visit that finds nothing new needs none.
    import rjieba  # noqa: PLC0415

    words: list[tuple[str, str]] = rjieba.tag(text, True)
    return words
