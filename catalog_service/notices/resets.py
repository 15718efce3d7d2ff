"""Links by which a password is set anew, by mail."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from catalog_service.clock import SHANGHAI
from catalog_service.journal import Journal
from catalog_service.notices.persons import Notice, PersonalNotices


class _Account(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def login(self) -> str: ...


class ResetMailer:
    """Puts the mail into the outbox: it is sent by the worker, so that its time tells nothing."""

    def __init__(self, journal: Journal, public_url: str) -> None:
        self._notices = PersonalNotices(journal)
        self._home = public_url

    def send_reset(self, account: _Account, link: str, expires: datetime) -> None:
        """Have a link sent to the address of an account."""
        local = expires.astimezone(SHANGHAI)
        data = {"login": account.login, "expires": f"{local:%Y-%m-%d %H:%M}"}
        notice = Notice("account.reset", data, path=link.removeprefix(self._home))
        self._notices.tell_alone(notice, [account.id])
