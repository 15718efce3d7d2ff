"""Every route and page: who may, by the table of roles and actions.

A route that is in none of these tables fails `test_rights`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from catalog_service.accounts.actions import Action

Over = Literal["source", "city", "somewhere", "person", "record", "organization"]
"""Over what a route demands the right: the source (or run, or record of it) that it is asked about,
the whole city, some organization at least, the organizations of the account that it names, or the
organization that its address or form names."""


@dataclass(frozen=True)
class Right:
    """What a route demands, and what is sent so that nothing else is in the way."""

    action: Action
    over: Over
    query: str = ""
    form: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, object] = field(default_factory=dict)
    accept: str = "*/*"


def page(demanded: Action, over: Over, /, **form: str) -> Right:
    """Return the right of a page that is asked by a form."""
    return Right(demanded, over, form=form, accept="text/html")


A = Action
RIGHTS: dict[tuple[str, str], tuple[Right, ...]] = {
    ("GET", "/accounts"): (page(A.USER_MANAGE, "somewhere"),),
    ("POST", "/accounts"): (
        page(
            A.USER_MANAGE,
            "source",
            # Refused for its name, once it is known that it may be made.
            login="!",
            name="x",
            role="steward",
            organization="{over}",
            reason="x",
        ),
    ),
    ("GET", "/accounts/{person}"): (page(A.USER_MANAGE, "person"),),
    ("POST", "/accounts/{person}"): (
        page(A.USER_MANAGE, "person", action="sessions-end"),
        page(
            A.ROLE_GRANT,
            "source",
            action="grant",
            role="member",
            organization="{over}",
            reason="x",
        ),
        page(
            A.ROLE_GRANT,
            "source",
            action="delegate",
            to="nobody-there",
            role="steward",
            organization="{over}",
            until="2026-10-01",
            reason="x",
        ),
    ),
    ("GET", "/account/tokens"): (page(A.TOKEN_MANAGE_OWN, "somewhere"),),
    ("POST", "/account/tokens"): (page(A.TOKEN_MANAGE_OWN, "somewhere", action="none"),),
    ("GET", "/accounts/tokens"): (page(A.TOKEN_MANAGE, "city"),),
    ("POST", "/accounts/tokens"): (page(A.TOKEN_MANAGE, "city", revoked="none"),),
    ("GET", "/api/v1/tokens"): (Right(A.TOKEN_MANAGE_OWN, "somewhere"),),
    ("POST", "/api/v1/tokens"): (
        Right(
            A.TOKEN_MANAGE_OWN, "somewhere", json={"name": "x", "scopes": ["query"], "days": 1_000}
        ),
    ),
    ("DELETE", "/api/v1/tokens/{token}"): (Right(A.TOKEN_MANAGE_OWN, "somewhere"),),
    ("GET", "/api/v1/cases/work"): (Right(A.CASE_HANDLE, "somewhere"),),
    ("GET", "/api/v1/audit"): (Right(A.AUDIT_READ, "somewhere"),),
    ("GET", "/api/v1/duplicates"): (
        Right(A.DUPLICATE_DECIDE, "source", "source={source}"),
        Right(A.DUPLICATE_DECIDE, "city"),
    ),
    ("POST", "/api/v1/duplicates/decisions"): (
        Right(
            A.DUPLICATE_DECIDE,
            "source",
            json={"one": "{record}", "other": "{other}", "relation": "none", "reason": "x"},
        ),
    ),
    ("GET", "/api/v1/duplicates/decisions"): (Right(A.AUDIT_READ, "city"),),
    ("POST", "/api/v1/runs/{run}/decision"): (
        Right(A.RUN_DECIDE, "source", json={"verdict": "approve", "reason": "x"}),
    ),
    ("GET", "/api/v1/runs/{run}/problems/{number}/raw"): (Right(A.RAW_READ, "source"),),
    ("POST", "/api/v1/runs/{run}/stop"): (Right(A.RUN_DECIDE, "source"),),
    ("POST", "/api/v1/source-catalog"): (
        Right(
            A.SOURCE_CATALOG_EDIT,
            "source",
            json={"item": "x", "department": "{department}", "reason": "x"},
        ),
    ),
    ("GET", "/api/v1/source-catalog/conflicts"): (Right(A.SOURCE_CATALOG_EDIT, "somewhere"),),
    ("POST", "/api/v1/source-catalog/import"): (Right(A.SOURCE_CATALOG_EDIT, "somewhere"),),
    ("PUT", "/api/v1/source-catalog/{item}"): (
        Right(
            A.SOURCE_CATALOG_EDIT,
            "source",
            json={"item": "x", "department": "{department}", "reason": "x"},
        ),
    ),
    ("DELETE", "/api/v1/source-catalog/{item}"): (
        # Which claim it is, and whose, is looked up then.
        Right(A.SOURCE_CATALOG_EDIT, "somewhere", "reason=x"),
    ),
    ("POST", "/api/v1/sources"): (
        Right(A.SOURCE_MANAGE, "source", json={"id": "{source}", "organization": "{organization}"}),
    ),
    ("PUT", "/api/v1/sources/{source}"): (Right(A.SOURCE_MANAGE, "source", json={"title": "x"}),),
    ("DELETE", "/api/v1/sources/{source}"): (Right(A.SOURCE_MANAGE, "source"),),
    ("POST", "/api/v1/sources/{source}/harvest"): (Right(A.SOURCE_VISIT, "source"),),
    ("POST", "/api/v1/sources/{source}/recheck"): (Right(A.HELD_DECIDE, "source", "dry_run=true"),),
    ("POST", "/api/v1/sources/{source}/records"): (Right(A.RECORD_PUSH, "source"),),
    ("GET", "/api/v1/sources/{source}/records"): (Right(A.DATASET_READ_HELD, "source"),),
    ("PUT", "/api/v1/sources/{source}/records/{remote_id}"): (Right(A.RECORD_PUSH, "source"),),
    ("DELETE", "/api/v1/sources/{source}/records/{remote_id}"): (Right(A.RECORD_PUSH, "source"),),
    ("POST", "/api/v1/sources/{source}/records/{remote_id}/release"): (
        Right(A.HELD_DECIDE, "source", json={"reason": "x"}),
    ),
    ("GET", "/api/v1/sources/{source}/records/{remote_id}/removed"): (
        Right(A.DATASET_READ_HELD, "source"),
    ),
    ("GET", "/api/v1/sources/{source}/removed"): (Right(A.DATASET_READ_HELD, "source"),),
    ("GET", "/api/v1/sparql/queries"): (Right(A.QUERY_LOG_READ, "city"),),
    ("POST", "/duplicates"): (
        page(A.DUPLICATE_DECIDE, "source", source="{source}"),
        page(
            A.DUPLICATE_DECIDE,
            "source",
            source="{source}",
            action="decide",
            one="{record}",
            other="{other}",
            verdict="none",
            reason="x",
        ),
    ),
    ("POST", "/source-catalog/conflicts"): (page(A.SOURCE_CATALOG_EDIT, "somewhere"),),
    ("POST", "/source-catalog/new"): (
        page(A.SOURCE_CATALOG_EDIT, "source", item="y", department="{department}", reason="x"),
    ),
    ("POST", "/source-catalog/{item}"): (page(A.SOURCE_CATALOG_EDIT, "somewhere"),),
    ("POST", "/sources/{source}"): (page(A.SOURCE_VISIT, "source"),),
    ("POST", "/sources/{source}/runs/{run}"): (
        page(A.DATASET_READ_HELD, "source"),
        page(A.RUN_DECIDE, "source", action="approve", reason="x"),
        page(A.RUN_DECIDE, "source", action="stop"),
    ),
    ("POST", "/sparql/queries"): (page(A.QUERY_LOG_READ, "city"),),
    ("GET", "/rules/exceptions"): (page(A.WORKBENCH_READ, "somewhere"),),
    ("POST", "/rules/exceptions"): (
        # Refused for its last day, once it is known that it may be asked for. Releasing and ending
        # hang on an exception that is there: tests/catalog_service/rule_work/test_exceptions.py.
        page(
            A.RULE_ASK,
            "source",
            step="ask",
            rule="R04",
            source="{source}",
            remote_id="R1",
            until="never",
            reason="x",
        ),
    ),
    ("GET", "/rules/{rule_id}/impact"): (page(A.RULE_PREVIEW, "somewhere"),),
    # Refused for its text, once it is known that it may be tried.
    ("POST", "/rules/{rule_id}/impact"): (page(A.RULE_PREVIEW, "somewhere", turtle="x"),),
    ("GET", "/rules/exceptions/new"): (
        Right(A.RULE_ASK, "source", "rule=R04&source={source}&remote_id=R1", accept="text/html"),
    ),
    ("GET", "/workbench/cases"): (page(A.WORKBENCH_READ, "somewhere"),),
    ("GET", "/workbench/open-lists"): (page(A.WORKBENCH_READ, "somewhere"),),
    # What else hangs on a list that is there: tests/catalog_service/open_list.
    ("POST", "/workbench/open-lists"): tuple(
        page(action, "organization", organization="{organization}", year="2026", step=step)
        for step, action in (
            ("draft", A.OPEN_LIST_EDIT),
            ("review", A.OPEN_LIST_REVIEW),
            ("file", A.OPEN_LIST_FILE),
            ("accept", A.OPEN_LIST_ACCEPT),
            ("refuse", A.OPEN_LIST_REVIEW),
        )
    ),
    ("GET", "/workbench/open-lists/searched"): (page(A.QUERY_LOG_READ, "city"),),
    ("GET", "/workbench/open-lists/projects"): (page(A.WORKBENCH_READ, "somewhere"),),
    ("POST", "/workbench/open-lists/projects"): (
        # Refused for its day, once it is known that it may be entered.
        page(A.OPEN_LIST_EDIT, "organization", organization="{organization}", name="x"),
    ),
    ("GET", "/workbench/open-lists/systems"): (page(A.WORKBENCH_READ, "somewhere"),),
    ("POST", "/workbench/open-lists/systems"): (
        # Refused for its day, once it is known that it may be entered.
        page(A.OPEN_LIST_EDIT, "organization", organization="{organization}", name="x"),
    ),
    ("GET", "/workbench/open-lists/{year}/{organization}"): (
        page(A.DATASET_READ_HELD, "organization"),
    ),
    ("GET", "/workbench/open-lists/evaluation"): (page(A.WORKBENCH_READ, "somewhere"),),
    ("GET", "/workbench/open-lists/{year}/{organization}/missing"): (
        page(A.DATASET_READ_HELD, "organization"),
    ),
    ("POST", "/workbench/open-lists/{year}/{organization}/missing"): (
        page(A.OPEN_LIST_EDIT, "organization", action="preview"),
        page(A.OPEN_LIST_EDIT, "organization", action="add"),
    ),
    ("GET", "/workbench/open-lists/{year}/{organization}/evaluation"): (
        page(A.DATASET_READ_HELD, "organization"),
    ),
    ("POST", "/workbench/open-lists/{year}/{organization}/evaluation"): (
        page(A.OPEN_LIST_EDIT, "organization", action="preview"),
        page(A.OPEN_LIST_EDIT, "organization", action="decide"),
        page(A.OPEN_LIST_REVIEW, "organization", action="finish"),
    ),
    ("GET", "/workbench/open-lists/{year}/{organization}/differences"): (
        page(A.DATASET_READ_HELD, "organization"),
    ),
    ("GET", "/workbench/open-lists/{year}/{organization}/differences.{suffix}"): (
        page(A.DATASET_READ_HELD, "organization"),
    ),
    ("GET", "/workbench/open-lists/{year}/{organization}/workbook.xlsx"): (
        page(A.DATASET_READ_HELD, "organization"),
    ),
    ("GET", "/workbench/open-lists/{year}/{organization}/import"): (
        page(A.OPEN_LIST_EDIT, "organization"),
    ),
    ("GET", "/workbench/classification"): (page(A.WORKBENCH_READ, "somewhere"),),
    # What else hangs on a dataset that is there: tests/catalog_service/classification.
    ("POST", "/workbench/classification"): (page(A.WORKBENCH_READ, "somewhere"),),
    ("GET", "/workbench/badges"): (page(A.BADGE_SET, "city"),),
    ("POST", "/workbench/badges"): (page(A.BADGE_SET, "city", code="?", zh="x"),),
    ("GET", "/workbench/samples"): (page(A.WORKBENCH_READ, "somewhere"),),
    ("GET", "/workbench"): (page(A.WORKBENCH_READ, "somewhere"),),
    ("GET", "/workbench/held"): (page(A.WORKBENCH_READ, "somewhere"),),
    ("POST", "/workbench/held"): (page(A.WORKBENCH_READ, "somewhere", step="none"),),
    ("GET", "/workbench/held/{source}/{remote_id}"): (page(A.DATASET_READ_HELD, "source"),),
    ("GET", "/audit"): (page(A.AUDIT_READ, "somewhere"),),
    ("GET", "/workbench/calendar"): (page(A.WORKBENCH_READ, "somewhere"),),
    ("POST", "/workbench/calendar"): (page(A.WORKBENCH_READ, "somewhere", step="none"),),
    ("GET", "/workbench/changes"): (page(A.WORKBENCH_READ, "somewhere"),),
    ("GET", "/workbench/datasets"): (page(A.WORKBENCH_READ, "somewhere"),),
    ("GET", "/workbench/datasets/new"): (page(A.DATASET_EDIT, "somewhere"),),
    ("GET", "/workbench/datasets/import"): (page(A.DATASET_EDIT, "somewhere"),),
    ("GET", "/workbench/datasets/workbook"): (page(A.DATASET_EDIT, "somewhere"),),
    ("GET", "/workbench/datasets/of/{source}/{remote_id}"): (page(A.DATASET_READ_HELD, "source"),),
    ("GET", "/workbench/keys"): (page(A.WORKBENCH_READ, "somewhere"),),
    ("GET", "/workbench/late"): (page(A.WORKBENCH_READ, "somewhere"),),
    ("GET", "/workbench/my-datasets"): (page(A.WORKBENCH_READ, "somewhere"),),
    ("GET", "/workbench/organizations"): (page(A.WORKBENCH_READ, "somewhere"),),
    ("POST", "/workbench/organizations"): (
        # Refused for what it does, once it is known that it may be done.
        page(A.FOUR_EYES_SET, "source", action="none", organization="{organization}"),
        page(
            A.SOURCE_MANAGE,
            "source",
            action="webhook",
            address="x",
            reason="x",
            organization="{organization}",
        ),
    ),
    ("GET", "/workbench/sources"): (page(A.SOURCE_MANAGE, "somewhere"),),
    ("GET", "/workbench/sources/new"): (page(A.SOURCE_MANAGE, "somewhere"),),
    ("POST", "/workbench/sources/new"): (
        # Refused for its type, once it is known that it may be added.
        page(A.SOURCE_MANAGE, "source", id="x", type="none", organization="{organization}"),
    ),
    ("GET", "/workbench/sources/{source}"): (page(A.SOURCE_MANAGE, "source"),),
    ("POST", "/workbench/sources/{source}"): (page(A.SOURCE_MANAGE, "source", action="none"),),
    ("GET", "/workbench/system"): (page(A.SETTINGS_READ, "city"),),
    ("GET", "/workbench/thesaurus"): (page(A.VOCABULARY_PROPOSE, "somewhere"),),
    ("POST", "/workbench/thesaurus"): (page(A.VOCABULARY_PROPOSE, "somewhere", change="none"),),
    ("GET", "/workbench/vocabulary/organizations"): (page(A.VOCABULARY_PROPOSE, "somewhere"),),
    ("POST", "/workbench/vocabulary/organizations"): (
        page(A.VOCABULARY_PROPOSE, "somewhere", step="none", reason="x"),
    ),
    ("GET", "/workbench/vocabulary/concepts"): (page(A.VOCABULARY_PROPOSE, "somewhere"),),
    ("POST", "/workbench/vocabulary/concepts"): (
        page(A.VOCABULARY_PROPOSE, "somewhere", kind="none", reason="x"),
    ),
    ("GET", "/workbench/vocabulary"): (page(A.VALUE_MAP, "somewhere"),),
    ("GET", "/workbench/vocabulary/decisions"): (page(A.VALUE_MAP, "somewhere"),),
    ("GET", "/api/v1/vocabulary/unmapped"): (
        Right(A.VALUE_MAP, "source", "source={source}"),
        Right(A.VALUE_MAP, "somewhere"),
    ),
    ("GET", "/api/v1/vocabulary/decisions"): (Right(A.VALUE_MAP, "somewhere"),),
}
"""Routes for somebody, with the right that each demands; several where a form does several things.

