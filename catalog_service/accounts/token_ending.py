"""Tells people that a token of theirs ends soon."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from catalog_service.accounts.tables import token_owners
from catalog_service.clock import SHANGHAI
from catalog_service.context import Service
from catalog_service.journal.codec import to_instant, to_number
from catalog_service.journal.schema import tokens
from catalog_service.notices import Notice, PersonalNotices

AHEAD: Final = timedelta(days=7)
_AT_ONCE: Final = 500


def tell_of_ends(atlas: Service) -> int:
    """Tell the owners of tokens that end within `AHEAD`, once each; return how many.

    One that was made for less than that is not told of: whoever made it knows.
    """
    now = atlas.clock.now()
    columns = (tokens.c.id, tokens.c.name, tokens.c.expires, token_owners.c.person)
    query = (
        sa.select(*columns)
        .join(token_owners, token_owners.c.token == tokens.c.id)
        .where(
            token_owners.c.told.is_(None),
            tokens.c.revoked.is_(None),
            tokens.c.expires > to_number(now),
            tokens.c.expires <= to_number(now + AHEAD),
            tokens.c.expires - tokens.c.created > to_number(now + AHEAD) - to_number(now),
        )
        .order_by(tokens.c.expires)
        .limit(_AT_ONCE)
    )
    with atlas.journal.reading_tables() as connection:
        if connection.execute(query).first() is None:
            return 0
    personal = PersonalNotices(atlas.journal)
    with atlas.journal.writing_tables() as connection:
        rows = connection.execute(query).all()
        for row in rows:
            last = (to_instant(row.expires) - timedelta(seconds=1)).astimezone(SHANGHAI)
            data = {"name": row.name, "day": f"{last:%Y-%m-%d}"}
            personal.tell(
                connection, Notice("token.ending", data, path="/account/tokens"), [row.person]
            )
            connection.execute(
                token_owners.update()
                .where(token_owners.c.token == row.id)
                .values(told=to_number(now))
            )
    return len(rows)
