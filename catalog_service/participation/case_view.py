"""What pages show of a case: its steps in words, and the forms of the steps that may follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from catalog_service.actor_names import names_of
from catalog_service.context import Service
from catalog_service.participation.fields import LABELS, MOST_TITLE, RATINGS
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.kinds.demand import OUTCOMES
from catalog_service.participation.kinds.objection import FAULTS
from catalog_service.participation.machine import StepKind
from catalog_service.participation.model import BY_ASKER, BY_CLOCK, Case
from catalog_service.participation.sealed_texts import LONGEST
from catalog_service.site.rendering import View

Option = tuple[str, str]

_TEXT: Final = "text"


@dataclass(frozen=True, slots=True)
class FieldForm:
    """A field of a form."""

    name: str
    label: str
    required: bool
    value: str
    kind: str = "text"
    """``text``, ``date`` or ``select``."""
    options: Sequence[Option] = ()
    most: int = 200


@dataclass(frozen=True, slots=True)
class StepForm:
    """The form of a step."""

    name: str
    label: str
    needs_text: bool
    fields: Sequence[FieldForm]
    text: str = ""
    most: int = LONGEST
    opened: bool = False
    """Whether it is shown open: what was typed was wrong."""


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step as it is told."""

    label: str
    state: str
    who: str
    time: Any
    organization: str
    facts: Sequence[tuple[str, str]]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed into the form of a step that was answered with an error."""

    step: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


def state_of(view: View, case: Case, state: str | None = None) -> str:
    """Return where a case stands, in the page's language."""
    return view.pgettext("case state", MACHINES[case.kind].states[state or case.state])


def forms_of(
    view: View, atlas: Service, steps: Sequence[StepKind], case: Case | None, typed: Typed = Typed()
) -> list[StepForm]:
    """Return the forms of steps, with what was typed in the one at fault."""
    return [_form(view, atlas, one, case, typed) for one in steps]


def _form(view: View, atlas: Service, kind: StepKind, case: Case | None, typed: Typed) -> StepForm:
    own = typed.values if typed.step == kind.name else {}
    given = dict(own)
    if case is not None and kind.name == "sort":
        given = {
            "organization": case.organization or "",
            "title": case.title or "",
            "topic": case.topic or "",
            **given,
        }
    fields = [
        FieldForm(
            one.name,
            view.gettext(LABELS[one.name]),
            one.required,
            given.get(one.name, ""),
            _kind(one.name),
            list(_options(view, atlas, one.name)),
            MOST_TITLE if one.name == "title" else 2_000 if one.name == "dataset" else 200,
        )
        for one in kind.fields
    ]
    opened = typed.step == kind.name
    return StepForm(
        kind.name,
        view.gettext(kind.label),
        kind.needs_text,
        fields,
        own.get(_TEXT, ""),
        opened=opened,
    )


def _kind(name: str) -> str:
    if name in ("day", "from", "until"):
        return "date"
    return "select" if name in ("organization", "topic", "outcome", "fault", "rating") else "text"


def _options(view: View, atlas: Service, name: str) -> Iterator[Option]:
    if name == "organization":
        for one in atlas.vocabulary.offered("organization"):
            yield one.iri, view.name(one)
    elif name == "topic":
        for one in atlas.vocabulary.offered("domain"):
            yield one.iri, view.name(one)
    elif name == "outcome":
        for code, label in OUTCOMES.items():
            yield code, view.pgettext("demand outcome", label)
    elif name == "fault":
        for code, label in FAULTS.items():
            yield code, view.pgettext("objection", label)
    elif name == "rating":
        for code in RATINGS:
            yield code, code


def steps_shown(
    view: View, atlas: Service, case: Case, texts: Mapping[int, str], *, public: bool
) -> list[StepShown]:
    """Return the steps of a case; for the public without who took them."""
    machine = MACHINES[case.kind]
    workers = [] if public else [one.actor for one in case.steps]
    people = names_of(atlas, set(workers) - {BY_ASKER, BY_CLOCK})
    found = []
    for one in case.steps:
        kind = machine.step_named(one.step)
        if one.actor == BY_ASKER:
            who = view.gettext("who brought it up")
        elif one.actor == BY_CLOCK:
            who = view.gettext("the catalogue, since a term was over")
        else:
            who = people.get(one.actor, "")
        found.append(
            StepShown(
                view.gettext(kind.label) if kind is not None else one.step,
                state_of(view, case, one.state),
                who,
                one.time,
                ""
                if one.organization is None
                else organization_name(view, atlas, one.organization),
                list(_facts(view, atlas, one.details)),
                texts.get(one.number, ""),
            )
        )
    return found


def organization_name(view: View, atlas: Service, iri: str) -> str:
    """Return what an organization is called."""
    return view.pick(atlas.accounts.hierarchy.names(iri))


def organization_of(view: View, atlas: Service, iri: str | None) -> str | None:
    """Return what an organization is called; None: there is none."""
    return None if iri is None else organization_name(view, atlas, iri)


def topic_name(view: View, atlas: Service, iri: str) -> str:
    """Return what a topic is called."""
    found = atlas.vocabulary.concept(iri)
    return iri if found is None else view.name(found)


def _facts(view: View, atlas: Service, details: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, label in LABELS.items():
        value = details.get(name)
        if value is None or name == "organization":
            continue
        text = str(value)
        if name == "outcome":
            text = view.pgettext("demand outcome", OUTCOMES.get(text, text))
        elif name == "fault":
            text = view.pgettext("objection", FAULTS.get(text, text))
        elif name == "topic":
            text = topic_name(view, atlas, text)
        yield view.gettext(label), text
