"""Defects counted in real records, put into descriptions by rate and seed.

A record keeps its defects as long as its id and the seed stay the same, whatever changes in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from harvesters.simulator.dataset import Dataset, OpenType
from harvesters.simulator.description import Description, describe
from harvesters.simulator.seeded import pick, share

Spoil = Callable[[Description], None]


def _set(name: str, *values: object) -> Spoil:
    """Return a defect that puts one of the values into a field."""

    def spoil(d: Description) -> None:
        setattr(d, name, pick(values, d.dataset.id, name))

    return spoil


def _open_type(*choices: tuple[object, OpenType | None]) -> Spoil:
    def spoil(d: Description) -> None:
        # What is closed stays clearly closed, so that a test can tell what must never be public.
        if d.dataset.open_type != "none":
            d.open_type, d.means = pick(choices, d.dataset.id)

    return spoil


def _future(d: Description) -> None:
    # A shifted date, not a fixed one: it still changes with every change.
    d.modified = f"{d.dataset.modified + timedelta(days=26_700):%Y-%m-%dT%H:%M:%S}"


def _updated_before_published(d: Description) -> None:
    d.issued = f"{d.dataset.modified + timedelta(days=100):%Y-%m-%dT%H:%M:%S}"


def _shifted_columns(d: Description) -> None:
    d.summary, d.organization, d.domain, d.frequency = (
        d.organization, d.domain, d.frequency, d.summary,
    )  # fmt: skip


def _html(d: Description) -> None:
    d.summary = f'<div class="abstract"><p>{d.summary}<br/>详见&nbsp;附件</p></div>'


def _same_title(d: Description) -> None:
    d.title = "行政处罚信息"


def _no_more(name: str) -> Spoil:
    return lambda d: setattr(d, name, None)


def _nothing(_: Description) -> None:
    """A defect of one wire shape, which looks for its name in `Description.defects`."""


DEFECTS: Final[Mapping[str, Spoil]] = {
    "open-type-missing": _open_type((None, None), ("", None)),
    "open-type-typo": _open_type(("无条件开发", "unconditional"), ("有条件开发", "conditional")),
    "open-type-sharing": _open_type(("无条件共享", None)),
    "open-type-elsewhere": _open_type(
        ("普遍开放", "unconditional"), ("依申请开放", "conditional"), ("安全开放", None),
        ("实名注册用户可下载", "conditional"),
    ),
    "open-type-code": _open_type(("1", None), ("2", None), (3, None)),
    "frequency-missing": _set("frequency", None, ""),
    "frequency-interval": _set("frequency", "每 2 日", "每 3 月", "每 121 日"),
    "frequency-null": _set("frequency", "每 null null"),
    "frequency-quoted": _set("frequency", "‘每年’"),
    "frequency-foreign": _set("frequency", "牲畜饲养"),
    "list-as-string": lambda d: setattr(d, "formats", str(list(d.formats))),
    "list-unquoted": lambda d: setattr(d, "formats", f"[{','.join(d.dataset.formats)}]"),
    "list-for-text": lambda d: setattr(d, "domain", [d.domain]),
    "number-for-text": lambda d: setattr(d, "summary", d.dataset.rows),
    "rows-as-words": lambda d: setattr(d, "rows", f"约 {d.dataset.rows}"),
    "html-description": _html,
    "description-is-title": lambda d: setattr(d, "summary", d.title),
    "description-missing": _no_more("summary"),
    "date-1899": _set("issued", "1899-12-30", "1899-12-30T00:00:00"),
    "date-future": _future,
    "updated-before-published": _updated_before_published,
    "same-title": _same_title,
    "shifted-columns": _shifted_columns,
    "id-as-number": lambda d: setattr(
        d, "id", int(d.dataset.id) if d.dataset.id.isdigit() else d.id
    ),
    "once-per-format": _nothing,
    "illegal-iri": _nothing,
    "foreign-code-list": _nothing,
    "foreign-theme": _nothing,
    "wrong-language": _nothing,
    "many-distributions": _nothing,
    "blank-nodes": _nothing,
}  # fmt: skip
"""By name. docs/simulator.md says what each is."""


class Defects:
    """Which records have which defects."""

    def __init__(self, rates: Mapping[str, float] | None = None, *, seed: int = 0) -> None:
        """Take the share of records with each defect. Raises `KeyError` for an unknown one."""
        self.rates = dict(rates or {})
        self.seed = seed
        for name in self.rates:
            DEFECTS[name]

    @classmethod
    def spread(cls, rate: float, *, seed: int = 0) -> Defects:
        """Return all defects in equal shares, so that ``rate`` of the records have at least one."""
        if not 0 <= rate < 1:
            raise ValueError(rate)
        each = 1 - (1 - rate) ** (1 / len(DEFECTS))
        return cls(dict.fromkeys(DEFECTS, each) if rate else {}, seed=seed)

    def of(self, dataset: Dataset) -> frozenset[str]:
        """Return the names of a dataset's defects."""
        return frozenset(
            name
            for name, rate in self.rates.items()
            if rate and share(self.seed, dataset.key, name) < rate
        )

    def describe(self, dataset: Dataset) -> Description:
        """Return a dataset's description with its defects."""
        description = describe(dataset)
        description.defects = self.of(dataset)
        for name in DEFECTS:
            if name in description.defects:
                DEFECTS[name](description)
        return description
