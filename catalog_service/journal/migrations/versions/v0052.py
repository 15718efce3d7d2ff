"""Which proposal of a concept decided what a value means.

Revision: 0052
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from ontology.spelling import spelling_key

revision = "0052"
down_revision = "0053"
branch_labels = None
depends_on = None

_DECISIONS = """
SELECT decision.number, decision.key, decision.concept, decision.reason, decided.actor, decided.time
FROM value_decisions AS decision
JOIN value_decision_events AS decided
  ON decided.decision = decision.number AND decided.kind = 'released'
WHERE decision.source IS NULL AND decision.waits_for IS NULL
"""
_RELEASES = """
SELECT proposed.number, proposed.concept, proposed.scheme, proposed.details,
       released.actor, released.reason, released.time, undone.time AS ended
FROM concept_proposals AS proposed
JOIN concept_proposal_events AS released
  ON released.proposal = proposed.number AND released.kind = 'released'
LEFT JOIN concept_proposal_events AS undone
  ON undone.proposal = proposed.number AND undone.kind = 'undone'
WHERE proposed.kind <> 'deprecate'
ORDER BY released.number
"""


def upgrade() -> None:
    """Add the column; of decisions that releases made it names the last that may have made it.

    How they were known until now: the value is a name of the proposal, the same person decided for
    the same reason, after its release and before it was undone. Others are somebody's own.
    """
    op.add_column("value_decisions", sa.Column("proposal", sa.Integer))
    connection = op.get_bind()
    releases = [(row, _keys(row)) for row in connection.execute(sa.text(_RELEASES)).all()]
    for decided in connection.execute(sa.text(_DECISIONS)).all():
        made = [row.number for row, keys in releases if _may_have_made(row, keys, decided)]
        if made:
            connection.execute(
                sa.text("UPDATE value_decisions SET proposal = :proposal WHERE number = :decision"),
                {"proposal": made[-1], "decision": decided.number},
            )


def _keys(release: Any) -> set[str]:
    """Return the values that a release decided: its names, as values are compared."""
    told = json.loads(release.details)
    names = (told.get("zh", ""), told.get("en", ""), *told.get("others", ()))
    keys = {spelling_key(name) for name in names if name}
    if release.scheme == "organization":
        keys |= {one.removeprefix("上海") for one in keys if one.startswith("上海市")}
    return keys


def _may_have_made(release: Any, keys: set[str], decided: Any) -> bool:
    return (
        release.concept == decided.concept
        and decided.key in keys
        and (release.actor, release.reason) == (decided.actor, decided.reason)
        and release.time <= decided.time
        and (release.ended is None or decided.time <= release.ended)
    )
