"""Accounts as a whole: people, roles, sessions, and signing in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import sqlalchemy as sa

from catalog_service.accounts.actions import Action
from catalog_service.accounts.errors import RESET_LINK_INVALID, SIGN_IN_REFUSED
from catalog_service.accounts.grants import Grants
from catalog_service.accounts.organization_links import OrganizationLinks
from catalog_service.accounts.organizations import Organizations
from catalog_service.accounts.own_tokens import OwnToken
from catalog_service.accounts.owners import SourceOwners
from catalog_service.accounts.passwords import Hasher, Passwords, check_password
from catalog_service.accounts.people import Account, People
from catalog_service.accounts.principal import Person
from catalog_service.accounts.reach import within_reach
from catalog_service.accounts.reset import Mailer, ResetLinks
from catalog_service.accounts.second_factor import SecondFactors
from catalog_service.accounts.sessions import Authenticated, NewSession, Sessions
from catalog_service.accounts.tables import external_identities
from catalog_service.accounts.throttle import SignInThrottle
from catalog_service.accounts.tokens import Token, Tokens
from catalog_service.accounts.who_may import WhoMay
from catalog_service.clock import Clock
from catalog_service.errors import NOT_AUTHENTICATED
from catalog_service.journal import Journal
from catalog_service.settings import Settings
from ontology.errors import AtlasError
from ontology.vocabulary import Vocabulary


class Accounts:
    """What is kept of people, each part by its name; safe to share between threads."""

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        settings: Settings,
        vocabulary: Callable[[], Vocabulary],
        *,
        hasher: Hasher | None = None,
    ) -> None:
        self._journal = journal
        self._settings = settings
        self.links = OrganizationLinks(journal, clock)
        self.hierarchy = Organizations(vocabulary, self.links.in_force)
        self.people = People(journal, clock)
        self.grants = Grants(journal, clock, self.hierarchy)
        self.passwords = Passwords(journal, clock, hasher)
        self.second_factors = SecondFactors(journal, clock, settings)
        self.sessions = Sessions(journal, clock, settings)
        self.resets = ResetLinks(journal, clock)
        self.throttle = SignInThrottle(journal, clock)
        self.owners = SourceOwners(journal)
        self.who_may = WhoMay(journal, clock, self.hierarchy)
        self.tokens = Tokens(journal, clock, self.owned)
        self.mailer: Mailer | None = None
        """What sends links; None: no mail is sent, and administrators pass links on."""

    def can_sign_in(self, person: str) -> bool:
        """Tell whether a person has a password, or signs in by a provider."""
        query = sa.select(external_identities.c.person).where(
            external_identities.c.person == person
        )
        with self._journal.reading_tables() as connection:
            linked = connection.execute(query.limit(1)).first() is not None
        return linked or self.passwords.has(person)

    def principal(self, account: Account) -> Person:
        """Return a person with the roles that are in force."""
        return Person(
            account.id,
            account.login,
            account.name,
            account.language,
            self.grants.in_force(account.id),
            self.hierarchy,
            self.owners.owner_of,
            read_again=partial(self._anew, account.id),
        )

    def _anew(self, person: str) -> Person:
        account = self.people.look_up(person)
        if account is None or account.disabled is not None:
            raise AtlasError(NOT_AUTHENTICATED)
        # Rights follow links, of which another process may have ended one just now.
        self.links.look_again()
        return self.principal(account)

    def signed_in(self, found: Authenticated) -> Person:
        """Return whose session it is, with the roles that are in force for it.

        None is, but a citizen's, where one of them needs one-time codes and none are set up. Of
        who signed in by a provider a second factor is the provider's affair.
        """
        person = self.principal(found.account)
        return person if found.session.method != "password" else self._with_codes(person)

    def _with_codes(self, person: Person) -> Person:
        withheld = self._lacks_codes(person)
        return replace(
            person,
            grants=() if withheld else person.grants,
            lacks_codes=withheld,
            read_again=lambda: self._with_codes(self._anew(person.id)),
        )

    def lacks_codes(self, account: Account) -> bool:
        """Tell whether a role of a person needs one-time codes, and none are set up."""
        return self._lacks_codes(self.principal(account))

    def _lacks_codes(self, person: Person) -> bool:
        demanded = self._settings.roles_with_codes
        return not demanded.isdisjoint(
            role.value for role in person.roles
        ) and not self.second_factors.is_set(person.id)

    def owned(self, token: Token) -> OwnToken | None:
        """Return a person's token with the rights that the person has now; None: may not act."""
        account = None if token.owner is None else self.people.look_up(token.owner)
        if account is None or account.disabled is not None:
            return None
        return OwnToken.of(token, self.principal(account))

    def sign_in(
        self,
        login: str,
        password: str,
        code: str,
        *,
        network: str,
        user_agent: str,
        replaces: str | None = None,
    ) -> NewSession:
        """Begin a session for who knows the password, and the code where one is needed.

        Raises ``sign-in-throttled``, and ``sign-in-refused`` for whatever is not right: an unknown
        account, one that is disabled or has no password, a wrong password, a wrong code. Each
        computes one hash and says the same.
        """
        self.throttle.check(login, network)
        account = self.people.find(login)
        right = self.passwords.is_right(None if account is None else account.id, password)
        if (
            account is None
            or not right
            or account.disabled is not None
            or not self._code_is_right(account, code)
        ):
            self.throttle.failed(login, network, account.id if account else None)
            raise AtlasError(SIGN_IN_REFUSED)
        self.throttle.succeeded(login)
        return self.sessions.start(
            account.id,
            method="password",
            network=network,
            user_agent=user_agent,
            replaces=replaces,
        )

    def set_password(self, account: Account, password: str) -> None:
        """Give a person a password; raises ``password-refused``."""
        self.passwords.set(account.id, password, known=_known(account))

    def reset_password(self, secret: str, password: str) -> Account:
        """Set a password by a link, and end all sessions.

        Raises ``reset-link-invalid`` and ``password-refused``, after which the link is still good.
        """
        account = self.account_of_link(secret)
        check_password(password, _known(account))
        # Used before it sets anything: of two at the same moment one sets the password.
        self.resets.use(secret)
        self.set_password(account, password)
        self.sessions.end_all(account.id)
        self.throttle.succeeded(account.login)
        return account

    def account_of_link(self, secret: str) -> Account:
        """Return whose password a link sets; raises ``reset-link-invalid``.

        So it is, too, where its maker could not make it any more: since then the account got wider
        roles, which the link would hand over, or somebody signs in to it; or the maker lost theirs.
        """
        account = self.people.get(self.resets.person_of(secret))
        maker = self.resets.maker_of(secret)
        if maker is None:
            return account
        made_by = self.people.look_up(maker)
        if made_by is None or made_by.disabled is not None:
            raise AtlasError(RESET_LINK_INVALID)
        principal = self.principal(made_by)
        limited = principal.organizations(Action.USER_MANAGE) is not None
        if not within_reach(self.grants, principal, account.id) or (
            limited and self.can_sign_in(account.id)
        ):
            raise AtlasError(RESET_LINK_INVALID)
        return account

    def send_reset(self, email: str, public_url: str) -> None:
        """Have a link sent to each account with an address; nothing where there is none."""
        if self.mailer is None or not email.strip():
            return
        for account in self.people.with_email(email):
            if account.disabled is None:
                secret, expires = self.resets.make(account.id)
                self.mailer.send_reset(account, reset_address(public_url, secret), expires)

    def disable(self, account: Account, *, by: str, successor: Account | None, reason: str) -> None:
        """End an account and its tokens; its roles pass to a successor, or end.

        Raises ``last-administrator``.
        """
        if successor is not None:
            self.grants.pass_on(account.id, successor.id, by=by, reason=reason)
        else:
            self.grants.revoke_all(account.id, by=by)
        self.people.disable(account.id, None if successor is None else successor.id)
        # Not only asleep: whoever comes back makes new ones.
        for token in self.tokens.list(account.id):
            if token.revoked is None:
                self.tokens.revoke(token.id)

    def _code_is_right(self, account: Account, code: str) -> bool:
        if not self.second_factors.is_set(account.id):
            return True
        return self.second_factors.check(account.id, code)


def reset_address(public_url: str, secret: str) -> str:
    """Return the address of the page on which a link sets a password."""
    return f"{public_url}/login/password?link={secret}"


def _known(account: Account) -> tuple[str, ...]:
    """Return what others know of a person, for the rules of passwords."""
    return (account.login, account.name, account.email or "")
