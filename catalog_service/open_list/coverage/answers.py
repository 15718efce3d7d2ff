"""The coverage of a year's lists as JSON and CSV have it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from catalog_service.answers import Shown
from catalog_service.context import Service
from catalog_service.csv_cells import BYTE_ORDER_MARK, csv_line
from catalog_service.open_list.coverage.figures import Coverage, Mismatch, Share
from catalog_service.open_list.coverage.livelihood import Topic
from catalog_service.open_list.coverage.pilots import Pilot
from catalog_service.open_list.projects import projects_of, public_datasets
from catalog_service.shares import rounded_percent
from search.index.payload import StoredDocument

Names = Mapping[str, Mapping[str, str]]


class ShareAnswer(Shown):
    """How many open datasets are on a list; ``percent`` is null where nothing is open."""

    organization: str | None
    """Null: of all organizations."""
    name: dict[str, str]
    open: int
    listed: int
    missing: int
    percent: float | None


class AimAnswer(Shown):
    """What is to be reached, with the rule that says so."""

    rule: str
    percent: float
    since: date


class PilotAnswer(Shown):
    """A pilot district; ``items`` is null where no list of it is public."""

    organization: str
    name: dict[str, str]
    since: date
    items: int | None
    least: int | None
    reached: bool | None


class SystemsAnswer(Shown):
    """How many new information systems are entered, and how many lack the plan they need."""

    entered: int
    lacking: int


class ProjectAnswer(Shown):
    """A pilot project; ``datasets`` are those that are public now, by IRI."""

    organization: str
    name: str
    begins: date
    ends: date | None
    state: str
    article: str
    datasets: list[str]


class CoverageAnswer(Shown):
    """The coverage of a year's lists as of today."""

    year: int
    day: date
    aim: AimAnswer | None
    total: ShareAnswer
    own: ShareAnswer
    """Of the organizations that the vocabulary knows."""
    organizations: list[ShareAnswer]
    mismatches: dict[str, int]
    """Items by what is wrong with them."""
    pilots: list[PilotAnswer]
    projects: list[ProjectAnswer]
    systems: SystemsAnswer


class MissingAnswer(Shown):
    """An open dataset that is on no list."""

    iri: str
    title: str
    source: str
    remote_id: str
    publishers: list[str]
    open_type: list[str]


class MissingPage(Shown):
    """A part of what is open and on no list, by title."""

    year: int
    total: int
    offset: int
    datasets: list[MissingAnswer]


class MismatchAnswer(Shown):
    """An item that the catalogue does not bear out."""

    organization: str
    key: str
    title: str
    gap: str
    by_list: str
    in_catalogue: str


class MismatchPage(Shown):
    """A part of what is on a list and not in the catalogue, or not opened so."""

    year: int
    total: int
    offset: int
    items: list[MismatchAnswer]


class TopicAnswer(Shown):
    """A topic of livelihood: items of the lists that name it, and datasets whose titles do."""

    iri: str
    name: dict[str, str]
    items: int
    datasets: int


class LivelihoodAnswer(Shown):
    """Livelihood in a year's lists; ``domains`` is empty where no rule says what it is."""

    year: int
    domains: list[str]
    datasets: int
    listed: int
    missing: int
    percent: float | None
    topics: list[TopicAnswer]


def livelihood_answer(
    year: int, domains: Iterable[str], share: Share, topics: Iterable[Topic]
) -> LivelihoodAnswer:
    """Return livelihood in a year's lists."""
    return LivelihoodAnswer(
        year=year,
        domains=sorted(domains),
        datasets=share.open,
        listed=share.listed,
        missing=share.missing,
        percent=None if share.percent is None else rounded_percent(share.percent, 4),
        topics=[
            TopicAnswer(iri=one.iri, name=dict(one.names), items=one.items, datasets=one.datasets)
            for one in topics
        ],
    )


