"""Writes a document as PDF, by Typst and with open fonts that carry Chinese.

The text is data to the template and never its source: nothing in it is run. Typst reads no file
but the template and the fonts, and asks no network.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from catalog_service.documents.columns import shares
from catalog_service.documents.model import Block, Document, Table

MEDIA_TYPE: Final = "application/pdf"

_TEMPLATE: Final = Path(__file__).parent / "document.typ"


def write_pdf(document: Document) -> bytes:
    """Return the file; the same document is the same bytes with one release of Typst."""
    # Loads a compiler of 100 MB, which no plain command needs.
    import pylopdf_fonts_zh_cn  # noqa: PLC0415
    import typst  # noqa: PLC0415

    fonts = files(pylopdf_fonts_zh_cn)
    return typst.compile(
        _TEMPLATE,
        root=_TEMPLATE.parent,
        font_paths=[Path(str(fonts))],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"document": json.dumps(_plain(document), ensure_ascii=False)},
    )


def _plain(document: Document) -> dict[str, Any]:
    day = document.day
    return {
        "title": document.title,
        "language": document.language,
        "day": [day.year, day.month, day.day],
        "footer": document.footer,
        "blocks": [_block(one) for one in document.blocks],
    }


def _block(block: Block) -> Mapping[str, Any]:
    plain = {"kind": type(block).__name__.lower(), **asdict(block)}
    return {**plain, "shares": shares(block)} if isinstance(block, Table) else plain