Of ``/source-catalog/import``, whose form has a file, see `test_rights`.
"""

MORE = {
    ("GET", "/api/v1/datasets/{source}/{remote_id}"): "source",
    ("GET", "/api/v1/datasets/{source}/{remote_id}/findings"): "source",
    ("GET", "/api/v1/datasets/{source}/{remote_id}/history"): "source",
    ("GET", "/dataset/{source}/{remote_id}"): "source",
    ("GET", "/dataset/{source}/{remote_id}/changes/{seq}"): "source",
    ("GET", "/id/dataset/{source}/{remote_id}"): "source",
    ("GET", "/api/v1/sources/{source}"): "source",
    ("GET", "/api/v1/sources/{source}/runs"): "source",
    ("GET", "/api/v1/runs/{run}"): "source",
    ("GET", "/api/v1/runs/{run}/report"): "source",
    ("GET", "/api/v1/runs/{run}/report.md"): "source",
    ("GET", "/api/v1/sources"): "somewhere",
    ("GET", "/api/v1/runs"): "somewhere",
}
"""Routes for anybody that tell more to whoever has ``dataset.read_held``."""

OWN = {
    ("GET", "/account"),
    ("POST", "/account"),
    ("GET", "/api/v1/me"),
    ("GET", "/api/v1/cases/own"),
    ("GET", "/api/v1/follows"),
    ("POST", "/account/oidc"),
    ("GET", "/notices"),
    ("POST", "/notices"),
    ("GET", "/notices/preferences"),
    ("POST", "/notices/preferences"),
}
"""For whoever is signed in, about themselves alone."""

ANYBODY_POSTS = {
    "/api/3/action/{action}",
    "/api/action/{action}",
    "/api/v1/validate",
    "/login",
    # By a token that the identity provider has signed.
    "/login/oidc/backchannel-logout",
    "/login/password",
    "/login/reset",
    "/logout",
    "/mcp",
    # By a key of its own in each mail (RFC 8058).
    "/notices/unsubscribe",
    "/oai",
    "/reconcile",
    "/sparql",
    "/sparql/",
}
"""What anybody may send: questions too long for an address, and what signs in and out."""

TOLD_TO_ALL = {
    # The ways to mend a record, for who may: tests/catalog_service/rule_work/test_offenders.py.
    "/rules/{rule_id}/records",
    "/api/v1/runs/{run}/events",
    "/api/v1/runs/{run}/report.csv",
    "/api/v1/source-catalog/{item}/history",
}
"""Beside the routes that look at nobody: what these tell stewards their own tests hold."""

_CASES = "tests/catalog_service/participation/test_rights_of_cases.py"
_API = "tests/catalog_service/participation/test_cases_api.py"
_APPLICATIONS = "tests/catalog_service/participation/test_applications.py"
_FOLLOWING = "tests/catalog_service/following/test_pages.py"
_SAMPLES = "tests/catalog_service/samples/test_sample_pages.py"
_LISTS = "tests/catalog_service/open_list"

ELSEWHERE = {
    "/accounts/groups": "tests/catalog_service/accounts/oidc/test_providers.py",
    "/api/v1/evaluation/judgements": "tests/catalog_service/evaluation/test_judgements.py",
    "/datasets/judge": "tests/catalog_service/evaluation/test_judgements.py",
    "/api/v1/vocabulary/decisions": "tests/catalog_service/vocabulary_work/test_desk.py",
    "/api/v1/vocabulary/decisions/{number}": "tests/catalog_service/vocabulary_work/test_desk.py",
    "/api/v1/vocabulary/previews": "tests/catalog_service/vocabulary_work/test_desk.py",
    "/api/v1/vocabulary/unmapped/{name}": "tests/catalog_service/vocabulary_work/test_desk.py",
    "/workbench/vocabulary/decisions/{number}": (
        "tests/catalog_service/vocabulary_work/test_desk.py"
    ),
    "/workbench/vocabulary/concepts/{number}": (
        "tests/catalog_service/vocabulary_work/test_concepts.py"
    ),
    "/workbench/thesaurus/{number}": "tests/catalog_service/thesaurus_work/test_edits.py",
    "/workbench/vocabulary/value": "tests/catalog_service/vocabulary_work/test_desk.py",
    "/workbench/datasets/new": "tests/catalog_service/editing/test_people.py",
    "/workbench/datasets/of/{source}/{remote_id}": "tests/catalog_service/editing/test_people.py",
    "/workbench/open-lists/{year}/{organization}/import": f"{_LISTS}/test_workbook_pages.py",
    "/workbench/open-lists/imports/{upload}": f"{_LISTS}/test_workbook_pages.py",
    "/cases": _CASES,
    "/cases/{case}": _CASES,
    "/cases/export.json": _CASES,
    "/cases/new/application": _CASES,
    "/cases/{case}/agreement.pdf": _APPLICATIONS,
    "/cases/{case}/code": _APPLICATIONS,
    "/cases/new/demand": _CASES,
    "/cases/new/objection": _CASES,
    "/cases/new/sharing": _CASES,
    "/workbench/results": "tests/catalog_service/results/test_awards.py",
    "/cases/{case}/picture.webp": "tests/catalog_service/results/test_pictures.py",
    "/cases/new/result": "tests/catalog_service/results/test_results.py",
    "/follows": _FOLLOWING,
    "/api/v1/follows": _API,
    "/api/v1/follows/{follow}": _API,
    "/api/v1/results": _API,
    "/follows/export.json": _FOLLOWING,
    "/follows/new": _FOLLOWING,
    "/follows/news": _FOLLOWING,
    "/demands/{case}": _CASES,
    "/objections/{case}": _CASES,
    "/api/v1/cases": _CASES,
    "/api/v1/cases/{case}": _CASES,
    "/api/v1/cases/{case}/steps": _CASES,
    "/api/v1/cases/{case}/agreement": _API,
    "/api/v1/cases/{case}/code": _API,
    "/workbench/cases/{case}": _CASES,
    "/workbench/samples": _SAMPLES,
    "/workbench/samples/{number}": _SAMPLES,
    "/workbench/samples/{number}/file.csv": _SAMPLES,
    "/workbench/datasets/import": "tests/catalog_service/editing/test_workbook_pages.py",
    "/workbench/datasets/import/{upload}": "tests/catalog_service/editing/test_workbook_pages.py",
    "/workbench/datasets/{draft}": "tests/catalog_service/editing/test_people.py",
    "/workbench/datasets/{draft}/compare": "tests/catalog_service/editing/test_people.py",
}
"""Routes whose rights hang on what a test must first make there: the file that tests them."""
