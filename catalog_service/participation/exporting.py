"""All that somebody brought up and wrote, for themselves."""

from __future__ import annotations

from typing import Any

from catalog_service.accounts.service import Action, Principal, acting_person
from catalog_service.context import Service
from catalog_service.participation.model import BY_ASKER
from catalog_service.participation.papers import paper_as_json
from catalog_service.participation.sealed_texts import texts_of
from catalog_service.participation.stored_cases import Wanted, cases_in, followed_by


def exported(atlas: Service, principal: Principal) -> dict[str, Any]:
    """Return the cases of somebody with all texts, and the numbers of those that they follow.

    Raises ``right-missing``, and as decrypting does.
    """
    principal.require(Action.REQUEST_MAKE, None)
    person = acting_person(principal)
    if person is None:
        return {"cases": [], "follows": []}
    with atlas.journal.reading_tables() as connection:
        found = cases_in(connection, Wanted(asker=person.id))
        follows = followed_by(connection, person.id)
    cases = []
    for case in found:
        texts = texts_of(atlas, case.number)
        steps = [
            {
                "step": one.step,
                "state": one.state,
                "time": one.time.isoformat(),
                "by": "you" if one.actor == BY_ASKER else "them",
                "organization": one.organization,
                "details": dict(one.details),
                "text": texts.get(one.number),
            }
            for one in case.steps
        ]
        cases.append(
            {
                "name": case.name,
                "kind": case.kind,
                "subject": case.subject,
                "part": case.part,
                "topic": case.topic,
                "title": case.title,
                "steps": steps,
                "form": paper_as_json(atlas, case.number, "form"),
                "agreement": paper_as_json(atlas, case.number, "agreement"),
            }
        )
    return {"cases": cases, "follows": follows}
