"""The operator's register of pilot projects (试点项目); empty until it is filled."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, get_args

import sqlalchemy as sa

from catalog_service.accounts.service import Action, Principal
from catalog_service.audit.service import Entry
from catalog_service.context import Service
from catalog_service.journal.codec import to_number
from catalog_service.journal.model import StoredRecord
from catalog_service.open_list.errors import PROJECT_INCOMPLETE
from catalog_service.open_list.project_tables import pilot_projects
from ontology.errors import AtlasError
from translations import N_

LONGEST_NAME: Final = 200
LONGEST_ARTICLE: Final = 500
MOST_DATASETS: Final = 100
_P: Final = pilot_projects.c

State = Literal["planned", "running", "ended"]
STATES: Final[Mapping[State, str]] = {
    "planned": N_("Planned"),
    "running": N_("Under way"),
    "ended": N_("Ended"),
}
WITHDRAWN: Final = "withdrawn"


@dataclass(frozen=True, slots=True)
class Project:
    """A pilot project of an organization (IRI)."""

    organization: str
    name: str
    begins: date
    ends: date | None
    state: State
    article: str
    """Of which text, or decision, it is a project."""
    datasets: tuple[str, ...]
    """IRIs of the datasets that it uses."""


def enter(
    atlas: Service,
    principal: Principal,
    project: Project,
    *,
    reason: str = "",
    withdraw: bool = False,
) -> None:
    """Enter a project, or how it stands now; or take it off, with a reason.

    Raises ``right-missing`` and ``project-incomplete``: a name, an article, a period that does not
    end before it begins, datasets of the public catalogue.
    """
    principal.require(Action.OPEN_LIST_EDIT, project.organization)
    name, article = _line(project.name), _line(project.article)
    datasets = tuple(dict.fromkeys(filter(None, map(str.strip, project.datasets))))
    public = _public(atlas, datasets)
    with atlas.journal.writing_tables() as connection:
        principal.anew().require(Action.OPEN_LIST_EDIT, project.organization)
        key = (project.organization, name)
        there = _stored(connection, {project.organization}).get(key)
        # One that was public when it was entered may stay.
        before = () if there is None else there.datasets
        unknown = next((iri for iri in datasets if iri not in {*public, *before}), "")
        fits = (
            0 < len(name) <= LONGEST_NAME
            and 0 < len(article) <= LONGEST_ARTICLE
            and (project.ends is None or project.begins <= project.ends)
            and project.state in get_args(State)
            and len(datasets) <= MOST_DATASETS
            and not (unknown and not withdraw)
            and not (withdraw and (there is None or not reason.strip()))
        )
        if not fits:
            raise AtlasError(
                PROJECT_INCOMPLETE,
                longest=LONGEST_NAME,
                article=LONGEST_ARTICLE,
                most=MOST_DATASETS,
                unknown=unknown[:200] or "–",
            )
        last = connection.execute(sa.select(sa.func.max(_P.number))).scalar()
        connection.execute(
            pilot_projects.insert().values(
                number=int(last or 0) + 1,
                organization=project.organization,
                name=name,
                begins=project.begins,
                ends=project.ends,
                state=WITHDRAWN if withdraw else project.state,
                article=article,
                datasets="\n".join(datasets),
                reason=reason.strip(),
                actor=principal.actor,
                time=to_number(atlas.clock.now()),
            )
        )
        details = {"name": name, "state": project.state, "withdrawn": withdraw}
        atlas.audit.append(
            connection,
            Entry(
                "open_list.project", project.organization, reason=reason.strip(), details=details
            ),
        )


def projects(atlas: Service, organizations: Collection[str] | None = None) -> list[Project]:
    """Return the projects that are there, the newest first; None: of all organizations."""
    with atlas.journal.reading_tables() as connection:
        found = _stored(connection, organizations).values()
    return sorted(found, key=lambda one: (-one.begins.toordinal(), one.organization, one.name))


def projects_of(atlas: Service, year: int) -> list[Project]:
    """Return the projects whose period has a day in a year; one without an end lasts."""
    return [
        one
        for one in projects(atlas)
        if one.begins.year <= year and (one.ends is None or year <= one.ends.year)
    ]


def public_datasets(atlas: Service, found: Collection[Project]) -> dict[str, StoredRecord]:
    """Return those datasets of projects that are public now, by IRI: others are not shown."""
    return _public(atlas, [iri for one in found for iri in one.datasets])


def _public(atlas: Service, iris: Collection[str]) -> dict[str, StoredRecord]:
    there = atlas.journal.get_many(list(iris))
    return {iri: one for iri, one in there.items() if one.public}


def _stored(
    connection: sa.Connection, organizations: Collection[str] | None
) -> dict[tuple[str, str], Project]:
    query = sa.select(pilot_projects).order_by(_P.number)
    if organizations is not None:
        query = query.where(_P.organization.in_(sorted(organizations)))
    found: dict[tuple[str, str], Project] = {}
    for row in connection.execute(query):
        key = (row.organization, row.name)
        if row.state == WITHDRAWN:
            found.pop(key, None)
        else:
            found[key] = _project(row)
    return found


def _project(row: sa.Row[Any]) -> Project:
    return Project(
        row.organization,
        row.name,
        row.begins,
        row.ends,
        row.state,
        row.article,
        tuple(filter(None, row.datasets.split("\n"))),
    )


def _line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
