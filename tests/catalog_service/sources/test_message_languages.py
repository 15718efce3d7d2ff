"""Messages of sources are wholly in their language, the reasons in them as well."""

from __future__ import annotations

import errno
import json
import re
import socket
import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from catalog_service.console.output import Output
from catalog_service.secret_keys import SecretKeys
from catalog_service.sources.connection.harvest_settings import HarvestSettings
from catalog_service.sources.connection.model import HarvestSource
from catalog_service.sources.harvests.connecting import connect
from catalog_service.sources.harvests.model import REMOVED, SUPERSEDED, HarvestRun
from catalog_service.sources.harvests.removal import check_length
from catalog_service.sources.harvests.schedule import check_schedule
from catalog_service.sources.runs_commands import print_decision
from harvesters.platforms.answers import not_the_platform
from harvesters.platforms.http import Response
from harvesters.platforms.limits import RequestLimits
from harvesters.platforms.oai_xml import EXPECTED
from harvesters.platforms.unpacking import UnpackingError, unpacked
from harvesters.readers.exact_json import why_not_json
from harvesters.readers.json_reasons import json_reason
from ontology.errors import AtlasError, Phrase
from ontology.system_errors import system_reason
from tests.fixtures.web import House
from tests.harvesters.platforms.memory import platform

_ENGLISH = re.compile(r"[A-Za-z']{2,} [A-Za-z']{2,}")
_CODE = re.compile(r"`[^`]*`")


def assert_in_chinese(message: str) -> None:
    found = _ENGLISH.search(_CODE.sub("", message))
    assert found is None, message
    assert re.search("[\u4e00-\u9fff]", message), message


def raised(call: Callable[[], object]) -> AtlasError:
    with pytest.raises(AtlasError) as caught:
        call()
    return caught.value


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(tmp_path_factory.mktemp("house"))
    with made.atlas:
        yield made


@pytest.mark.parametrize("line", ["* * *", "99 * * * *", "0 0 * * mit", "0 0 31 2 *"])
def test_of_a_schedule(line: str) -> None:
    assert_in_chinese(raised(lambda: check_schedule(line)).message("zh"))


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("grace_days", -1),
        ("most_removed", 2),
        ("requests_per_second", 0),
        ("parallel", "many"),
        ("notify_on", "never"),
        ("notify_emails", ("nobody",)),
        ("notify_webhook", "https://hooks.example/" + "x" * 2_000),
        ("notify_emails", ("a@b.example",) * 21),
        ("schedule", 5),
        ("options", ["page_size"]),
        ("colour", "red"),
    ],
)
def test_of_a_setting(house: House, setting: str, value: Any) -> None:
    error = raised(
        lambda: connect(
            house.atlas, "a", kind="ckan", url="https://a.example/", given={setting: value}
        )
    )
    assert error.code == "bad-setting"
    assert_in_chinese(error.message("zh"))


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("city", {"page_size": "0"}),
        ("city", {"list_path": "search"}),
        ("city", {"generation": "1999"}),
        ("sparql", {"graph": "here"}),
    ],
    ids=str,
)
def test_of_an_option(kind: str, options: dict[str, str]) -> None:
    assert_in_chinese(raised(lambda: platform(kind, lambda _: 404, **options)).message("zh"))


@pytest.mark.parametrize("content", [b"", b"<html>", b"<a/>", b"{", b"{}", b"[]", b"?"])
def test_of_an_answer_of_another_kind(content: bytes) -> None:
    response = Response(200, {}, content, "https://a.example/")
    assert_in_chinese(not_the_platform(response, EXPECTED).message("zh"))


@pytest.mark.parametrize(
    "error",
    [
        *(OSError(number, "in English") for number in (errno.EACCES, errno.ENOSPC, errno.EXDEV)),
        socket.gaierror(socket.EAI_NONAME, "in English"),
        ssl.SSLError("in English"),
        TimeoutError("in English"),
        OSError("in English"),
    ],
    ids=["access", "full", "other", "name", "tls", "time", "none"],
)
def test_of_the_system(error: OSError) -> None:
    assert_in_chinese(system_reason(error).message("zh"))


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_of_what_is_packed(encoding: str) -> None:
    with pytest.raises(UnpackingError) as caught:
        unpacked([b"nothing"], encoding, RequestLimits())
    (reason,) = caught.value.args
    assert isinstance(reason, Phrase)
    assert_in_chinese(reason.message("zh"))


@pytest.mark.parametrize(
    "text",
    [
        *("{bad", '{"a" 1}', '{"a":1 "b":2}', '{"a":1,}', "{} {}", '{"a":', "", '"\\x"', "01"),
        *('{"a":NaN}', "nul", '"\n"'),
    ],
)
def test_of_json_that_is_none(text: str) -> None:
    with pytest.raises(orjson.JSONDecodeError) as caught:
        orjson.loads(text)
    assert_in_chinese(why_not_json(text.encode(), caught.value.msg).message("zh"))
    with pytest.raises(json.JSONDecodeError) as other:
        json.loads(text.replace("NaN", "nan"))
    assert_in_chinese(json_reason(other.value.msg).message("zh"))


def test_of_a_list_that_is_too_short() -> None:
    run = HarvestRun("a-1", 1, "a", True, None, None, 0, None, Counter(), "")
    source = HarvestSource("a", HarvestSettings(), listed=10)
    for listed in (4, 0):
        assert_in_chinese(raised(lambda: check_length(run, source, listed, 9)).message("zh"))  # noqa: B023


def test_of_the_file_of_keys(house: House, tmp_path: Path) -> None:
    file = tmp_path / "keys"

    def load() -> SecretKeys:
        return SecretKeys.load(house.settings.model_copy(update={"secret_file": file}))

    assert_in_chinese(raised(load).message("zh"))
    for text, mode in (("", 0o600), ("no key", 0o600), ("", 0o644)):
        file.write_text(text)
        file.chmod(mode)
        assert_in_chinese(raised(load).message("zh"))


def test_of_a_decision(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    out = Output(as_json=False)
    question: dict[str, Any] = {"gone": 5, "live": 10}
    answered = question | {"actor": "token:steward", "reason": "平台已下线"}
    print_decision(out, "removals-wait", question)
    assert capsys.readouterr().out == ""
    for message, decision in (
        (SUPERSEDED, question),
        (REMOVED, question),
        ("approve", answered | {"verdict": "approve"}),
        ("refuse", answered | {"verdict": "refuse"}),
    ):
        print_decision(out, message, decision)
        assert_in_chinese(capsys.readouterr().out)
