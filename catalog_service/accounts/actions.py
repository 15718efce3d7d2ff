"""Roles, actions, and the one table of which role may do what.

A right is a role over an organization (`catalog_service.accounts.organizations`); what the role may
do there stands in `ALLOWED`, and nowhere else. `docs/roles.md` is written from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from ontology.errors import Named
from translations import N_


class Role(StrEnum):
    """What somebody is within an organization."""

    CITIZEN = "citizen"
    MEMBER = "member"
    STEWARD = "steward"
    REVIEWER = "reviewer"
    DISTRICT_OFFICE = "district_office"
    CITY_OFFICE = "city_office"
    CHIEF_DATA_OFFICER = "chief_data_officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Action(StrEnum):
    """What is done, and needs a right: the thing, and what is done to it."""

    ACCOUNT_MANAGE_OWN = "account.manage_own"
    REQUEST_MAKE = "request.make"
    WORKBENCH_READ = "workbench.read"
    CASE_HANDLE = "case.handle"
    CASE_SORT = "case.sort"
    DATASET_READ_HELD = "dataset.read_held"
    DATASET_EDIT = "dataset.edit"
    DATASET_SUBMIT = "dataset.submit"
    DATASET_RELEASE = "dataset.release"
    RECORD_PUSH = "record.push"
    HELD_DECIDE = "held.decide"
    SECRECY_REVIEW = "secrecy.review"
    RUN_DECIDE = "run.decide"
    DUPLICATE_DECIDE = "duplicate.decide"
    SEARCH_JUDGE = "search.judge"
    SOURCE_VISIT = "source.visit"
    SOURCE_MANAGE = "source.manage"
    SOURCE_CATALOG_EDIT = "source_catalog.edit"
    RAW_READ = "raw.read"
    TOKEN_MANAGE_OWN = "token.manage_own"  # noqa: S105 — the name of an action
    TOKEN_FOR_ROLE = "token.for_role"  # noqa: S105
    TOKEN_MANAGE = "token.manage"  # noqa: S105
    VOCABULARY_PROPOSE = "vocabulary.propose"
    VOCABULARY_RELEASE = "vocabulary.release"
    THESAURUS_EDIT = "thesaurus.edit"
    VALUE_MAP = "value.map"
    RULE_PREVIEW = "rule.preview"
    RULE_ASK = "rule.ask_exception"
    RULE_EXCEPT = "rule.except"
    OPEN_LIST_EDIT = "open_list.edit"
    OPEN_LIST_REVIEW = "open_list.review"
    OPEN_LIST_FILE = "open_list.file"
    OPEN_LIST_ACCEPT = "open_list.accept"
    CLASSIFICATION_SET = "classification.set"
    DATASET_CLASSIFY = "dataset.classify"
    BADGE_SET = "badge.set"
    REPORT_RECEIVE = "report.receive"
    QUERY_MORE = "query.more"
    QUERY_LOG_READ = "query_log.read"
    AUDIT_READ = "audit.read"
    USER_MANAGE = "user.manage"
    ROLE_GRANT = "role.grant"
    DELEGATION_GRANT = "delegation.grant"
    SETTINGS_READ = "settings.read"
    FOUR_EYES_SET = "four_eyes.set"
    PERSONAL_DATA_READ = "personal_data.read"


ROLE_LABELS: Final[Mapping[Role, str]] = {
    Role.CITIZEN: N_("Citizen"),
    Role.MEMBER: N_("Member of an organization"),
    Role.STEWARD: N_("Department steward"),
    Role.REVIEWER: N_("Department reviewer"),
    Role.DISTRICT_OFFICE: N_("District office"),
    Role.CITY_OFFICE: N_("City office"),
    Role.CHIEF_DATA_OFFICER: N_("Chief data officer"),
    Role.AUDITOR: N_("Auditor"),
    Role.ADMINISTRATOR: N_("Administrator"),
}

ACTION_LABELS: Final[Mapping[Action, str]] = {
    Action.ACCOUNT_MANAGE_OWN: N_("Manage one’s own account"),
    Action.REQUEST_MAKE: N_("Apply for data, object, ask"),
    Action.CASE_HANDLE: N_("Handle demands, objections and applications"),
    Action.CASE_SORT: N_("Assign cases, and decide about contested answers"),
    Action.WORKBENCH_READ: N_("See the workbench"),
    Action.DATASET_READ_HELD: N_("Read held and not open datasets"),
    Action.DATASET_EDIT: N_("Write drafts of datasets"),
    Action.DATASET_SUBMIT: N_("Submit drafts"),
    Action.DATASET_RELEASE: N_("Release datasets"),
    Action.RECORD_PUSH: N_("Push records of a source"),
    Action.HELD_DECIDE: N_("Decide held versions"),
    Action.SECRECY_REVIEW: N_("Review secrecy"),
    Action.RUN_DECIDE: N_("Decide and stop runs"),
    Action.DUPLICATE_DECIDE: N_("Decide possible duplicates"),
    Action.SEARCH_JUDGE: N_("Judge what searches should find"),
    Action.SOURCE_VISIT: N_("Have a source visited"),
    Action.SOURCE_MANAGE: N_("Add, change and remove sources"),
    Action.SOURCE_CATALOG_EDIT: N_("Edit the source catalogue"),
    Action.RAW_READ: N_("Read what platforms answered"),
    Action.TOKEN_MANAGE_OWN: N_("Manage one’s own tokens"),
    Action.TOKEN_FOR_ROLE: N_("Make tokens that act by one’s roles"),
    Action.TOKEN_MANAGE: N_("Manage all tokens"),
    Action.VOCABULARY_PROPOSE: N_("Propose terms of vocabularies"),
    Action.VOCABULARY_RELEASE: N_("Release vocabularies"),
    Action.THESAURUS_EDIT: N_("Edit the thesaurus"),
    Action.VALUE_MAP: N_("Say what unknown values mean"),
    Action.RULE_PREVIEW: N_("Preview a changed rule"),
    Action.RULE_ASK: N_("Ask for an exception from a rule"),
    Action.RULE_EXCEPT: N_("Except a record from a rule"),
    Action.OPEN_LIST_EDIT: N_("Write and check open lists"),
    Action.OPEN_LIST_REVIEW: N_("Review open lists"),
    Action.OPEN_LIST_FILE: N_("File open lists"),
    Action.OPEN_LIST_ACCEPT: N_("Accept, return and publish open lists"),
    Action.CLASSIFICATION_SET: N_("Set the classification guide, conditions and agreements"),
    Action.DATASET_CLASSIFY: N_("Classify datasets, enter reviews, file agreements"),
    Action.BADGE_SET: N_("Set the criteria of high-quality datasets"),
    Action.REPORT_RECEIVE: N_("Be told of reports"),
    Action.QUERY_MORE: N_("Ask larger queries"),
    Action.QUERY_LOG_READ: N_("Read the log of queries"),
    Action.AUDIT_READ: N_("Read the audit"),
    Action.USER_MANAGE: N_("Manage accounts"),
    Action.ROLE_GRANT: N_("Grant and revoke roles"),
    Action.DELEGATION_GRANT: N_("Delegate one’s own role"),
    Action.SETTINGS_READ: N_("See settings and health"),
    Action.FOUR_EYES_SET: N_("Set who must release"),
    Action.PERSONAL_DATA_READ: N_("Read personal data of requests"),
}


def named_action(action: Action) -> Named:
    """Return what an action is called."""
    return Named(action.value, ACTION_LABELS[action])


def named_role(role: Role) -> Named:
    """Return what a role is called."""
    return Named(role.value, ROLE_LABELS[role])


_OWN: Final = frozenset({Action.ACCOUNT_MANAGE_OWN, Action.REQUEST_MAKE})
_CITIZEN: Final = _OWN | {Action.TOKEN_MANAGE_OWN}
_OFFICER: Final = _CITIZEN | {
    Action.WORKBENCH_READ,
    Action.DATASET_READ_HELD,
    Action.RULE_PREVIEW,
    Action.QUERY_MORE,
}
_STEWARD: Final = _OFFICER | {
    Action.DATASET_EDIT,
    Action.DATASET_SUBMIT,
    Action.DATASET_RELEASE,
    Action.HELD_DECIDE,
    Action.RUN_DECIDE,
    Action.DUPLICATE_DECIDE,
    Action.SEARCH_JUDGE,
    Action.SOURCE_VISIT,
    Action.SOURCE_CATALOG_EDIT,
    Action.RAW_READ,
    Action.TOKEN_FOR_ROLE,
    Action.VOCABULARY_PROPOSE,
    Action.RULE_ASK,
    Action.VALUE_MAP,
    Action.OPEN_LIST_EDIT,
    Action.OPEN_LIST_FILE,
    Action.DATASET_CLASSIFY,
    Action.CASE_HANDLE,
    Action.DELEGATION_GRANT,
}
_REVIEWER: Final = _OFFICER | {
    Action.DATASET_RELEASE,
    Action.HELD_DECIDE,
    Action.SECRECY_REVIEW,
    Action.RUN_DECIDE,
    Action.DUPLICATE_DECIDE,
    Action.SEARCH_JUDGE,
    Action.RAW_READ,
    Action.VOCABULARY_PROPOSE,
    Action.RULE_ASK,
    Action.VALUE_MAP,
    Action.OPEN_LIST_REVIEW,
    Action.OPEN_LIST_FILE,
    Action.DATASET_CLASSIFY,
    Action.CASE_HANDLE,
    Action.DELEGATION_GRANT,
    Action.PERSONAL_DATA_READ,
}
_OFFICE: Final = (
    _STEWARD
    | _REVIEWER
    | {
        Action.SOURCE_MANAGE,
        Action.RULE_EXCEPT,
        Action.OPEN_LIST_ACCEPT,
        Action.CASE_SORT,
        Action.FOUR_EYES_SET,
        Action.RECORD_PUSH,
    }
)

ALLOWED: Final[Mapping[Role, frozenset[Action]]] = {
    Role.CITIZEN: frozenset(_CITIZEN),
    Role.MEMBER: frozenset(_CITIZEN),
    Role.STEWARD: frozenset(_STEWARD),
    Role.REVIEWER: frozenset(_REVIEWER),
    Role.DISTRICT_OFFICE: frozenset(_OFFICE),
    Role.CITY_OFFICE: frozenset(
        _OFFICE
        | {
            Action.VOCABULARY_RELEASE,
            Action.THESAURUS_EDIT,
            Action.CLASSIFICATION_SET,
            Action.BADGE_SET,
            Action.QUERY_LOG_READ,
        }
    ),
    Role.CHIEF_DATA_OFFICER: frozenset(
        _REVIEWER
        | {Action.FOUR_EYES_SET, Action.AUDIT_READ, Action.RULE_EXCEPT, Action.REPORT_RECEIVE}
    ),
    # Reads everything that is not personal, and changes nothing.
    Role.AUDITOR: frozenset(
        _OFFICER | {Action.AUDIT_READ, Action.QUERY_LOG_READ, Action.SETTINGS_READ}
    ),
    # Runs the installation; decides over no dataset and reads nobody's requests.
    Role.ADMINISTRATOR: frozenset(
        _OFFICER
        | {
            Action.SOURCE_VISIT,
            Action.SOURCE_MANAGE,
            Action.TOKEN_FOR_ROLE,
            Action.TOKEN_MANAGE,
            Action.QUERY_LOG_READ,
            Action.AUDIT_READ,
            Action.USER_MANAGE,
            Action.ROLE_GRANT,
            Action.SETTINGS_READ,
            Action.FOUR_EYES_SET,
            Action.BADGE_SET,
        }
    ),
}
"""The table: what each role may do over its organization and what lies below it."""

PERSONAL: Final = frozenset({*_CITIZEN, Action.TOKEN_FOR_ROLE, Action.WORKBENCH_READ})
"""Actions over what is one's own: whoever has them anywhere has them for every organization."""

SCOPES: Final[Mapping[str, frozenset[Action]]] = {
    # What one brings up and follows, and for who works here the steps that handle and sort.
    "cases": frozenset({Action.REQUEST_MAKE, Action.CASE_HANDLE, Action.CASE_SORT}),
    "query": frozenset({Action.QUERY_MORE}),
    "write": frozenset({Action.RECORD_PUSH}),
    "steward": frozenset(
        {
            Action.DATASET_READ_HELD,
            Action.DATASET_RELEASE,
            Action.HELD_DECIDE,
            Action.RUN_DECIDE,
            Action.DUPLICATE_DECIDE,
            Action.SEARCH_JUDGE,
            Action.SOURCE_VISIT,
            Action.SOURCE_CATALOG_EDIT,
            Action.RAW_READ,
            Action.VALUE_MAP,
        }
    ),
    # Whoever holds it runs the machine's commands over HTTP; it has no account of its own.
    "admin": frozenset(Action) - _OWN,
}
"""What the scopes of tokens contain (`catalog_service.accounts.tokens`)."""
