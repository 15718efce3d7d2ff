"""Documents from Markdown: the same bytes always, as Word and PDF; nothing in them is run."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta

import docx
import pytest
from docx.shared import Cm

from catalog_service.documents.columns import shares
from catalog_service.documents.markdown import blocks_of
from catalog_service.documents.model import (
    Divider,
    Document,
    Heading,
    Line,
    ListItem,
    Paragraph,
    Run,
    Table,
)
from catalog_service.documents.pdf import write_pdf
from catalog_service.documents.web import write_web
from catalog_service.documents.word import write_word

TEXT = """# 公共数据利用协议

**甲方**：上海市交通委员会；乙方：`张三` <b>x</b> #panic("x") $x$ @ref

1. 数据用途
   - 仅限 *科研*
2. 见[平台](https://data.example.org)

> 引用

| 数据项 | 说明 |
|---|---|
| 线路 | 公交线路 |
| 站点 |  |

---
"""


def document(text: str = TEXT, day: date = date(2026, 1, 5)) -> Document:
    return Document("公共数据利用协议", "zh", day, blocks_of(text), "第 1 版")


def test_markdown_is_read_as_blocks() -> None:
    heading, first, *items, quoted, table, _ = document().blocks
    assert heading == Heading(1, (Run("公共数据利用协议"),))
    assert isinstance(first, Paragraph)
    assert first.line[0] == Run("甲方", strong=True)
    # HTML is text.
    assert "<b>x</b>" in "".join(run.text for run in first.line)
    assert [(one.mark, one.depth) for one in items if isinstance(one, ListItem)] == [
        ("1.", 0),
        ("•", 1),
        ("2.", 0),
    ]
    assert quoted == Paragraph((Run("引用"),), quoted=True)
    assert isinstance(table, Table)
    assert table.rows[1] == ((Run("站点"),), ())


@pytest.mark.parametrize("write", [write_pdf, write_word])
def test_the_same_document_is_the_same_bytes(write: object) -> None:
    assert callable(write)
    first = write(document())
    assert write(document()) == first
    assert write(document(day=date(2026, 1, 5) + timedelta(1))) != first


def test_a_word_file_says_what_the_text_does() -> None:
    content = write_word(document())
    read = docx.Document(io.BytesIO(content))
    said = "\n".join(one.text for one in read.paragraphs)
    assert "甲方：上海市交通委员会" in said
    assert '#panic("x")' in said
    assert [cell.text for cell in read.tables[0].rows[1].cells] == ["线路", "公交线路"]
    assert read.core_properties.title == "公共数据利用协议"
    assert read.core_properties.author == ""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_pdf_carries_its_own_fonts_and_runs_nothing() -> None:
    content = write_pdf(document())
    assert content.startswith(b"%PDF-")
    assert b"NotoSerifSC" in content
    assert b"NotoSansSC" in content
    assert b"/JavaScript" not in content


def test_text_that_xml_has_no_place_for_is_left_out() -> None:
    made = Document("x", "zh", date(2026, 1, 5), (Paragraph((Run("a\x00\x0bb\ufffe"),)),))
    assert docx.Document(io.BytesIO(write_word(made))).paragraphs[0].text == "ab"
    assert write_pdf(made)


def test_a_page_to_keep_stands_alone_and_runs_nothing() -> None:
    hostile = Run("<script>alert(1)</script>\n二", strong=True, link="javascript:alert(1)")
    link = Run("这里", link='https://data.example/?a=1&b="')
    document = Document(
        title="<甲>",
        language="zh",
        day=date(2026, 9, 1),
        blocks=(
            Heading(2, (hostile,)),
            Paragraph((link,), quoted=True),
            ListItem("1.", 1, (Run("项", code=True),)),
            Table(((Run("栏"),), (Run("值"),)), (((Run("a"),), (Run("b", emphasis=True),)),)),
            Divider(),
        ),
        footer="页脚",
    )
    page = write_web(document).decode()
    assert page == write_web(document).decode()
    assert (
        "<script" not in page and "javascript:" not in page and "<title>&lt;甲&gt;</title>" in page
    )
    for part in (
        '<html lang="zh-CN">',
        "<h2><strong>&lt;script&gt;alert(1)&lt;/script&gt;<br>二</strong></h2>",
        '<blockquote><p><a href="https://data.example/?a=1&amp;b=&quot;">这里</a></p></blockquote>',
        '<p style="margin:0 0 0 3em">1. <code>项</code></p>',
        '<th scope="row">a</th><td><em>b</em></td>',
        "<hr>",
    ):
        assert part in page, part


def test_columns_have_room_for_their_words_and_headings_stand_on_each_page() -> None:
    def line(text: str) -> Line:
        return (Run(text),)

    headings = ("日期", "按时更新", "Machine-readable", "Organization")
    row = ("2026-10-10", "100.0\u00a0%", "–", "Shanghai Municipal Commission of Housing")
    table = Table(tuple(map(line, headings)), (tuple(map(line, row)),))
    widths = shares(table)
    assert sum(widths) == pytest.approx(1)
    assert widths[0] > 10 / 88 and widths[3] == max(widths)
    assert shares(Table((line("甲"), line("乙")), ())) == (0.5, 0.5)
    many = Table(tuple(line(f"heading{n}") for n in range(30)), ())
    assert sum(shares(many)) == pytest.approx(1)
    read = docx.Document(io.BytesIO(write_word(Document("x", "zh", date(2026, 1, 5), (table,)))))
    page = read.sections[0]
    assert (page.page_width, page.page_height) == pytest.approx((Cm(21), Cm(29.7)), abs=400)
    assert "w:tblHeader" in read.tables[0].rows[0]._tr.xml
    told = [cell.width or 0 for cell in read.tables[0].rows[1].cells]
    assert [one / sum(told) for one in told] == pytest.approx(widths, abs=0.01)
