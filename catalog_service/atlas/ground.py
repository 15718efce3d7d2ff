"""The ground of the service: what records mean and must fulfil, the journal, and who may write."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from contextlib import ExitStack
from functools import cached_property, partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final, Self

from catalog_service.clock import Clock, SystemClock
from catalog_service.errors import JOURNAL_MISSING
from catalog_service.journal import Journal
from catalog_service.projections.lost_journal import Traces
from catalog_service.settings import Settings
from ontology.errors import AtlasError
from ontology.vocabulary import Vocabulary, load_vocabulary

if TYPE_CHECKING:
    from catalog_service.accounts.accounts import Accounts
    from catalog_service.accounts.oidc.service import OidcSignIn
    from catalog_service.accounts.tokens import Tokens
    from catalog_service.audit.service import Audit
    from catalog_service.catalog import Catalog
    from catalog_service.projections.projection_health import Published
    from catalog_service.vocabulary_work.in_force import VocabulariesInForce
    from catalog_service.vocabulary_work.released import ReleasedVocabulary
    from shapes.engines import EngineName, PyShaclEngine, ShaclEngine
    from shapes.rules import Rules

PROJECTIONS: Final = ("graph", "index")
"""The projections by name, as `Atlas.open_projections` makes them."""
_AGAIN_AFTER: Final = 10.0
"""Seconds until a journal is asked for again that could not be opened."""


class Ground(ABC):
    """What everything else is made of."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock | None = None,
        *,
        create: bool = True,
        new_journal: bool = False,
    ) -> None:
        self.settings = settings
        self._create = create
        self._new_journal = new_journal
        self.clock: Clock = clock or SystemClock(settings.today)
        self._stack = ExitStack()
        self._daily = Lock()
        self._journal_asked_again_at = 0.0
        self._of_today: tuple[ShaclEngine, Catalog | None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @cached_property
    def shipped_vocabulary(self) -> Vocabulary:
        """All vocabularies as they come with the product."""
        return load_vocabulary()

    @property
    def vocabulary(self) -> Vocabulary:
        """All vocabularies, with what was released here; asked anew once a second.

        The same object until something is released.
        """
        if "journal" not in self.__dict__ and not self._opens_journal():
            return self.shipped_vocabulary
        return self.released_vocabulary.current()

    @cached_property
    def released_vocabulary(self) -> ReleasedVocabulary:
        """The concepts and links released here, and the versions of the schemes."""
        from catalog_service.vocabulary_work.released import ReleasedVocabulary

        return ReleasedVocabulary(self.journal, self.clock, self.shipped_vocabulary)

    def _opens_journal(self) -> bool:
        """Tell whether there is a journal that can be read; asked again after a while, if not."""
        url = self.settings.journal_url
        if not self.settings.database_url and not Path(url.partition(":///")[2]).is_file():
            return False
        if time.monotonic() < self._journal_asked_again_at:
            return False
        try:
            return self.journal is not None
        except AtlasError:
            # Whoever needs the journal is told; the rest goes on without it.
            self._journal_asked_again_at = time.monotonic() + _AGAIN_AFTER
            return False

    def vocabulary_for(self, source: str) -> Vocabulary:
        """Return what the records of a source are mapped with: with what stewards decided."""
        return self._in_force.of(source, self.vocabulary)

    @cached_property
    def _in_force(self) -> VocabulariesInForce:
        from catalog_service.vocabulary_work.in_force import VocabulariesInForce

        return VocabulariesInForce(self.journal)

    @cached_property
    def rules(self) -> Rules:
        """The register of rules, with the hosts of R10 that this operator adds."""
        from shapes.placeholders import read_access_hosts
        from shapes.rules import Rules

        rules = Rules.load()
        own = self.settings.access_hosts
        return rules if own is None else rules.with_access_hosts(read_access_hosts(own))

    @property
    def engine(self) -> ShaclEngine:
        """The gate with the rules in force today; made anew every day."""
        return self._gate()[0]

    def _gate(self) -> tuple[ShaclEngine, Catalog | None]:
        from shapes.engines import ShaclEngine

        today = self.clock.today()
        with self._daily:
            if self._of_today is None or self._of_today[0].day != today:
                self._of_today = (ShaclEngine(self.rules, today), None)
            return self._of_today

    def engine_named(self, name: EngineName) -> ShaclEngine | PyShaclEngine:
        """Return the gate, or the referee ``pyshacl``."""
        from shapes.engines import PyShaclEngine

        return PyShaclEngine(self.rules, self.clock.today()) if name == "pyshacl" else self.engine

    @cached_property
    def journal(self) -> Journal:
        """The journal, made and migrated where needed.

        Raises `AtlasError`, also ``journal-lost`` where it is missing or empty, and graph or index
        hold what can only come from another one.
        """
        if self._create:
            self.settings.home.mkdir(parents=True, exist_ok=True)
        url, traces = self.settings.journal_url, self._traces()
        try:
            journal = Journal.open(
                url,
                self.clock,
                create=self._create and (self._new_journal or not traces.forbid(url)),
                folders=not self.settings.database_url,
            )
        except AtlasError as error:
            if error.kind is JOURNAL_MISSING:
                traces.refuse(url)
            raise
        try:
            if self._new_journal:
                journal.begin_anew()
            journal.confirm_with(partial(traces.refuse, url))
        except AtlasError:
            journal.close()
            raise
        self._stack.callback(journal.close)
        return journal

    def _traces(self) -> Traces:
        return Traces(self.settings.home, self.published, PROJECTIONS)

    @cached_property
    def tokens(self) -> Tokens:
        """Who may write."""
        from catalog_service.accounts.tokens import Tokens

        # Looked up when it is called: accounts need the vocabularies, which take a while to load.
        return Tokens(self.journal, self.clock, lambda token: self.accounts.owned(token))  # noqa: PLW0108

    @cached_property
    def audit(self) -> Audit:
        """Who did what."""
        from catalog_service.audit.service import Audit

        return Audit(self.journal)

    @cached_property
    def accounts(self) -> Accounts:
        """The people, their roles and sessions."""
        from catalog_service.accounts.accounts import Accounts

        accounts = Accounts(self.journal, self.clock, self.settings, lambda: self.vocabulary)
        if self.settings.mail_server is not None and self.settings.smtp_from:
            from catalog_service.notices.service import ResetMailer

            accounts.mailer = ResetMailer(self.journal, self.settings.public_url)
        return accounts

    @cached_property
    def oidc(self) -> OidcSignIn | None:
        """The OpenID provider that people may sign in by; None: none is set up."""
        if not self.settings.oidc_issuer:
            return None
        from catalog_service.accounts.oidc.service import OidcSignIn

        made = OidcSignIn(self.settings, self.journal, self.clock, self.accounts)
        self._stack.callback(made.close)
        return made

    @abstractmethod
    def published(self, name: str) -> Published:
        """Return what readers see of graph or index; raises `AtlasError` where that is nothing."""
