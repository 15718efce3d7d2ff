"""Writes a document for Word, WPS and LibreOffice (OOXML)."""

from __future__ import annotations

import io
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Final

from catalog_service.documents.columns import shares
from catalog_service.documents.model import (
    Block,
    Divider,
    Document,
    Heading,
    Line,
    ListItem,
    Paragraph,
    Table,
)
from catalog_service.documents.packing import without_times

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.styles.style import ParagraphStyle
    from docx.text.paragraph import Paragraph as WordParagraph

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_BODY_FONT: Final = "宋体"
_HEADING_FONT: Final = "黑体"
"""By the names under which Chinese Windows, WPS and LibreOffice know them; none is embedded."""
_LATIN_FONT: Final = "Times New Roman"
_PAPER: Final = (21.0, 29.7)
_MARGIN: Final = 2.6
"""Centimetres."""
_TABLE_SIZE: Final = 9.5
"""Points, as in the PDF."""


def write_word(document: Document) -> bytes:
    """Return the file; the same document is the same bytes."""
    # Loads lxml, which no plain command needs.
    import docx  # noqa: PLC0415

    word = docx.Document()
    _set_properties(word, document)
    _set_page(word)
    _set_styles(word)
    for block in document.blocks:
        _add(word, block)
    if document.footer:
        word.sections[0].footer.paragraphs[0].text = _xml_text(document.footer)
    written = io.BytesIO()
    word.save(written)
    return without_times(written.getvalue())


def _set_properties(word: WordDocument, document: Document) -> None:
    properties = word.core_properties
    at = datetime.combine(document.day, time(), UTC)
    properties.title = _xml_text(document.title)[:255]
    properties.language = document.language
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.created = properties.modified = at
    properties.revision = 1


def _set_page(word: WordDocument) -> None:
    """Set the paper to A4 (GB/T 148), with the margins of the PDF."""
    from docx.shared import Cm  # noqa: PLC0415

    section = word.sections[0]
    section.page_width, section.page_height = Cm(_PAPER[0]), Cm(_PAPER[1])
    section.left_margin = section.right_margin = Cm(_MARGIN)
    section.top_margin = section.bottom_margin = Cm(_MARGIN)


def _set_styles(word: WordDocument) -> None:
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Pt, RGBColor  # noqa: PLC0415

    sizes = {"Normal": 11, "Heading 1": 18, "Heading 2": 15, "Heading 3": 13, "Heading 4": 12}
    for name, size in sizes.items():
        style: ParagraphStyle = word.styles[name]
        style.font.name = _LATIN_FONT
        style.font.size = Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), _BODY_FONT if name == "Normal" else _HEADING_FONT)
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)


def _add(word: WordDocument, block: Block) -> None:
    match block:
        case Heading():
            _write(word.add_heading(level=block.level), block.line)
        case Paragraph():
            paragraph = word.add_paragraph()
            if block.quoted:
                _indent(paragraph, 1)
            _write(paragraph, block.line)
        case ListItem():
            paragraph = word.add_paragraph()
            _indent(paragraph, block.depth + 1, hanging=bool(block.mark))
            if block.mark:
                paragraph.add_run(f"{block.mark}\t")
            _write(paragraph, block.line)
        case Table():
            _add_table(word, block)
        case Divider():
            word.add_paragraph("—" * 12)


def _add_table(word: WordDocument, block: Table) -> None:
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.shared import Cm, Pt  # noqa: PLC0415

    rows = (block.headings, *block.rows)
    table = word.add_table(len(rows), len(block.headings), "Table Grid")
    table.autofit = False
    widths = [Cm((_PAPER[0] - 2 * _MARGIN) * one) for one in shares(block)]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for number, cells in enumerate(rows):
        there = table.rows[number].cells
        for cell, line, width in zip(there, cells, widths, strict=True):
            cell.width = width
            _write(cell.paragraphs[0], line, strong=number == 0)
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(_TABLE_SIZE)
    # The headings stand again at the top of each page.
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    word.add_paragraph()


def _indent(paragraph: WordParagraph, steps: int, *, hanging: bool = False) -> None:
    from docx.shared import Cm  # noqa: PLC0415

    paragraph.paragraph_format.left_indent = Cm(0.75 * steps)
    if hanging:
        paragraph.paragraph_format.first_line_indent = Cm(-0.75)


def _write(paragraph: WordParagraph, line: Line, *, strong: bool = False) -> None:
    for run in line:
        text = _xml_text(run.text)
        written = paragraph.add_run(text)
        written.bold = run.strong or strong or None
        written.italic = run.emphasis or None
        if run.code:
            written.font.name = "Courier New"
        if run.link and run.link != run.text:
            paragraph.add_run(f" <{_xml_text(run.link)}>")


def _xml_text(text: str) -> str:
    """Return a text without the characters that XML has no place for."""
    return "".join(c for c in text if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff"))
