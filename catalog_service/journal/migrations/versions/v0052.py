"""Which proposal of a concept decided what a value means.

Revision: 0052
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0053"
branch_labels = None
depends_on = None

_RELEASES = """
SELECT decided.decision, proposed.number
FROM value_decisions AS decision
JOIN value_decision_events AS decided
  ON decided.decision = decision.number AND decided.kind = 'released'
JOIN concept_proposals AS proposed
  ON proposed.concept = decision.concept AND proposed.kind <> 'deprecate'
JOIN concept_proposal_events AS released
  ON released.proposal = proposed.number AND released.kind = 'released'
WHERE decision.source IS NULL AND decision.waits_for IS NULL
  AND released.actor = decided.actor AND released.reason = decision.reason
  AND released.time <= decided.time
ORDER BY released.number
"""
"""How releases were known for what they decided until now: by who gave which reason, and when."""


def upgrade() -> None:
    """Add the column; of decisions that releases made it names the last that may have made it."""
    op.add_column("value_decisions", sa.Column("proposal", sa.Integer))
    connection = op.get_bind()
    rows = connection.execute(sa.text(_RELEASES)).all()
    for decision, proposal in rows:
        connection.execute(
            sa.text("UPDATE value_decisions SET proposal = :proposal WHERE number = :decision"),
            {"proposal": proposal, "decision": decision},
        )
