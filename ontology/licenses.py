"""Licences: mapping all spellings of the address or name of well-known ones to one licence.

``http`` and ``https``, with and without ``www.``, a slash or ``deed.zh`` at the end, the EU's
table, SPDX identifiers and plain names (``CC BY 4.0``) are one licence. An unknown licence keeps
its address or text: nothing is guessed about what it permits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

_CC: Final = "https://creativecommons.org/"
_ELEMENTS: Final = {
    "by": "署名",
    "by-sa": "署名—相同方式共享",
    "by-nd": "署名—禁止演绎",
    "by-nc": "署名—非商业性使用",
    "by-nc-sa": "署名—非商业性使用—相同方式共享",
    "by-nc-nd": "署名—非商业性使用—禁止演绎",
}
_CC_PATH: Final = re.compile(
    r"creativecommons\.org/licenses/(by(?:-nc)?(?:-sa|-nd)?)/([0-9]\.[0-9])(?:/([a-z]{2,3}))?"
    r"(?:/(?:deed|legalcode)[.a-z-]*)?"
)
_CC_NAME: Final = re.compile(
    r"(?:creative ?commons |cc[- ]?)(by(?:[- ]nc)?(?:[- ](?:sa|nd))?)[- ]?v?([1-4]\.[0-9])"
    r"(?: international| int\.?| 国际)?"
)
_EU: Final = re.compile(r"publications\.europa\.eu/resource/authority/licence/([a-z0-9_]+)")
_SPDX: Final = re.compile(r"spdx\.org/licenses/([a-z0-9.-]+?)(?:\.html|\.json)?")
_ADDRESS: Final = re.compile(r"https?://(?:www\.)?(.+)", re.IGNORECASE)
_LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class License:
    """A licence: its address, where it has one, and its labels by language."""

    iri: str | None
    label: Mapping[str, str] = field(default_factory=dict)


def _license(iri: str, zh: str, en: str) -> License:
    return License(iri, {"zh": zh, "en": en})


_ODC: Final = "https://opendatacommons.org/licenses/"
_ZERO: Final = _license(f"{_CC}publicdomain/zero/1.0/", "CC0 1.0（放弃著作权）", "CC0 1.0")
_MARK: Final = _license(
    f"{_CC}publicdomain/mark/1.0/", "公有领域标志 1.0", "Public Domain Mark 1.0"
)
_ODBL: Final = _license(f"{_ODC}odbl/1-0/", "开放数据库许可 1.0（ODbL）", "ODbL 1.0")
_ODC_BY: Final = _license(f"{_ODC}by/1-0/", "开放数据共享署名许可 1.0（ODC-BY）", "ODC-BY 1.0")
_PDDL: Final = _license(f"{_ODC}pddl/1-0/", "公有领域贡献与许可 1.0（PDDL）", "PDDL 1.0")
_OGL: Final = _license(
    "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    "英国开放政府许可 3.0（OGL）",
    "OGL UK 3.0",
)
_MULAN: Final = _license(
    "http://license.coscl.org.cn/MulanPSL2", "木兰宽松许可证 第 2 版", "Mulan PSL v2"
)

_KNOWN: Final[Mapping[str, License]] = {
    "creativecommons.org/publicdomain/zero/1.0": _ZERO,
    "creativecommons.org/publicdomain/mark/1.0": _MARK,
    "opendatacommons.org/licenses/odbl": _ODBL,
    "opendatacommons.org/licenses/odbl/1.0": _ODBL,
    "opendatacommons.org/licenses/odbl/1-0": _ODBL,
    "opendatacommons.org/licenses/by": _ODC_BY,
    "opendatacommons.org/licenses/by/1.0": _ODC_BY,
    "opendatacommons.org/licenses/by/1-0": _ODC_BY,
    "opendatacommons.org/licenses/pddl": _PDDL,
    "opendatacommons.org/licenses/pddl/1.0": _PDDL,
    "opendatacommons.org/licenses/pddl/1-0": _PDDL,
    "opendefinition.org/licenses/odc-odbl": _ODBL,
    "opendefinition.org/licenses/odc-by": _ODC_BY,
    "opendefinition.org/licenses/odc-pddl": _PDDL,
    "opendefinition.org/licenses/cc-zero": _ZERO,
    "nationalarchives.gov.uk/doc/open-government-licence/version/3": _OGL,
    "license.coscl.org.cn/mulanpsl2": _MULAN,
}
"""Licences by their address without scheme, ``www.`` and the slash at the end, in lower case."""

_NAMES: Final[Mapping[str, License]] = {
    "cc0": _ZERO,
    "cc0 1.0": _ZERO,
    "cc0 1.0 universal": _ZERO,
    "cc zero": _ZERO,
    "odbl": _ODBL,
    "odbl 1.0": _ODBL,
    "odc odbl": _ODBL,
    "odc by": _ODC_BY,
    "odc by 1.0": _ODC_BY,
    "pddl": _PDDL,
    "pddl 1.0": _PDDL,
    "ogl uk 3.0": _OGL,
    "mulanpsl 2.0": _MULAN,
}
"""Licences by name, in lower case, with blanks for hyphens and underscores."""


@lru_cache(maxsize=4096)
def license_of(text: str) -> License | None:
    """Return the licence that an address or a name means; None where none of the usual ones."""
    text = " ".join(text.split())
    if not text or len(text) > _LONGEST:
        return None
    address = _ADDRESS.fullmatch(text)
    if address is None:
        return _by_name(text)
    path = re.sub(r"[?#].*$", "", address[1].lower()).rstrip("/")
    if cc := _CC_PATH.fullmatch(path):
        return _creative_commons(*cc.groups())
    if (code := _EU.fullmatch(path)) or (code := _SPDX.fullmatch(path)):
        return _by_name(code[1])
    path = re.sub(r"/(?:deed|legalcode)[.a-z-]*$", "", path)
    return _KNOWN.get(path)


def _by_name(text: str) -> License | None:
    name = re.sub(r"(?<=\d)_(?=\d)", ".", text.lower())
    name = re.sub(r"[-_ ]+", " ", name).replace("licence", "license").strip()
    name = name.removesuffix(" license")
    if cc := _CC_NAME.fullmatch(name):
        return _creative_commons(cc[1].replace(" ", "-"), cc[2], None)
    return _NAMES.get(name)


def _creative_commons(kind: str, version: str, place: str | None) -> License | None:
    if kind not in _ELEMENTS:
        return None
    short = f"CC {kind.upper()} {version}" + (f" {place.upper()}" if place else "")
    path = f"licenses/{kind}/{version}/" + (f"{place}/" if place else "")
    return _license(f"{_CC}{path}", f"知识共享 {_ELEMENTS[kind]} {version}（{short}）", short)
