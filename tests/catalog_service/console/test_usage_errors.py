"""Wrong use is told in the terminal's language, whatever the library's own words are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.fixtures.command import Cli

WRONG = {
    "source add": ("Missing argument 'ID'.", "缺少参数 'ID'。"),
    "source-catalog remove a b": ("Missing option '--reason'.", "缺少选项 '--reason'。"),
    "nosuch": ("No such command 'nosuch'.", "没有命令 'nosuch'。"),
    "sourc list": ("No such command 'sourc'. Did you mean 'source'", "没有命令 'sourc'。是不是指"),
    "source list --nope": ("No such option: --nope", "没有选项：--nope"),
    "source list --jso": ("possible options: --json", "可用选项：--json"),
    "search x --limit": ("Option '--limit' requires an argument.", "选项 '--limit' 需要一个值。"),
    "search x --json=1": ("Option '--json' does not take a value.", "选项 '--json' 不带值。"),
    "search x --limit abc": ("'--limit': a whole number is needed", "'--limit' 的值无效：应为整数"),
    "search x --limit 0": ("at least 1 is needed", "不得小于 1"),
    "search x --limit 99999999": ("at most ", "不得大于 "),
    "show a b c": ("Unexpected extra arguments: b c", "多余的参数：b c"),
    "harvest": ("SOURCE or --all", "给出 SOURCE 或 --all"),
    "runs decide a maybe --reason x": ("approve or refuse", "approve 或 refuse"),
}


@pytest.mark.parametrize("given", WRONG)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_wrong_use_is_told_in_the_terminals_language(tmp_path: Path, given: str, lang: str) -> None:
    done = Cli(tmp_path)(*given.split(), LANG=f"{lang}_XX.UTF-8")
    assert (done.code, done.out) == (2, "")
    assert WRONG[given][lang == "zh"] in done.err
    if lang == "zh":
        # Nothing of the frame is left in English; names of commands and options are as they are.
        for word in ("Usage", "Error", "Try ", "for help", "OPTIONS", "Invalid", "Missing"):
            assert word not in done.err
        assert "--help' 查看帮助" in done.err or "--limit" in given or "--json=1" in given
    else:
        assert re.search("^Error: ", done.err, re.MULTILINE)


@pytest.mark.parametrize("command", [["runs", "nosuch"], ["source", "show", "nosuch"]])
def test_a_source_that_is_not_there_is_wrong_use(tmp_path: Path, command: list[str]) -> None:
    atlas = Cli(tmp_path)
    assert atlas("source", "add", "here", "--type", "push").code == 0
    assert atlas("runs", "here").code == 0, "it has no runs, and is there"
    done = atlas(*command, "--json")
    assert (done.code, done.json["error"]["code"]) == (2, "unknown-source")
    assert "nosuch" in done.err


def test_a_command_without_arguments_shows_its_help(tmp_path: Path) -> None:
    done = Cli(tmp_path)("source", LANG="zh_CN.UTF-8")
    assert "用法" in done.out + done.err and "错误" not in done.err
