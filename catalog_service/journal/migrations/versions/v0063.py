"""Figures by day: pages and the worker look for them so.

Revision: 0063
"""

from __future__ import annotations

from alembic import op

revision = "0063"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the indexes."""
    op.create_index("ix_report_figures_day", "report_figures", ["day"])
    op.create_index("ix_quality_days_day", "quality_days", ["day"])
