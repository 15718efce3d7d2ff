"""``/cases/statistics``: how many cases come, how fast they are answered, and how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.csv_cells import BYTE_ORDER_MARK, csv_line
from catalog_service.dependencies import Atlas
from catalog_service.participation.case_view import organization_name
from catalog_service.participation.counting import Group, Key
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.model import KindName
from catalog_service.participation.naming import PUBLIC, STATISTICS
from catalog_service.participation.statistics import statistics, statistics_answer
from catalog_service.site.rendering import View

router = APIRouter(include_in_schema=False)
data = APIRouter(prefix="/api/v1", tags=["cases"])

_COLUMNS = (
    "kind",
    "month",
    "organization",
    "opened",
    "ended",
    "answered",
    "late",
    "average_working_days",
)


@dataclass(frozen=True, slots=True)
class Line:
    """Cases that are counted together."""

    name: str
    opened: int
    ended: int
    answered: int
    late: int
    days: float | None
    """Working days that answers took on average."""
    how: tuple[tuple[str, int], ...]
    """How the cases stand, with how many, the most first."""


@router.get(STATISTICS)
def statistics_page(request: Request, atlas: Atlas) -> Response:
    """Every kind by itself: all months, the last twelve one by one, and by organization."""
    view, today = View(request), atlas.clock.today()
    groups = statistics(atlas, today)
    kinds = []
    for kind, machine in MACHINES.items():
        own = {key: group for key, group in groups.items() if key[0] == kind}
        months = sorted({key[1] for key in own}, reverse=True)[:12]
        kinds.append(
            (
                view.gettext(machine.label),
                _line(view, kind, "", own.values()),
                [_line(view, kind, one, _where(own, _came_in(one))) for one in months],
                sorted(
                    (
                        _line(view, kind, _name(view, atlas, one), _where(own, _is_of(one)))
                        for one in {key[2] for key in own}
                    ),
                    key=lambda line: (-line.opened, line.name),
                ),
            )
        )
    return view.render(
        "cases_statistics.html",
        section=PUBLIC["demand"],
        trail=[(view.gettext("How fast it goes"), None)],
        kinds=kinds,
        today=today.isoformat(),
    )


@data.get(
    "/cases/statistics.csv",
    summary="How many cases there are, as a table",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}},
)
def statistics_csv(atlas: Atlas) -> Response:
    """By kind, month and organization, as the JSON has them."""
    rows = [[getattr(one, name) for name in _COLUMNS] for one in statistics_answer(atlas).groups]
    lines = [_COLUMNS, *([("" if v is None else str(v)) for v in row] for row in rows)]
    return Response(
        BYTE_ORDER_MARK + "".join(csv_line(line) for line in lines), media_type="text/csv"
    )


def _is_of(organization: str | None) -> Callable[[Key], bool]:
    return lambda key: key[2] == organization


def _came_in(month: str) -> Callable[[Key], bool]:
    return lambda key: key[1] == month


def _where(groups: Mapping[Key, Group], wanted: Callable[[Key], bool]) -> list[Group]:
    return [group for key, group in groups.items() if wanted(key)]


def _name(view: View, atlas: Atlas, iri: str | None) -> str:
    return view.gettext("nobody yet") if iri is None else organization_name(view, atlas, iri)


def _line(view: View, kind: KindName, name: str, groups: Iterable[Group]) -> Line:
    of = list(groups)
    used = [run.used for group in of for run in group.answered]
    states: Counter[str] = sum((group.states for group in of), Counter())
    labels = MACHINES[kind].states
    return Line(
        name,
        sum(one.opened for one in of),
        sum(one.ended for one in of),
        len(used),
        sum(one.late for one in of),
        fmean(used) if used else None,
        tuple((view.pgettext("case state", labels[s]), n) for s, n in states.most_common()),
    )
