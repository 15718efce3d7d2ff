"""Texts about what was found, how it is had, and what to do while the search is away."""

# ruff: noqa: E501 - a text is one line
from __future__ import annotations

from typing import Final

ZH: Final[dict[str, str]] = {
    "results.grouped": "{count} 个数据集，相近的合为 {groups} 组",
    "results.grouped.for": "“{text}”：找到 {count} 个数据集，相近的合为 {groups} 组",
    "facet.more.most": "更多（最多的 {count} 个）",
    "brackets": "（{text}）",
    "unknown.value": "“{facet}”中没有“{value}”这个取值，没有数据集与它相符。",
    "unknown.remove": "移除这个条件",
    "error.retry": "再试一次",
    "error.search": "搜索暂时不可用",
    "error.search.lead": "检索服务暂时没有应答。目录中的数据没有受到影响，恢复后搜索会自动可用，一般只需片刻。",
    "error.search.still": "以下页面照常可用，已知地址的数据集页面也可以直接打开：",
    "error.operator": "给管理员：{detail}",
}
"""Chinese."""

EN: Final[dict[str, str]] = {
    "results.grouped": "{count} datasets in {groups} groups of like ones",
    "results.grouped.for": "“{text}”: {count} datasets in {groups} groups of like ones",
    "facet.more.most": "More (the {count} most frequent)",
    "brackets": " ({text})",
    "unknown.value": "“{facet}” has no value “{value}”, so no dataset can match it.",
    "unknown.remove": "Remove this filter",
    "error.retry": "Try again",
    "error.search": "Search is away for the moment",
    "error.search.lead": "The search service does not answer. Nothing in the catalogue is affected, and searching comes back by itself, usually within moments.",
    "error.search.still": "These pages work as ever, and so does the page of any dataset whose address you know:",
    "error.operator": "For the operator: {detail}",
}
"""English."""
