"""Authority tables of the EU's Publications Office, as far as values here are mapped to them.

Frequencies, file types and access rights come from the mappings (`skos:exactMatch` and its like) of
this catalogue's own vocabularies, and so do their labels; themes and languages are listed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from catalog_service.vocabularies.service import list_schemes
from ontology.languages import Texts, language_of
from ontology.terms import VOCAB
from ontology.vocabulary import Scheme, load_vocabulary

AUTHORITY: Final = "http://publications.europa.eu/resource/authority/"
LANGUAGE: Final = f"{AUTHORITY}language/"
THEME: Final = f"{AUTHORITY}data-theme/"
ACCESS_RIGHT: Final = f"{AUTHORITY}access-right/"

TABLES: Final[Mapping[str, Texts]] = {
    "access-right": {"zh": "访问权限", "en": "Access right"},
    "data-theme": {"zh": "数据主题", "en": "Data theme"},
    "file-type": {"zh": "文件类型", "en": "File type"},
    "frequency": {"zh": "频率", "en": "Frequency"},
    "language": {"zh": "语言", "en": "Language"},
}
"""What the tables are called."""

_THEMES: Final[Mapping[str, tuple[str, str]]] = {
    "AGRI": ("农业、渔业、林业和食品", "Agriculture, fisheries, forestry and food"),
    "ECON": ("经济和金融", "Economy and finance"),
    "EDUC": ("教育、文化和体育", "Education, culture and sport"),
    "ENER": ("能源", "Energy"),
    "ENVI": ("环境", "Environment"),
    "GOVE": ("政府和公共部门", "Government and public sector"),
    "HEAL": ("健康", "Health"),
    "INTR": ("国际事务", "International issues"),
    "JUST": ("司法、法律制度和公共安全", "Justice, legal system and public safety"),
    "OP_DATPRO": ("暂定数据", "Provisional data"),
    "REGI": ("地区和城市", "Regions and cities"),
    "SOCI": ("人口和社会", "Population and society"),
    "TECH": ("科学和技术", "Science and technology"),
    "TRAN": ("交通运输", "Transport"),
}
_RIGHTS: Final[Mapping[str, tuple[str, str]]] = {
    "PUBLIC": ("公开", "Public"),
    "RESTRICTED": ("受限", "Restricted"),
    "NON_PUBLIC": ("不公开", "Non-public"),
    "SENSITIVE": ("敏感", "Sensitive"),
    "CONFIDENTIAL": ("机密", "Confidential"),
}
_LANGUAGES: Final[Mapping[str, tuple[str, str, str]]] = {
    "zh": ("ZHO", "中文", "Chinese"),
    "en": ("ENG", "英语", "English"),
    "de": ("DEU", "德语", "German"),
    "es": ("SPA", "西班牙语", "Spanish"),
    "fr": ("FRA", "法语", "French"),
    "it": ("ITA", "意大利语", "Italian"),
    "ja": ("JPN", "日语", "Japanese"),
    "ko": ("KOR", "朝鲜语", "Korean"),
    "nl": ("NLD", "荷兰语", "Dutch"),
    "pt": ("POR", "葡萄牙语", "Portuguese"),
    "ru": ("RUS", "俄语", "Russian"),
}
_OTHER_CODES: Final[Mapping[str, str]] = {
    **{code.lower(): tag for tag, (code, _, _) in _LANGUAGES.items()},
    **{"chi": "zh", "ger": "de", "fre": "fr", "dut": "nl"},
}
_MAPPED: Final[tuple[Scheme, ...]] = ("frequency", "format", "open-type")
_MATCHES: Final = ("exactMatch", "closeMatch", "broadMatch", "relatedMatch")


def eu_concepts(iri: str) -> list[str]:
    """Return the concepts of the EU's tables that one of ours is mapped to, the nearest first."""
    if iri.startswith(AUTHORITY):
        return [iri]
    matches = _matches(iri)
    # A domain of 2014 is mapped to one of today, which is mapped to a theme.
    matches += [other for own in matches if own.startswith(VOCAB) for other in _matches(own)]
    return [other for other in dict.fromkeys(matches) if other.startswith(AUTHORITY)]


def _matches(iri: str) -> list[str]:
    matches = load_vocabulary().matches(iri) if iri.startswith(VOCAB) else {}
    return [other for name in _MATCHES for other in matches.get(name, ())]


def eu_language(text: str) -> str | None:
    """Return the EU's concept of a language by its tag, code or address; None: not in the list."""
    code = text.rstrip("/").rpartition("/")[2].strip().lower()
    tag = language_of(code)
    tag = _OTHER_CODES.get(tag, tag)
    if tag in _LANGUAGES:
        return f"{LANGUAGE}{_LANGUAGES[tag][0]}"
    return text if text.startswith(LANGUAGE) else None


def eu_label(iri: str) -> Texts:
    """Return the labels of a concept of the EU's tables; its code where no label is known here."""
    found = _labels().get(iri)
    if found is not None:
        return found
    return {"": iri.rpartition("/")[2]} if iri.startswith(AUTHORITY) else {}


def scheme_of(iri: str) -> str | None:
    """Return the scheme of a concept of ours or of the EU's; None for any other."""
    for start in (VOCAB, AUTHORITY):
        if iri.startswith(start):
            scheme, _, rest = iri.removeprefix(start).partition("/")
            return f"{start}{scheme}" if rest else None
    return None


def scheme_title(scheme: str) -> Texts:
    """Return what a scheme is called."""
    if scheme.startswith(VOCAB):
        return _own_titles().get(scheme, {})
    name = scheme.removeprefix(AUTHORITY)
    return TABLES.get(name, {"": name})


@cache
def _labels() -> dict[str, Texts]:
    found: dict[str, Texts] = {}
    vocabulary = load_vocabulary()
    for name in _MATCHES:
        for scheme in _MAPPED:
            for concept in vocabulary.concepts(scheme):
                for other in vocabulary.matches(concept.iri).get(name, ()):
                    found.setdefault(other, {"zh": concept.zh, "en": concept.en})
    found |= {f"{THEME}{code}": {"zh": zh, "en": en} for code, (zh, en) in _THEMES.items()}
    found |= {f"{ACCESS_RIGHT}{code}": {"zh": zh, "en": en} for code, (zh, en) in _RIGHTS.items()}
    for code, zh, en in _LANGUAGES.values():
        found[f"{LANGUAGE}{code}"] = {"zh": zh, "en": en}
    return found


@cache
def _own_titles() -> dict[str, Texts]:
    return {scheme.iri: scheme.label for scheme in list_schemes(load_vocabulary())}
