"""What pages show of an application beside its steps: its form, its agreement, how it is signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog_service.accounts.service import Principal
from catalog_service.context import Service
from catalog_service.documents.model import Block
from catalog_service.participation.agreements import agreement_of, document_of
from catalog_service.participation.application_steps import SIGNS
from catalog_service.participation.fields import LABELS
from catalog_service.participation.kinds.result import RESULT_KINDS
from catalog_service.participation.model import Case
from catalog_service.participation.papers import has_paper, paper_as_json
from catalog_service.participation.parties import is_party, possible_steps, signs_both
from catalog_service.participation.periods import period_of
from catalog_service.site.rendering import View


@dataclass(frozen=True, slots=True)
class Panel:
    """An application, for who may see it."""

    heading: str
    said: Sequence[tuple[str, str]]
    """What the form says, each with its label."""
    title: str
    blocks: Sequence[tuple[str, Block]]
    """The agreement, with the kind of each block; empty: it was not granted."""
    agreement: str
    """Address of the agreement as a file; empty: there is none."""
    code: str
    """Where a code is asked for, where somebody may sign; empty: nobody, or another."""
    sent: bool
    """Whether one was just sent."""
    needs_another: bool
    """Whether somebody else must sign."""
    picture: str
    """Address of the screenshot of a result; empty: there is none."""


def panel_of(view: View, atlas: Service, principal: Principal, case: Case) -> Panel | None:
    """Return what there is of an application; None for any other kind of case.

    For who may see the case: `service.read_case` asks, and tells the audit.
    """
    if case.kind not in ("application", "result"):
        return None
    form = paper_as_json(atlas, case.number, "form") or {}
    said = [
        (view.gettext(label), _said(view, name, form[name]))
        for name, label in LABELS.items()
        if form.get(name)
    ]
    period = period_of(case)
    if period is not None:
        for name, day in zip(("from", "until"), period, strict=True):
            said.append((view.gettext(LABELS[name]), day.isoformat()))
    agreement = agreement_of(atlas, case)
    blocks = () if agreement is None else document_of(case, agreement).blocks
    may_sign = any(one.name in SIGNS for one in possible_steps(atlas, principal, case))
    another = (
        case.state == "signed"
        and is_party(principal, case, "handler")
        and signs_both(atlas, principal, case)
    )
    return Panel(
        view.gettext("What was applied for")
        if case.kind == "application"
        else view.gettext("What was submitted"),
        said,
        "" if agreement is None else agreement.title,
        [(type(one).__name__.lower(), one) for one in blocks],
        "" if agreement is None else agreement_path(case),
        code_path(case) if may_sign else "",
        view.request.query_params.get("done") == "code",
        another,
        f"/cases/{case.name}/picture.webp" if has_paper(atlas, case.number, "picture") else "",
    )


def _said(view: View, name: str, said: str | list[str]) -> str:
    if isinstance(said, list):
        return "\n".join(said)
    if name == "made":
        return view.pgettext("result kind", RESULT_KINDS.get(said, said))
    return view.gettext("Yes") if name == "consent" else said


def agreement_path(case: Case) -> str:
    """Return the address of an agreement as PDF."""
    return f"/cases/{case.name}/agreement.pdf"


def code_path(case: Case) -> str:
    """Return where a code is asked for."""
    return f"/cases/{case.name}/code"
