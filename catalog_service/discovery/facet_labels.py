"""Names of facets' values that are no concepts of the vocabulary, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LABELS: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "freshness": {
        "month": ("一个月内", "Within a month"),
        "quarter": ("一至三个月", "One to three months ago"),
        "year": ("三个月至一年", "Three months to a year ago"),
        "longer": ("一年以上", "More than a year ago"),
        "future": ("日期在将来", "Dated in the future"),
        "unknown": ("没有更新日期", "No date of update"),
    },
    "quality": {
        "excellent": ("完整", "Complete"),
        "good": ("较完整", "Mostly complete"),
        "sufficient": ("尚可", "Sufficient"),
        "bad": ("欠缺", "Lacking"),
    },
    "sample": {"yes": ("有样本数据", "With a sample")},
}
"""Chinese and English by facet and value. The values of ``freshness`` leave each other out, and
their names say so."""


def label_of(facet: str, value: str) -> dict[str, str] | None:
    """Return the name of a value by language; None where this table has none."""
    found = LABELS.get(facet, {}).get(value)
    return None if found is None else {"zh": found[0], "en": found[1]}
