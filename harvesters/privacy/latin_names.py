"""Names in Latin letters: a given name of Europe and a family name, or a Chinese name in pinyin."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Final

ORGANISATION_WORDS: Final = re.compile(
    r"service|dienst|team|depart|direction|office|bureau|contact|info|data|unit|centre|center|"
    r"institut|agen|commission|minist|universit|council|ville|stad|gemeente|vlaanderen|desk|cell|"
    r"bibliot|library|administration|federal|r[ée]gie|asbl|vzw|\bnv\b|\bsa\b|group|[局委办中心处科院厅]",
    re.I,
)
_SURNAMES: Final = (
    "ai an bai ban bao bi bian cai cao cen chai chang che chen cheng chi chu cui dai deng di diao "
    "ding dong dou du duan fan fang fei feng fu gan gao ge geng gong gu guan guo han hao he hong "
    "hou hu hua huang huo ji jia jian jiang jiao jin jing ju kang ke kong kuang lai lan lei li "
    "lian liang liao lin ling liu long lou lu luo lv ma mao mei meng mi miao min mo mou mu ni nie "
    "ning niu ou ouyang pan pang pei peng pi pu qi qian qiao qin qiu qu quan rao ren rong ruan "
    "shan shang shao shen sheng shi shu si sima situ song su sun tan tang tao tian tong tu wan "
    "wang wei wen weng wu xi xia xiang xiao xie xin xing xiong xu xuan xue yan yang yao ye yi yin "
    "ying you yu yuan yue yun zeng zha zhai zhan zhang zhao zhen zheng zhong zhou zhu zhuang "
    "zhuge zhuo zou zuo"
)
_SYLLABLE: Final = (
    r"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|ao"
    r"|an|ei|en|er|ia|ie|in|iu|ou|ua|ui|un|uo|ue|ve|a|e|i|o|u|v))"
)
_PINYIN: Final = re.compile(rf"{_SYLLABLE}(?:[-']?{_SYLLABLE})?")
_PLACES: Final = frozenset({"Hong Kong", "He Nan", "Hu Nan", "Jiang Su", "Shan Xi", "Shang Hai"})
LATIN_WORDS: Final = r"[A-Z][A-Za-z\u00c0-\u017f'-]+(?:[ ·][A-Z][A-Za-z\u00c0-\u017f'-]+){1,3}"
_LATIN: Final = re.compile(rf"(?<![A-Za-z@.]){LATIN_WORDS}(?![A-Za-z@])")
LABELLED_LATIN: Final = re.compile(
    rf"(?P<label>(?:(?:联系|负责|经办|联络|责任)人|联络员|[Cc]ontact(?: [Pp]erson)?|Attn\.?)"
    rf"\s*(?:[:：]\s*|\s))(?P<name>{LATIN_WORDS}|[A-Z][a-z]+(?![A-Za-z]| [a-z]))"
)


@cache
def _given_names() -> frozenset[str]:
    text = (files("harvesters.privacy") / "latin_given_names.txt").read_text("utf-8")
    return frozenset(w for line in text.splitlines() if line[:1] != "#" for w in line.split())


@cache
def _surnames() -> frozenset[str]:
    return frozenset(_SURNAMES.split())


def plain_letters(text: str) -> str:
    """Return a text in lower case, without accents."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def is_called(name: str) -> bool:
    """Tell whether a contact's name is a given name and a family name."""
    words = re.split(r"[\s,]+", name.strip(" -"))
    if not 2 <= len(words) <= 4 or ORGANISATION_WORDS.search(name) is not None:
        return False
    given = plain_letters(words[0]).partition("-")[0]
    return given in _given_names() and words[-1][:1].isupper()


def is_latin_name(name: str) -> bool:
    """Tell whether Latin words are a person's: John Smith, Zhang San, Li Xiao-ming."""
    if name in _PLACES:
        return False
    if is_called(name):
        first, *rest = re.split(r"[\s,]+", name.strip(" -"))
        # Not a name: "An HTTP link", "A JSON file" (an article and an acronym).
        return len(first) > 2 and not rest[-1].isupper()
    words = plain_letters(name).replace("·", " ").split()
    if len(words) == 1:
        return words[0] in _given_names()
    if not 2 <= len(words) <= 3 or ORGANISATION_WORDS.search(name) is not None:
        return False
    first, *rest = words if words[0] in _surnames() else [words[-1], *words[:-1]]
    return first in _surnames() and all(_PINYIN.fullmatch(word) for word in rest)


def latin_names(text: str) -> list[re.Match[str]]:
    """Return where names in Latin letters stand in a contact."""
    return [found for found in _LATIN.finditer(text) if is_latin_name(found.group())]
