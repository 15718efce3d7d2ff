"""A list in Big5, Latin-1 or broken UTF-8 is read or refused, and never published as gibberish."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import opencc
import pytest

from harvesters.readers.encodings import detected_encoding
from harvesters.readers.formats import open_reader, read_bytes
from ontology.errors import AtlasError
from ontology.vocabulary import Vocabulary, load_vocabulary
from tests.harvesters.conftest import Result, collect

ASCII = "id,title,description,publisher,open_type,update_frequency\n"
TITLES = (
    ("停車場名冊", "停車場的名稱與地址"),
    ("公車路線", "路線與站點"),
    ("空氣品質監測站", "各監測站的位置、監測項目及每小時資料。"),
    ("公立醫院一覽表", "醫院名稱、電話、地址"),
)


def rows(script: str, titles: tuple[tuple[str, str], ...] = TITLES) -> str:
    text = "".join(f"{n},{t},{d},,unconditional,monthly\n" for n, (t, d) in enumerate(titles))
    return opencc.OpenCC("t2s").convert(text) if script == "simplified" else text


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


Read = Callable[..., Result]


@pytest.fixture(scope="module")
def read(vocabulary: Vocabulary) -> Read:
    def run(data: bytes) -> Result:
        return collect(
            read_bytes(
                data, name="l.csv", source="s", base_iri="https://a.example", vocabulary=vocabulary
            )
        )

    return run


@pytest.mark.parametrize(
    ("script", "encoding"),
    [
        ("traditional", "big5"),
        ("traditional", "big5hkscs"),
        ("traditional", "gb18030"),
        ("simplified", "gb18030"),
        ("simplified", "gb2312"),
        ("traditional", "utf-8"),
        ("simplified", "utf-16"),
    ],
)
def test_an_encoding_is_told_by_its_text(read: Read, script: str, encoding: str) -> None:
    text = rows(script)
    result = read((ASCII + text).encode(encoding))
    assert result.errors == []
    for line in text.splitlines():
        assert f'"{line.split(",")[1]}"@zh' in result.text


@pytest.mark.parametrize("title", TITLES)
def test_one_short_row_is_enough(read: Read, title: tuple[str, str]) -> None:
    for script, encoding in (("traditional", "big5"), ("simplified", "gb18030")):
        text = rows(script, (title,))
        result = read((ASCII + text).encode(encoding))
        assert f'"{text.split(",")[1]}"@zh' in result.text


def test_characters_of_hong_kong(read: Read) -> None:
    text = rows("traditional", (("香港深水埗及鰂魚涌停車場名冊", "停車場的名稱與地址"),))
    assert '"香港深水埗及鰂魚涌停車場名冊"@zh' in read((ASCII + text).encode("big5hkscs")).text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("1,Données géographiques de la ville,été naïve,,,\n", "latin-1"),
        ("1,Straßen über Köln,Größe der Flächen,,,\n", "cp1252"),
        ("1,データセット一覧,日本語の説明です,,,\n", "shift_jis"),
        ("1,データセット一覧,日本語の説明です,,,\n", "euc-jp"),
        ("1,데이터 목록,한국어로 된 설명입니다,,,\n", "euc-kr"),
        ("1,授予,,,,\n", "gb18030"),
    ],
)
def test_what_does_not_tell_its_encoding_is_refused(read: Read, text: str, encoding: str) -> None:
    with pytest.raises(AtlasError) as caught:
        read((ASCII + text).encode(encoding))
    assert caught.value.code == "wrong-encoding"
    assert caught.value.place is not None
    assert caught.value.place.line == 2
    assert "UTF-8" in caught.value.message("zh")


def test_utf_16_without_its_mark_is_refused_by_its_name(read: Read) -> None:
    for encoding in ("utf-16-le", "utf-16-be"):
        with pytest.raises(AtlasError) as caught:
            read((ASCII + rows("simplified")).encode(encoding))
        assert caught.value.code == "binary-file"
        assert "UTF-16" in caught.value.message("en")


def test_one_bad_byte_costs_its_line(read: Read) -> None:
    good = (ASCII + rows("simplified")).encode()
    for at in (good.index("与".encode()), good.index("路".encode()) + 1):
        for broken in (good[:at] + b"\xff" + good[at:], good[:at] + good[at + 1 :]):
            result = read(broken)
            assert result.codes == ["wrong-encoding"]
            assert len(result.mapped) == len(TITLES) - 1
            assert "\ufffd" not in result.text


def test_utf_8_that_is_cut_within_a_character(read: Read) -> None:
    text = ASCII + rows("simplified").replace(",,unconditional,monthly", "")
    data = text.encode().rstrip()[:-1]
    result = read(data)
    assert result.codes == ["wrong-encoding"]
    assert len(result.mapped) == len(TITLES) - 1


def test_big5_with_headings_that_nobody_knows_shows_them_readable(read: Read) -> None:
    text = "題名甲,說明乙,提供單位丙\n" + rows("traditional")
    with pytest.raises(AtlasError) as caught:
        read(text.encode("big5"))
    assert caught.value.code == "header-missing"
    assert "停車場名冊" in str(caught.value.params["found"])


def test_titles_of_the_portals_in_either_encoding(shared_data: Path) -> None:
    """Of short titles one by one; what does not tell is refused, and none is told wrongly."""
    text = (shared_data / "shanghai" / "known_datasets.jsonl").read_text("utf-8")
    titles = [line.split('"title"')[1].split('"')[1] for line in text.splitlines()]
    convert = opencc.OpenCC("s2t").convert
    told = {"gb18030": 0, "big5hkscs": 0}
    for title in titles:
        for encoding, one in (("gb18030", title), ("big5hkscs", convert(title))):
            try:
                data = one.encode(encoding)
            except UnicodeEncodeError:
                told[encoding] += 1
                continue
            found = detected_encoding(data)
            assert found in (encoding, None), title
            told[encoding] += found == encoding
    assert min(told.values()) >= len(titles) * 0.98


def test_the_cases_of_the_issue(shared_data: Path, vocabulary: Vocabulary) -> None:
    folder = shared_data / "cases" / "07-csv-big5"

    def result(name: str) -> Result:
        return collect(
            open_reader(
                folder / name, source="s", base_iri="https://a.example", vocabulary=vocabulary
            )
        )

    big5 = result("big5-ascii-header.csv")
    assert [i.remote_id for i in big5.incoming] == ["B5-1", "B5-2"]
    assert '"停車場名錄"@zh' in big5.text
    assert [i.remote_id for i in result("utf8-cut-char.csv").incoming] == ["V1"]
    assert result("utf8-one-bad-byte.csv").codes == ["wrong-encoding"]
