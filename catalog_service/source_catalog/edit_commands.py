"""``atlas source-catalog set``, ``remove`` and ``history``: single data items."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from catalog_service.console.opening import existing
from catalog_service.console.output import Output, gettext, language
from catalog_service.source_catalog.wording import outcome_word

if TYPE_CHECKING:
    from catalog_service.source_catalog.editing import Edit
    from catalog_service.source_catalog.model import UnknownDepartment

Item = Annotated[str, typer.Argument(metavar="ITEM", help="Its name, such as 机构床位数.")]
Department = Annotated[
    str, typer.Argument(metavar="DEPARTMENT", help="The responsible department, by any name.")
]
Reason = Annotated[str, typer.Option(help="Why; it stays in the history.")]
Version = Annotated[
    int | None,
    typer.Option(
        "--if-version", min=0, help="Only over this version; 0: only where there is none."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


def register(app: typer.Typer) -> None:
    """Add the commands to those of the source catalogue."""
    app.command("set")(set_item)
    app.command("remove")(remove_item)
    app.command("history")(show_history)


def set_item(
    item: Item,
    department: Department,
    reason: Reason,
    source: Annotated[str | None, typer.Option(help="The system or register of it.")] = None,
    mechanism: Annotated[str | None, typer.Option(help="How it is updated.")] = None,
    quality: Annotated[str | None, typer.Option(help="Its quality standard.")] = None,
    use: Annotated[str | None, typer.Option(help="How others may use it.")] = None,
    if_version: Version = None,
    json: Json = False,
) -> None:
    """Add a data item, or change what is given of it; the rest stays."""
    from catalog_service.source_catalog import editing
    from catalog_service.source_catalog.department_names import unknown_department
    from catalog_service.source_catalog.model import SourceItem
    from catalog_service.source_catalog.outcomes import edited_answer
    from catalog_service.source_catalog.service import claim_of
    from harvesters.protocols import Precondition

    edit = _edit(reason, if_version)
    out = Output(as_json=json)
    given = {"source": source, "mechanism": mechanism, "quality": quality, "use": use}
    with existing() as atlas:
        before = claim_of(atlas, item, department)
        claim = before.claim if before is not None else SourceItem(item, department)
        texts = {name: text for name, text in given.items() if text is not None}
        claim = replace(claim, item=item, department=department, **texts)
        if edit.expected is editing.ANYTHING:
            # What was read a moment ago: no text of another editor is written over.
            current = str(before.version) if before is not None else None
            edit = replace(edit, expected=Precondition.current(current))
        done = editing.set_item(atlas, claim, edit)
        outside = unknown_department(atlas.vocabulary, done.item.claim.department)
        answer = edited_answer(done.status, done.item, atlas.settings.base_iri, outside)
    out.result(answer.model_dump(mode="json"))
    written = answer.item
    out.text(f"{outcome_word(done.status)}  {written.item}  {written.department}  {written.iri}")
    if outside is not None:
        out.remark(outside_remark(outside))


def remove_item(
    item: Item,
    department: Department,
    reason: Reason,
    if_version: Version = None,
    json: Json = False,
) -> None:
    """Take a department's claim on a data item out; its history stays."""
    from catalog_service.source_catalog import editing
    from catalog_service.source_catalog.outcomes import change_answer
    from catalog_service.source_catalog.service import id_of

    edit = _edit(reason, if_version)
    out = Output(as_json=json)
    with existing() as atlas:
        done = editing.remove_item(atlas, id_of(atlas, item, department), edit)
    out.result(change_answer(done, steward=True).model_dump(mode="json"))
    out.text(f"{outcome_word('removed')}  {done.claim.item}  {done.claim.department}")


def show_history(item: Item, department: Department, json: Json = False) -> None:
    """Show every change of a data item, who made it and why."""
    from catalog_service.source_catalog.linked_data import item_iri
    from catalog_service.source_catalog.outcomes import HistoryAnswer, change_answer
    from catalog_service.source_catalog.service import history, id_of

    out = Output(as_json=json)
    with existing() as atlas:
        item_id = id_of(atlas, item, department)
        iri = item_iri(atlas.settings.base_iri, item_id)
        found = [change_answer(one, steward=True) for one in history(atlas, item_id)]
    out.result(HistoryAnswer(id=item_id, iri=iri, changes=found).model_dump(mode="json"))
    out.table(
        gettext("version change time who why").split(),
        [
            (
                one.version,
                outcome_word(one.action),
                one.time.isoformat(timespec="seconds"),
                one.actor,
                one.reason,
            )
            for one in found
        ],
    )


def outside_remark(one: UnknownDepartment) -> str:
    """Say that the vocabulary does not know a department, and which may be meant."""
    said = gettext(
        "{name}: the vocabulary knows no department of this name; it stands for itself.",
        name=one.name,
    )
    if not one.nearest:
        return said
    names = " · ".join(near.zh if language() == "zh" else near.en for near in one.nearest)
    return said + gettext(" Did you mean: {names}?", names=names)


def _edit(reason: str, version: int | None) -> Edit:
    from catalog_service.source_catalog.editing import ANYTHING, Edit
    from harvesters.protocols import Precondition

    if not reason.strip():
        raise typer.BadParameter(gettext("say why"), param_hint="--reason")
    if version is None:
        expected = ANYTHING
    else:
        expected = Precondition.current(str(version) if version else None)
    return Edit("cli", reason.strip(), expected)
