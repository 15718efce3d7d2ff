from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from catalog_service.accounts.tokens import Tokens
from catalog_service.errors import ILLEGAL_SCOPE, NOT_ALLOWED, NOT_AUTHENTICATED, UNKNOWN_TOKEN
from catalog_service.journal import Journal
from ontology.errors import AtlasError, ErrorKind

START = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)


class Hands:
    def __init__(self) -> None:
        self.instant = START

    def now(self) -> datetime:
        return self.instant

    def today(self) -> date:
        return self.instant.date()


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def tokens(journal_url: str, hands: Hands) -> Iterator[Tokens]:
    journal = Journal.open(journal_url, hands)
    yield Tokens(journal, hands)
    journal.close()


def refuses(kind: ErrorKind, call: object, *arguments: object) -> None:
    with pytest.raises(AtlasError) as error:
        call(*arguments)  # type: ignore[operator]
    assert error.value.kind is kind


def test_a_token_is_shown_once_and_kept_as_a_digest(tokens: Tokens, tmp_path: Path) -> None:
    made = tokens.create("浦东推送", ["write:pudong"])
    assert made.secret.startswith(f"atlas_{made.token.id}_")
    assert tokens.authenticate(made.secret).name == "浦东推送"
    assert made.secret not in repr(tokens.list())
    secret = made.secret.removeprefix(f"atlas_{made.token.id}_").encode()
    for file in tmp_path.glob("journal.sqlite*"):
        assert secret not in file.read_bytes()


def test_what_is_not_a_token_is_refused(tokens: Tokens) -> None:
    made = tokens.create("a", ["write"])
    for wrong in ("", "x", made.secret[:-1], made.secret + "A", made.token.id, "\ud800"):
        refuses(NOT_AUTHENTICATED, tokens.authenticate, wrong)


def test_tokens_differ(tokens: Tokens) -> None:
    assert tokens.create("a", ["write"]).secret != tokens.create("a", ["write"]).secret


def test_expiry_and_revocation(tokens: Tokens, hands: Hands) -> None:
    short = tokens.create("a", ["write"], expires=START + timedelta(days=1))
    long = tokens.create("b", ["write"])
    tokens.authenticate(short.secret)
    hands.instant += timedelta(days=1)
    refuses(NOT_AUTHENTICATED, tokens.authenticate, short.secret)
    assert tokens.revoke(long.token.id).revoked == hands.instant
    refuses(NOT_AUTHENTICATED, tokens.authenticate, long.secret)
    hands.instant += timedelta(days=1)
    assert tokens.revoke(long.token.id).revoked == START + timedelta(days=1)
    refuses(UNKNOWN_TOKEN, tokens.revoke, "nobody")


def test_the_day_of_last_use(tokens: Tokens, hands: Hands) -> None:
    made = tokens.create("a", ["write"])
    assert tokens.get(made.token.id).last_used is None
    tokens.authenticate(made.secret)
    assert tokens.get(made.token.id).last_used == date(2026, 9, 1)
    hands.instant += timedelta(days=3)
    tokens.authenticate(made.secret)
    assert [t.last_used for t in tokens.list()] == [date(2026, 9, 4)]


@pytest.mark.parametrize(
    ("given", "asked", "allowed"),
    [
        ("write:pudong", "write:pudong", True),
        ("write:pudong", "write:city", False),
        ("write:pudong", "write", False),
        ("write", "write:city", True),
        ("write", "steward", False),
        ("steward", "steward:city", True),
        ("admin", "write:city", True),
        ("admin", "admin", True),
        ("write", "admin", False),
        ("query", "write:city", False),
        ("query", "steward", False),
    ],
)
def test_scopes(tokens: Tokens, given: str, asked: str, allowed: bool) -> None:
    token = tokens.create("a", [given]).token
    assert token.allows(asked) is allowed
    if not allowed:
        refuses(NOT_ALLOWED, token.require_scope, asked)


@pytest.mark.parametrize("scope", ["", "read", "write:", "write:Pudong", "write:a b", "admin:x"])
def test_a_scope_that_is_none_is_refused(tokens: Tokens, scope: str) -> None:
    refuses(ILLEGAL_SCOPE, tokens.create, "a", [scope])
    refuses(ILLEGAL_SCOPE, tokens.create, "a", [])
    assert tokens.list() == []
