"""What a platform says of a dataset: labels and texts in the loose types that real portals give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from harvesters.simulator.dataset import OPEN_LABELS, Dataset, OpenType
from harvesters.simulator.seeded import draw

SITE: Final = "https://data.sh.gov.cn"
"""Where files and pages of the datasets are said to be; nothing is ever requested there."""
SCENARIOS: Final = {
    "民生服务": "社区周边生活服务",
    "卫生健康": "就医与保健",
    "信用服务": "政府办事",
}
CONDITION: Final = "时效性较强，申请者须说明用途并遵守数据利用协议"


@dataclass(slots=True)
class Description:
    """One dataset as shown. A defect puts a wrong value, or one of a wrong type, in a field."""

    dataset: Dataset
    id: str | int
    title: Any
    summary: Any
    organization: Any
    open_type: Any
    frequency: Any
    formats: Any
    domain: Any
    national_theme: Any
    keywords: Any
    issued: Any
    modified: Any
    rows: Any
    contact: Any
    means: OpenType | None
    """What the shown open type means; None: it cannot be told and must not be guessed."""
    defects: frozenset[str] = frozenset()

    @property
    def landing_page(self) -> str:
        """The address of its page on the platform."""
        kind = "cp" if self.dataset.files else "jk"
        return f"{SITE}/view/detail/index.html?type={kind}&id={self.dataset.id}"

    @property
    def scenario(self) -> str:
        """The label of its scenario of use."""
        return SCENARIOS.get(self.dataset.domain.name, "其他")

    @property
    def resource_type(self) -> str:
        """The labels of its kinds: files, an API, or both."""
        return "、".join(
            (["数据产品"] if self.dataset.files else [])
            + (["数据接口"] if self.dataset.has_api else [])
        )

    @property
    def data_size(self) -> str:
        """Its size, as text with a unit."""
        return f"{20 + draw(self.dataset.id, 'size') % 900}KB"

    @property
    def temporal(self) -> str:
        """The period that it covers."""
        return f"{self.dataset.issued.year}-01-01至{self.dataset.modified:%Y-%m-%d}"


def describe(dataset: Dataset) -> Description:
    """Return a description without defects. Dates are ISO 8601 in Shanghai's time, without zone."""
    return Description(
        dataset=dataset,
        id=dataset.id,
        title=dataset.title,
        summary=dataset.summary,
        organization=dataset.organization.name,
        open_type=OPEN_LABELS[dataset.open_type],
        frequency=dataset.frequency,
        formats=list(dataset.formats),
        domain=dataset.domain.name,
        national_theme=dataset.domain.national_theme,
        keywords=list(dataset.keywords),
        issued=f"{dataset.issued}T09:00:00",
        modified=f"{dataset.modified:%Y-%m-%dT%H:%M:%S}",
        rows=dataset.rows,
        contact=f"{dataset.organization.office} {dataset.organization.phone}",
        means=dataset.open_type,
    )
