"""Generates datasets that are true to the domain, from the tables of ``subjects.toml``."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Final

from harvesters.simulator.dataset import (
    FREQUENCIES,
    Area,
    Dataset,
    Domain,
    Field,
    OpenType,
    Organization,
)
from harvesters.simulator.seeded import draw, pick, share

CITY: Final = Area("上海市", "310000")
YEARS: Final = range(2016, 2026)
ON_TIME: Final = 0.296
"""Share of datasets that were updated within their period, as counted in real records."""
_DATATYPES: Final = (
    (re.compile("日期$|有效期止$|计划(开工|完工)$"), "date"),
    (re.compile("(观测|更新)时间$"), "dateTime"),
    (re.compile("(套|件|起|台|辆|人|桩|床位|泊位|对|册)数$|人次$|册次$|容量$"), "integer"),
    (
        re.compile("率$|额$|面积$|指数$|均值$|PM2.5|臭氧|溶解氧|氨氮|余氯|水位$|同比|环比|增加值"),
        "decimal",
    ),
)


@dataclass(frozen=True)
class Subject:
    """What a department collects: the stem of titles, with what belongs to it."""

    title: str
    organization: Organization
    domain: Domain
    frequency: str
    formats: tuple[str, ...]
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class _Tables:
    subjects: tuple[Subject, ...]
    districts: dict[str, tuple[Area, Organization]]


def district_names() -> tuple[str, ...]:
    """Return the names of the 16 districts."""
    return tuple(_tables().districts)


class Generator:
    """Makes one dataset after the other, the same ones for the same arguments.

    ``district`` limits them to one district's; without it a third are districts' datasets on the
    city's platform. Raises `KeyError` for a district that does not exist.
    """

    def __init__(self, seed: int, district: str | None) -> None:
        self._seed = seed
        tables = _tables()
        self._subjects = tables.subjects
        self._districts = tables.districts
        self._one = None if district is None else tables.districts[district]
        self._numbers: Counter[str] = Counter()
        self._titles: Counter[str] = Counter()
        self._key = 0

    def next(self, until: datetime) -> Dataset:
        """Return a new dataset that was last updated before ``until``."""
        seed, key = self._seed, self._key
        self._key += 1
        subject = pick(self._subjects, seed, key, "subject")
        area, organization = self._place(subject)
        year = pick(YEARS, seed, key, "year")
        title = subject.title if share(seed, key, "dated") < 0.3 else f"{subject.title}（{year}年）"
        if area is not CITY:
            title = area.name + title
        self._titles[title] += 1
        if self._titles[title] > 1:
            # Real platforms publish the same list again and again, batch by batch.
            title = f"{title}第{self._titles[title]}批"
        names = "、".join(one.name for one in subject.fields)
        issued = date(year, 1 + draw(seed, key, "month") % 12, 1 + draw(seed, key, "day") % 28)
        self._numbers[organization.letters] += 1
        number = self._numbers[organization.letters]
        return Dataset(
            key=key,
            id=_identifier(organization, number, year, key, seed),
            title=title,
            summary=f"{area.name}{subject.title}，包括{names}。",
            organization=organization,
            area=area,
            domain=subject.domain,
            frequency=subject.frequency,
            open_type=_open_type(share(seed, key, "open")),
            fields=subject.fields,
            formats=subject.formats,
            issued=issued,
            modified=_modified(subject.frequency, issued, until, seed, key),
            rows=10 + draw(seed, key, "rows") % 20_000,
        )

    def _place(self, subject: Subject) -> tuple[Area, Organization]:
        if self._one is not None:
            return self._one
        if share(self._seed, self._key, "level") < 1 / 3:
            return pick(tuple(self._districts.values()), self._seed, self._key, "district")
        return CITY, subject.organization


def new_id(dataset: Dataset, generation: int) -> str:
    """Return the id that a dataset has after its platform was renumbered for the n-th time."""
    return f"O{50_000 + dataset.key:05d}2025{generation:05d}"


def _modified(frequency: str, issued: date, until: datetime, seed: int, key: int) -> datetime:
    days = FREQUENCIES[frequency][1]
    period = days * 86_400
    late = share(seed, key, "late") >= ON_TIME
    age = period * 3 if late else 0
    age += 60 + draw(seed, key, "age") % period
    first = datetime(issued.year, issued.month, issued.day, 9, tzinfo=until.tzinfo)
    return max(until - timedelta(seconds=age), first + timedelta(seconds=key))


def _identifier(organization: Organization, number: int, year: int, key: int, seed: int) -> str:
    kind = share(seed, key, "id")
    if kind < 0.7:
        serial = 100 + draw(seed, organization.letters) % 800 + number // 1000
        return f"{organization.letters}{serial:03d}{year}{number % 1000:03d}"
    if kind < 0.9:
        return str(1000 + key)
    return f"O{10_000 + key}2025{draw(seed, key) % 1000:03d}"


def _open_type(chance: float) -> OpenType:
    if chance < 0.82:
        return "unconditional"
    return "conditional" if chance < 0.98 else "none"


@cache
def _tables() -> _Tables:
    text = files("harvesters.simulator").joinpath("subjects.toml").read_text("utf-8")
    raw = tomllib.loads(text)
    departments = {one["notation"]: Organization(**one) for one in raw["department"]}
    domains = {name: Domain(name, *rest) for name, rest in raw["domains"].items()}
    districts = {
        name: (
            Area(name, code),
            Organization(
                f"上海市{name}人民政府", notation, letters, f"{name}数据服务中心",
                f"021-2000{3000 + number}",
            ),
        )
        for number, (name, (code, notation, letters)) in enumerate(raw["districts"].items())
    }  # fmt: skip
    subjects = []
    for line in raw["subjects"]["lines"]:
        title, department, domain, frequency, formats, items = line.split(" | ")
        subjects.append(
            Subject(
                title, departments[department], domains[domain], frequency,
                tuple(formats.split()), tuple(Field(n, _datatype(n)) for n in items.split()),
            )
        )  # fmt: skip
    return _Tables(tuple(subjects), districts)


def _datatype(name: str) -> str:
    return next((kind for pattern, kind in _DATATYPES if pattern.search(name)), "string")
