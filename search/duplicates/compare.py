"""Two records compared: subject, part, place, office, period and data items give the relation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from search.duplicates.areas import PlaceNames, Position, areas, position
from search.duplicates.bodies import office
from search.duplicates.model import Kind, Pair, Reason
from search.duplicates.subject import Subject, subject_of
from search.index.model import SearchDocument
from search.relations.fields import COMMON, field_key

LEAST_SCORE: Final = 0.5
"""Pairs below are not stated."""

_OFFICE_BOUND: Final = re.compile(
    r"处罚|行政检查|执法|^行政许可$|^统计$|^(?:公开|通知公告|通讯录|招聘|采购)$|事项系统|办理事项|服务事项|联系人|人大建议|政协提案|政策文件|规范性文件"
    r"|信息公开|政府信息|机关|部门预算|部门决算|专项资金|^行政事业性收费$|工作年度报告|工作报告|权力|责任清单"
)
"""Subjects that each office has of itself: the penalties of two offices are not the same data."""

_LEVEL_BOUND: Final = re.compile(r"预算|决算|债务|社会保险基金|政府性基金|经费|招聘|考聘|聘用|录用")
"""Subjects that each government has of itself: a district's budget repeats nothing of the city."""

_SUBJECT, _FIELDS, _OFFICE, _PERIOD = 0.6, 0.2, 0.1, 0.1
"""Weights of what is compared; together 1."""
_UNKNOWN: Final = 0.5
"""Share of a weight that counts where one record does not say."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What comparing needs of one record."""

    iri: str
    source: str
    subject: Subject
    areas: frozenset[str]
    office: str
    fields: frozenset[str]


def profile(document: SearchDocument, home: str, names: PlaceNames | None = None) -> Profile:
    """Return what comparing needs of a record.

    ``home`` is the place of records that name none: the catalogue's own city; ``names`` are the
    places of the whole catalogue.
    """
    found = areas(document, home, names)
    subject = subject_of(document.title, found)
    publisher = document.publishers[0] if document.publishers else ""
    fields = frozenset(field_key(name) for name in document.fields) - COMMON
    return Profile(
        document.iri,
        document.source,
        subject,
        found,
        office(subject.body or publisher, found),
        fields,
    )


def compare(one: Profile, other: Profile) -> Pair | None:
    """Return how two records repeat each other; None: they are about different things."""
    a, b = one.subject, other.subject
    if one.iri == other.iri or a.core != b.core or a.part != b.part:
        return None
    # Part 19 of one year's bulletin is about something else than part 19 of the next.
    if a.part and a.edition != b.edition:
        return None
    same_office = one.office == other.office
    # Where both titles name an office, each is about what that office has.
    of_offices = bool(_OFFICE_BOUND.search(a.core)) or (bool(a.body) and bool(b.body))
    if of_offices and not same_office:
        return None
    where = position(one.areas, other.areas)
    # 市级预算 is a part of 全市预算; between two places the level goes without saying.
    if where == "same" and a.level != b.level:
        return None
    kind = _kind(a, b, where)
    if kind is None:
        return None
    score = _score(one, other, same_period=a.edition == b.edition, same_office=same_office)
    if score < LEAST_SCORE:
        return None
    first, second = one, other
    if where == "around" or (where != "within" and other.iri < one.iri):
        first, second = other, one
    return Pair(first.iri, second.iri, kind, score, _reasons(first, second, where))


def _kind(a: Subject, b: Subject, where: Position) -> Kind | None:
    same_period = a.edition == b.edition
    if where == "apart":
        return "variant"
    if where == "same":
        return "replica" if same_period else "edition"
    if a.level and b.level and a.level != b.level and not _LEVEL_BOUND.search(a.core):
        return None
    if _OFFICE_BOUND.search(a.core) or _LEVEL_BOUND.search(a.core):
        return "variant"
    # Of two named periods the district's supplements what the city has.
    return "repeats-city" if same_period or not (a.edition and b.edition) else None


def _score(one: Profile, other: Profile, *, same_period: bool, same_office: bool) -> float:
    if one.fields and other.fields:
        fewer = min(len(one.fields), len(other.fields))
        fields = len(one.fields & other.fields) / fewer
        # Tables of one name that share no column are different tables.
        if not fields and fewer >= 3:
            return 0.0
    else:
        fields = _UNKNOWN
    offices = float(same_office) if one.office and other.office else _UNKNOWN
    score = _SUBJECT + _FIELDS * fields + _OFFICE * offices + _PERIOD * same_period
    return round(score, 3)


def _reasons(one: Profile, other: Profile, where: Position) -> tuple[Reason, ...]:
    a, b = one.subject, other.subject
    found = [Reason("same-subject", (a.core,))]
    shared = sorted(one.fields & other.fields)
    if shared:
        found.append(Reason("same-fields", tuple(shared)))
    if where == "same":
        found.append(Reason("same-area", (_place(one),)))
    elif where == "apart":
        found.append(Reason("other-area", (_place(one), _place(other))))
    else:
        found.append(Reason("area-within", (_place(one), _place(other))))
    if a.edition == b.edition:
        if a.edition:
            found.append(Reason("same-period", (period_text(a),)))
    else:
        found.append(Reason("other-period", (period_text(a), period_text(b))))
    if one.office and other.office:
        same = one.office == other.office
        found.append(Reason("same-office" if same else "other-office", (one.office, other.office)))
    if a.interface != b.interface:
        found.append(Reason("other-form"))
    return tuple(found)


def _place(of: Profile) -> str:
    """The smallest place that a record names: 上海市 静安区 is 静安区."""
    return max(of.areas, key=lambda name: (name[-1] in "区县", len(name), name))


def period_text(of: Subject) -> str:
    """Return the period that a title names as text, ``2024-03``; empty where it names none."""
    return "-".join(f"{number:02}" for number in of.edition)
