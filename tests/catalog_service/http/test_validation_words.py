"""What the framework refuses is told in the reader's language: where, what, and nothing sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, Literal, get_args

import httpx
import pytest
from fastapi import Cookie, FastAPI, Header, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import core_schema

from catalog_service.http.problems import from_validation
from catalog_service.http.validation_words import _WHAT

PLANTED = "hunter2-13812345678"
KINDS = set(get_args(core_schema.ErrorType))


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=2, max_length=8, pattern="^[a-z]+$")]
    rows: Annotated[list[int], Field(min_length=1, max_length=2)] = Field(default=[1])
    is_open: bool = False
    share: Annotated[float, Field(gt=0, le=1)] = 0.5
    since: datetime | None = None


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    app = FastAPI()

    @app.exception_handler(RequestValidationError)
    async def told(_: Request, error: RequestValidationError) -> JSONResponse:
        found = from_validation(error)
        said = {"code": found.code, "zh": found.message("zh"), "en": found.message("en")}
        return JSONResponse(said, found.kind.status)

    @app.get("/rows/{number}")
    def get(
        number: Annotated[int, Path(ge=1)],
        size: Annotated[int, Query(le=100)] = 1,
        kind: Annotated[Literal["a", "b"], Query()] = "a",
        day: Annotated[date | None, Query()] = None,
        x_rows: Annotated[int, Header()] = 1,
        seen: Annotated[int, Cookie()] = 1,
    ) -> None: ...

    @app.post("/rows")
    def post(sent: _Sent) -> None: ...

    with TestClient(app) as made:
        yield made


@pytest.mark.parametrize(
    ("path", "headers", "where", "what"),
    [
        ("/rows/x", {}, "the part number of the address", "a whole number is expected"),
        ("/rows/0", {}, "the part number of the address", "1 or more is expected"),
        ("/rows/1?size=101", {}, "the parameter size", "100 at most is expected"),
        (f"/rows/1?size={PLANTED}", {}, "the parameter size", "a whole number is expected"),
        ("/rows/1?kind=c", {}, "the parameter kind", "one of these is expected: 'a' or 'b'"),
        ("/rows/1?day=2026-13-01", {}, "the parameter day", "a day is expected"),
        ("/rows/1", {"x-rows": "many"}, "the header x-rows", "a whole number is expected"),
        ("/rows/1", {"cookie": "seen=never"}, "the cookie seen", "a whole number is expected"),
        # Of several the first is told.
        ("/rows/x?size=101", {}, "the part number of the address", "a whole number"),
    ],
)
def test_a_parameter_is_named_with_what_is_expected_of_it(
    client: httpx.Client, path: str, headers: dict[str, str], where: str, what: str
) -> None:
    check(client.get(path, headers=headers), where, what)


@pytest.mark.parametrize(
    ("body", "where", "what"),
    [
        ("{", "the body", "it cannot be read as JSON"),
        ("", "the body", "is missing"),
        ("[]", "the body", "an object is expected"),
        ("{}", "name in the body", "is missing"),
        ('{"name": 1}', "name in the body", "a text is expected"),
        ('{"name": "a"}', "name in the body", "at least 2 characters are expected"),
        ('{"name": "abcdefghi"}', "name in the body", "at most 8 characters are expected"),
        (f'{{"name": "{PLANTED[:5]}2"}}', "name in the body", "a text of the form ^[a-z]+$"),
        ('{"name": "ab", "rows": []}', "rows in the body", "at least 1 entries are expected"),
        ('{"name": "ab", "rows": [1, 2, 3]}', "rows in the body", "at most 2 entries"),
        ('{"name": "ab", "rows": 1}', "rows in the body", "a list is expected"),
        ('{"name": "ab", "rows": [1, "x"]}', "rows.1 in the body", "a whole number is expected"),
        ('{"name": "ab", "is_open": "maybe"}', "is_open in the body", "true or false is expected"),
        ('{"name": "ab", "share": 0}', "share in the body", "more than 0"),
        ('{"name": "ab", "since": "soon"}', "since in the body", "a time is expected"),
        (f'{{"name": "ab", "secret": "{PLANTED}"}}', "secret in the body", "is not known here"),
    ],
)
def test_a_body_is_told_by_its_first_place_at_fault(
    client: httpx.Client, body: str, where: str, what: str
) -> None:
    check(
        client.post("/rows", content=body, headers={"content-type": "application/json"}),
        where,
        what,
    )


def check(answer: httpx.Response, where: str, what: str) -> None:
    said = answer.json()
    assert (answer.status_code, said["code"]) == (400, "request-invalid")
    assert where in said["en"] and what in said["en"], said["en"]
    # In Chinese nothing of it stays English, but names, forms and values.
    assert said["zh"] != said["en"]
    assert not {"expected", "the", "is", "at"} & set(said["zh"].replace("：", " ").split())
    assert PLANTED not in answer.text and "{" not in said["zh"] + said["en"]


def test_a_kind_that_has_no_words_is_told_without_what_was_sent() -> None:
    found: dict[str, Any] = {
        "type": "url_parsing",
        "loc": ("query", "to"),
        "msg": f"invalid: {PLANTED}",
        "input": PLANTED,
        "ctx": {"error": PLANTED},
    }
    error = from_validation(RequestValidationError([found]))
    assert "the parameter to: its value does not fit" in error.message("en")
    assert PLANTED not in error.message("en") + error.message("zh")
    # A place that is none of the request's is the body.
    odd = from_validation(RequestValidationError([{**found, "loc": ("response", "x")}]))
    assert "the body: its value does not fit" in odd.message("en")


def test_all_kinds_are_those_of_the_library() -> None:
    assert _WHAT.keys() <= KINDS