def project_answers(atlas: Service, year: int) -> list[ProjectAnswer]:
    """Return the pilot projects of a year."""
    found = projects_of(atlas, year)
    public = public_datasets(atlas, found)
    return [
        ProjectAnswer(
            organization=one.organization,
            name=one.name,
            begins=one.begins,
            ends=one.ends,
            state=one.state,
            article=one.article,
            datasets=[iri for iri in one.datasets if iri in public],
        )
        for one in found
    ]


def share_answer(share: Share, names: Names) -> ShareAnswer:
    """Return a share; the city's has no organization."""
    return ShareAnswer(
        organization=share.organization or None,
        name=dict(names.get(share.organization, {})),
        open=share.open,
        listed=share.listed,
        missing=share.missing,
        percent=None if share.percent is None else rounded_percent(share.percent, 4),
    )


def coverage_answer(
    found: Coverage,
    day: date,
    pilots: Iterable[Pilot],
    systems: tuple[int, int],
    projects: Iterable[ProjectAnswer],
) -> CoverageAnswer:
    """Return the whole of it."""
    those = list(pilots)
    iris = [one.organization for one in found.shares] + [one.organization for one in those]
    names = found.names(iris)
    counts = dict.fromkeys(("unlinked", "not-public", "not-opened"), 0)
    for one in found.mismatches:
        counts[one.gap] += 1
    return CoverageAnswer(
        year=found.year,
        day=day,
        aim=None
        if found.aim is None
        else AimAnswer(rule="R12", percent=found.aim.percent, since=found.aim.since),
        total=share_answer(found.total, names),
        own=share_answer(found.own, names),
        organizations=[share_answer(one, names) for one in found.shares],
        mismatches=counts,
        pilots=[
            PilotAnswer(
                organization=one.organization,
                name=names[one.organization],
                since=one.since,
                items=one.items,
                least=one.least,
                reached=one.reached,
            )
            for one in those
        ],
        projects=list(projects),
        systems=SystemsAnswer(entered=systems[0], lacking=systems[1]),
    )


def missing_answer(document: StoredDocument) -> MissingAnswer:
    """Return an open dataset."""
    return MissingAnswer(
        iri=document.iri,
        title=document.title,
        source=document.source,
        remote_id=document.remote_id,
        publishers=list(document.facets.get("publisher", ())),
        open_type=list(document.facets.get("open_type", ())),
    )


def mismatch_answer(one: Mismatch) -> MismatchAnswer:
    """Return an item."""
    return MismatchAnswer(
        organization=one.organization,
        key=one.item.key,
        title=one.item.title,
        gap=one.gap,
        by_list=one.item.open_type,
        in_catalogue=one.opened,
    )


def shares_csv(found: Coverage) -> bytes:
    """Return the shares by organization, with the names as records and vocabulary have them."""
    names = found.names([one.organization for one in found.shares])
    lines = [csv_line(("organization", "name", "open", "listed", "missing", "percent"))]
    for one in (found.total, *found.shares):
        name = names.get(one.organization, {})
        percent = "" if one.percent is None else f"{rounded_percent(one.percent, 2):.2f}"
        numbers = (str(one.open), str(one.listed), str(one.missing), percent)
        lines.append(csv_line((one.organization, name.get("zh") or name.get("", ""), *numbers)))
    return (BYTE_ORDER_MARK + "".join(lines)).encode()


def missing_csv(documents: Iterable[StoredDocument]) -> bytes:
    """Return open datasets that are on no list."""
    lines = [csv_line(("dataset", "title", "publishers", "open_type"))]
    for one in map(missing_answer, documents):
        publishers, types = "、".join(one.publishers), "、".join(one.open_type)
        lines.append(csv_line((one.iri, one.title, publishers, types)))
    return (BYTE_ORDER_MARK + "".join(lines)).encode()


def mismatches_csv(found: Iterable[Mismatch]) -> bytes:
    """Return items that the catalogue does not bear out."""
    lines = [csv_line(("organization", "key", "title", "gap", "by_list", "in_catalogue"))]
    for one in map(mismatch_answer, found):
        lines.append(
            csv_line((one.organization, one.key, one.title, one.gap, one.by_list, one.in_catalogue))
        )
    return (BYTE_ORDER_MARK + "".join(lines)).encode()
