"""The types of platforms, each said once: its name, what it is, and what makes it.

A new type: a module in this folder, one entry here, and a page in ``docs/platforms/``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from harvesters.errors import UNKNOWN_OPTION, UNKNOWN_PLATFORM
from harvesters.platforms.atlas import AtlasPlatform
from harvesters.platforms.city import CityPlatform
from harvesters.platforms.ckan import CkanPlatform
from harvesters.platforms.data_json import DataJsonPlatform
from harvesters.platforms.dcat import DcatPlatform
from harvesters.platforms.folder import FolderPlatform
from harvesters.platforms.guarded_list import GuardedList
from harvesters.platforms.ldes import LdesPlatform
from harvesters.platforms.oai_pmh import OaiPlatform
from harvesters.platforms.protocol import Connection, Platform
from harvesters.platforms.sparql import SparqlPlatform
from harvesters.platforms.spreadsheet import SpreadsheetPlatform
from ontology.errors import AtlasError


@dataclass(frozen=True, slots=True)
class PlatformType:
    """One entry of the registry."""

    name: str
    """The value of ``--type``."""
    title_zh: str
    title_en: str
    make: Callable[[Connection], Platform]
    options: Mapping[str, str] = field(default_factory=dict)
    """Names of the options that it understands, with what each does, in English."""
    is_local: bool = False
    """Whether it reads this machine: its address is a path, and nothing is requested."""
    keeps_reasons: bool = False
    """Whether it says that a dataset is public no more and keeps to itself why: it may have been
    withdrawn, or closed (非开放)."""


def _guarded(make: Callable[[Connection], Platform]) -> Callable[[Connection], Platform]:
    """Return a maker of a platform whose list is checked while it is walked."""

    def made(connection: Connection) -> Platform:
        trusts = connection.options.get("total", "") != "ignore"
        return GuardedList(make(connection), connection.url, trusts_total=trusts)

    return made


_TOTAL: Final = {
    "total": "`ignore`: the number of datasets that the list declares is known to be wrong; a "
    "list is then whole when it ends. By default a shorter list lets nothing become missing."
}
_CITY: Final = {
    "generation": "Shape of the API: `2023` (default) or `2019`, whose list carries everything.",
    "list-path": "Path of the list, where it differs from the city's.",
    "detail-path": "Path of a dataset with `{id}` in it, where it differs from the city's.",
    "page-size": "Datasets asked for with one request of the list; 100 by default, at most 1000.",
    "confirm": "`no`: what the list no longer names is not asked for once more before it becomes "
    "missing, for a platform that still gives datasets that it has withdrawn; `yes` by default.",
} | _TOTAL

_TYPES: Final = (
    PlatformType("city", "市公共数据开放平台", "City platform", _guarded(CityPlatform), _CITY),
    PlatformType(
        "district", "区级公共数据开放平台", "District platform", _guarded(CityPlatform), _CITY
    ),
    PlatformType(
        "ckan",
        "CKAN 数据门户",
        "CKAN portal",
        _guarded(CkanPlatform),
        {
            "page-size": "Packages asked for with one request; 200 by default, at most 1000.",
            "filter": "Only packages that fit this filter (`fq` of package_search), such as "
            "`organization:pudong`.",
            "identity": "What identifies a package: `id` (default), or `name`, where a portal "
            "gives new ids at every load.",
            "private": "`yes`: also list private packages and drafts that the credentials may "
            "see; they are kept as 非开放.",
        }
        | _TOTAL,
    ),
    PlatformType(
        "dcat",
        "DCAT 目录（RDF，可分页）",
        "DCAT catalogue in RDF",
        _guarded(DcatPlatform),
        {
            "format": "Syntax to ask for, where a server's choice is not good: `turtle`, `jsonld` "
            "or `rdfxml`; `any` by default.",
        }
        | _TOTAL,
    ),
    PlatformType(
        "ldes",
        "链接数据事件流（LDES/TREE）",
        "Linked Data Event Stream",
        LdesPlatform,
        {
            "identity": "What identifies a dataset: the `last` part of its IRI (default), or the "
            "whole `iri`, where last parts repeat.",
        },
        keeps_reasons=True,
    ),
    PlatformType(
        "oai-pmh",
        "OAI-PMH 资料库",
        "OAI-PMH repository",
        _guarded(OaiPlatform),
        {
            "prefix": "Metadata format to ask for: `oai_dc` (default), or one in RDF such as "
            "`dcat_ap`.",
            "set": "Only the records of this set.",
        }
        | _TOTAL,
    ),
    PlatformType(
        "data-json", "data.json（DCAT-US 1.1、3）", "data.json (DCAT-US 1.1, 3)", DataJsonPlatform
    ),
    PlatformType(
        "spreadsheet",
        "网址上的表格或 CSV",
        "Spreadsheet or CSV at an address",
        SpreadsheetPlatform,
        {"year": "Year of the open list, where neither the file nor its name says it."},
    ),
    PlatformType(
        "folder",
        "监视文件夹",
        "Watched folder",
        FolderPlatform,
        {"settle": "Seconds without a change after which a file counts as written; 5 by default."},
        is_local=True,
    ),
    PlatformType(
        "sparql",
        "SPARQL 端点",
        "SPARQL endpoint",
        _guarded(SparqlPlatform),
        {
            "graph": "IRI of the named graph in which the datasets stand; the default graph where "
            "nothing is said.",
            "identity": "What identifies a dataset: the `last` part of its IRI (default), or the "
            "whole `iri`, where last parts repeat.",
            "page-size": "Datasets asked for with one query of the list; 500 by default, at most "
            "5000.",
        }
        | _TOTAL,
    ),
    PlatformType(
        "atlas",
        "另一个公共数据目录（本系统）",
        "Another atlas",
        AtlasPlatform,
        {
            "feed": "What is read of it: `ldes`, its event stream, or `catalog`, its paged "
            "catalogue; `auto` (default): the stream if there is one.",
        },
        keeps_reasons=True,
    ),
)

PLATFORM_TYPES: Final[Mapping[str, PlatformType]] = {one.name: one for one in _TYPES}
"""By name."""


def connect(name: str, connection: Connection) -> Platform:
    """Return the platform of a connection.

    Raises `AtlasError`: ``unknown-platform``, ``unknown-option``, ``bad-option``.
    """
    found = PLATFORM_TYPES.get(name)
    if found is None:
        raise AtlasError(UNKNOWN_PLATFORM, name=name, known=", ".join(PLATFORM_TYPES))
    for option in connection.options:
        if option not in found.options:
            known = ", ".join(found.options) or "–"
            raise AtlasError(UNKNOWN_OPTION, type=name, name=option, known=known)
    return found.make(connection)
