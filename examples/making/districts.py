"""The catalogues of districts: two in good order, one small, one first draft with every defect."""

from __future__ import annotations

from dataclasses import replace

from examples.making.base import Entry, sections
from examples.making.defects import DEFECTS
from examples.making.description import PREFIXES, Description, District, describe, vocab

PUDONG = District("浦东新区", "310115", "pudong", "PD", "区大数据中心数据管理部", "021-20002917",
                  "11310115MB2F00115X")  # fmt: skip
XUHUI = District("徐汇区", "310104", "xuhui", "XH", "区行政服务中心数据科", "021-20002935",
                 "11310104MB2F00104A")  # fmt: skip
CHONGMING = District("崇明区", "310151", "chongming", "CM", "区大数据中心", "021-20005238",
                     "11310151MB2F00151Q")  # fmt: skip
HONGKOU = District("虹口区", "310109", "hongkou", "HK", "区城运中心数据科", "021-20007341",
                   "11310109MB2F00109H")  # fmt: skip

TAKEN = {PUDONG: slice(0, 44), XUHUI: slice(0, 40, 4), CHONGMING: slice(2, 42, 5),
         HONGKOU: slice(0, 44)}  # fmt: skip
"""Which entries of the list common to all districts each has catalogued."""

FILES = {
    PUDONG: ("districts/pudong.ttl", "浦东新区公共数据目录"),
    XUHUI: ("districts/xuhui.ttl", "徐汇区公共数据目录"),
    CHONGMING: ("districts/chongming.ttl", "崇明区公共数据目录"),
    HONGKOU: ("districts/hongkou-draft.ttl", "虹口区公共数据目录（初稿，未经核对）"),
}


def entries_of(district: District) -> list[Entry]:
    """Return the entries of a district: its share of the common list, then its own."""
    lists = {heading[0]: entries for heading, entries in sections("districts.txt")}
    return lists["*"][TAKEN[district]] + lists[district.name]


def descriptions(district: District) -> list[Description]:
    """Return the descriptions of a district; those of the draft each with its defect."""
    if district != HONGKOU:
        return [describe(district, e, n) for n, e in enumerate(entries_of(district), start=1)]
    drafted = []
    for number, (entry, (_, _, spoil)) in enumerate(
        zip(entries_of(district), DEFECTS, strict=True), start=1
    ):
        # Good but for the one defect: opened to all, a file, a frequency that leaves time.
        plain = replace(entry, open_type="u", reason="", formats=("csv",), frequency="y")
        description = describe(district, plain, number)
        spoil(description)
        drafted.append(description)
    return drafted


def files() -> dict[str, bytes]:
    """Return the catalogues by path below ``examples``."""
    found = {}
    for district, (path, title) in FILES.items():
        described = descriptions(district)
        catalog = f"<https://data.sh.gov.cn/id/catalog/{district.slug}>"
        members = " ,\n        ".join(f"<{d.iri}>" for d in described)
        head = (
            f"{PREFIXES}\n{catalog} a dcat:Catalog ;\n"
            f'    dct:title "{title}"@zh ;\n'
            f"    dct:publisher {vocab('organization', f'district-{district.slug}')} ;\n"
            f"    dcat:dataset {members} .\n\n"
        )
        found[path] = (head + "\n".join(d.turtle() for d in described)).encode()
    return found


def table_of_defects() -> str:
    """Return the Markdown table of which dataset of the draft fails which rule."""
    rows = ["| 规则 | 数据集 | 名称 | 缺陷 |", "|---|---|---|---|"]
    for number, (entry, (rule, what, _)) in enumerate(
        zip(entries_of(HONGKOU), DEFECTS, strict=True), start=1
    ):
        rows.append(f"| {rule} | HK2026{number:03d} | {entry.title} | {what} |")
    return "\n".join(rows) + "\n"
