"""``atlas open-list system``, ``systems``, ``day``: what lists are held against, beside them."""

from __future__ import annotations

from typing import Annotated

import typer

from catalog_service.console.days import day_given
from catalog_service.console.opening import existing
from catalog_service.console.output import Output, gettext

OfOrganization = Annotated[str, typer.Argument(metavar="ORG", help="IRI, code or name.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]
Why = Annotated[str, typer.Option("--reason", help="Why; it stays with the step.")]


def register(app: typer.Typer) -> None:
    """Add the commands to those of open lists."""
    app.command("system")(enter_system)
    app.command("systems")(list_systems)
    app.command("day")(set_day)


def enter_system(
    organization: OfOrganization,
    name: Annotated[str, typer.Argument(help="What the system is called.")],
    begun: Annotated[
        str | None,
        typer.Option("--begun", metavar="DAY", help="When its building began (YYYY-MM-DD)."),
    ] = None,
    plan: Annotated[
        str, typer.Option("--plan", help="What it opens and when, or where that is written.")
    ] = "",
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Take it off the register; needs a reason.")
    ] = False,
    reason: Why = "",
) -> None:
    """Enter a new information system, or its opening plan."""
    from catalog_service.accounts.service import OPERATOR, organization_named
    from catalog_service.open_list.systems import enter

    day = None if begun is None else day_given(begun)
    with existing() as atlas:
        enter(
            atlas,
            OPERATOR,
            organization_named(atlas.vocabulary, organization),
            name,
            day,
            plan=plan,
            reason=reason,
            withdraw=withdraw,
        )


def list_systems(
    lacking: Annotated[
        bool, typer.Option("--lacking", help="Only those that need a plan and have none.")
    ] = False,
    json: Json = False,
) -> None:
    """List the new information systems, those without a plan first."""
    from catalog_service.open_list import systems

    out = Output(as_json=json)
    with existing() as atlas:
        found = (systems.without_plan if lacking else systems.systems)(atlas)
    out.result(
        {
            "systems": [
                {
                    "organization": one.organization,
                    "name": one.name,
                    "begun": one.begun.isoformat(),
                    "plan": one.plan or None,
                }
                for one in found
            ]
        }
    )
    out.table(
        gettext("organization system begun plan").split(),
        [(one.organization, one.name, one.begun.isoformat(), one.plan or "–") for one in found],
    )


def set_day(
    day: Annotated[str, typer.Argument(metavar="DAY", help="The day (YYYY-MM-DD).")],
    reason: Why,
    works: Annotated[
        bool | None, typer.Option("--works/--free", help="Without: as the calendar says.")
    ] = None,
) -> None:
    """Say that a day is a working day, or none, whatever the calendar says."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.working_calendar.service import set_working_day

    chosen = day_given(day)
    with existing() as atlas:
        set_working_day(atlas, OPERATOR, chosen, works, reason)
