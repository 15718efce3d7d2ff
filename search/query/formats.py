"""Formats, ways of delivery and open types that a search text asks for.

"能下载excel的", "带接口的", "csv或json", "无条件开放": not words of a title but of what is wanted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from ontology.terms import VOCAB
from search.analysis.ngrams import term_tokens
from search.index.plan import Clause, Condition

Kind = Literal["format", "openness"]

_EXCEL: Final = ("xls", "xlsx", "excel", "et")
_FORMATS: Final = {
    "excel": _EXCEL,
    "电子表格": _EXCEL,
    "xls": ("xls", "excel"),
    "xlsx": ("xlsx", "excel"),
    "csv": ("csv",),
    "json": ("json",),
    "geojson": ("geojson",),
    "xml": ("xml",),
    "rdf": ("rdf", "rdfxml", "ttl", "nt", "n3", "jsonld"),
    "pdf": ("pdf",),
    "word": ("doc", "docx", "word"),
    "doc": ("doc", "docx", "word"),
    "docx": ("doc", "docx", "word"),
    "shp": ("shp",),
    "shapefile": ("shp",),
    "kml": ("kml", "kmz"),
    "机器可读": ("csv", "json", "xml", "xls", "xlsx", "excel", "rdf"),
    "machine readable": ("csv", "json", "xml", "xls", "xlsx", "excel", "rdf"),
}
"""Words for formats, with the notations that serve."""

_WANT: Final = (
    r"(?:(?:能够|可以|能|可|想要?|要|支持|提供)?(?:直接)?"
    r"(?:下载|导出|调用|调取|获取|打开|使用|通过)(?:成|为)?"
    r"|(?:能|可以?)调|带有|带|附有?|(?<!没)有|提供|支持|以|用)?"
)
_WITH: Final = (
    r"(?:(?:available|downloadable|download(?:ed)?|export(?:ed)?|provided)\s+)?"
    r"(?:(?:as|in|with|via|by|through|having)\s+)?(?:an?\s+)?"
)
_TAIL: Final = (
    r"(?:\s*(?:格式|文件|文档|表格|表|版本|版|接口|服务|形式|方式|下载|调用|获取)"
    r"|\s+(?:formats?|files?|spreadsheets?|tables?|downloads?|interfaces?)(?![a-z]))*(?:的)?"
)
_LATIN: Final = r"excel|xlsx?|csv|geojson|json|xml|rdf|pdf|docx?|shp|shapefile|kml"
_FORMAT: Final = re.compile(
    rf"(?:{_WANT}|(?<![a-z0-9]){_WITH})\.?(?<![a-z0-9])"
    rf"(?P<name>{_LATIN}|machine[- ]readable)(?![a-z0-9]){_TAIL}"
    rf"|{_WANT}(?P<chinese>电子表格|机器可读|(?<![a-z])word(?=格式|文件|文档|版)){_TAIL}"
)
_API: Final = re.compile(
    rf"(?:{_WANT}|(?<![a-z0-9]){_WITH})(?:(?:数据|api|http|web|rest)\s*)?"
    rf"(?:(?<![a-z0-9])apis?(?![a-z0-9])|接口(?!人|费|标准|规范|单位|工程)){_TAIL}"
)
_FILE: Final = re.compile(
    r"(?:能够|可以|能|可|支持)(?:直接)?(?:下载|导出)(?:的)?|(?<![a-z])downloadable(?![a-z])"
)
_OPEN: Final = re.compile(
    r"(?P<unconditional>无条件(?:地)?(?:开放|公开)(?:的)?"
    r"|(?:不用|无需|无须|不需要?|免)(?:提?申请|注册|登录)(?:(?:就|即)?(?:能够|可以|能|可)?"
    r"(?:直接)?(?:下载|使用|获取|调用|用))?(?:的)?"
    r"|(?<![a-z])(?:unconditional(?:ly)?(?: open)?"
    r"|without (?:an? )?(?:application|registration|login))(?![a-z]))"
    r"|(?P<conditional>有条件(?:地)?(?:开放|公开)(?:的)?"
    r"|(?:需要?|要|须)(?:先)?(?:提?申请|审批|审核)(?:后)?(?:才能够?|才可以?|方可|后能|后可)"
    r"(?:下载|使用|获取|调用|用)?(?:的)?"
    r"|(?<![a-z])conditional(?:ly)? open(?![a-z])|(?<![a-z])(?:on|by) application(?![a-z]))"
)
_BETWEEN: Final = re.compile(r"\s*(?:或者?|和|及|、|/|,|，|or|and)?\s*")

API: Final = Condition(
    facets=(("delivery", (f"{VOCAB}delivery-mode/api",)),),
    clauses=(Clause(term_tokens("接口"), (("title", 1.0),)),),
)
"""By an interface: as it is delivered, or as its title calls itself."""
FILE: Final = Condition(facets=(("delivery", (f"{VOCAB}delivery-mode/file",)),))


@dataclass(frozen=True, slots=True)
class AskedForm:
    """A form that a text asks for: where that stands, in what notations, and what has it."""

    kind: Kind
    start: int
    end: int
    terms: tuple[str, ...]
    condition: Condition


def asked_forms(text: str) -> Iterator[AskedForm]:
    """Yield the formats, ways of delivery and open types of a text in normal form.

    Several formats (csv或json) are one wish, which any of them meets.
    """
    for match in _OPEN.finditer(text):
        name = str(match.lastgroup)
        facet = ("open_type", (f"{VOCAB}open-type/{name}",))
        yield AskedForm("openness", *match.span(), (name,), Condition(facets=(facet,)))
    spans: list[tuple[int, int, tuple[str, ...]]] = []
    for pattern in (_FORMAT, _API, _FILE):
        for match in pattern.finditer(text):
            if not any(start < match.end() and match.start() < end for start, end, _ in spans):
                spans.append((*_trimmed(match), _terms(match, pattern)))
    spans.sort()
    if not spans:
        return
    terms = tuple(dict.fromkeys(term for *_, found in spans for term in found))
    if len(terms) > 1 and "file" in terms:
        # 能下载的, and in what: the latter says more.
        terms = tuple(term for term in terms if term != "file")
    condition = _condition(terms)
    end = spans[0][0]
    for start, stop, _ in spans:
        between = _BETWEEN.fullmatch(text, end, start) if end < start else None
        yield AskedForm("format", end if between else start, stop, terms, condition)
        end = stop


def form_named(text: str) -> tuple[tuple[str, ...], Condition] | None:
    """Return what a whole piece of text names as a form, and what has it; None: it names none."""
    bare = text.strip()
    for pattern in (_FORMAT, _API):
        if match := pattern.fullmatch(bare):
            terms = _terms(match, pattern)
            return terms, _condition(terms)
    if bare in ("word", "文件", "files", "file"):
        terms = ("file",) if bare != "word" else _FORMATS["word"]
        return terms, _condition(terms)
    return None


def _trimmed(match: re.Match[str]) -> tuple[int, int]:
    """A span without the blanks at its ends."""
    start, end = match.span()
    found = match.group()
    return start + len(found) - len(found.lstrip()), end - (len(found) - len(found.rstrip()))


def _terms(match: re.Match[str], pattern: re.Pattern[str]) -> tuple[str, ...]:
    if pattern is not _FORMAT:
        return ("api",) if pattern is _API else ("file",)
    name = (match["name"] or match["chinese"]).replace("-", " ")
    return _FORMATS[name]


def _condition(terms: tuple[str, ...]) -> Condition:
    """What has any of some forms."""
    formats = tuple(f"{VOCAB}format/{term}" for term in terms if term not in ("api", "file"))
    facets = (("format", formats),) if formats else ()
    clauses: tuple[Clause, ...] = ()
    for name, known in (("api", API), ("file", FILE)):
        if name in terms:
            facets, clauses = (*facets, *known.facets), (*clauses, *known.clauses)
    return Condition(facets=facets, clauses=clauses)
