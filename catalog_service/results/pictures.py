"""Screenshots: read, made smaller, and written anew, so that nothing of the file that came stays.

What is kept is pixels: no metadata, no second file behind the first, no other format.
"""

from __future__ import annotations

import io
from typing import Final

from PIL import Image

from catalog_service.results.errors import PICTURE_TOO_LARGE, PICTURE_WRONG
from ontology.errors import AtlasError
from ontology.limits import MIB

MEDIA_TYPE: Final = "image/webp"
MOST_BYTES: Final = 5 * MIB
"""Of the file that is sent."""
_MOST_PIXELS: Final = 20_000_000
"""Told by the file's head, before anything of it is unpacked."""
_LARGEST: Final = (1_600, 1_600)
_FORMATS: Final = ("PNG", "JPEG", "WEBP")
_QUALITY: Final = 85


def rewritten(content: bytes) -> bytes:
    """Return a PNG, JPEG or WebP picture as WebP of at most 1600 pixels a side.

    By what it holds, whatever its name says. Raises ``picture-too-large`` and ``picture-wrong``.
    """
    if len(content) > MOST_BYTES:
        raise AtlasError(PICTURE_TOO_LARGE, mebibytes=MOST_BYTES // MIB, pixels=_MOST_PIXELS)
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as found:
            if found.width * found.height > _MOST_PIXELS:
                raise AtlasError(
                    PICTURE_TOO_LARGE, mebibytes=MOST_BYTES // MIB, pixels=_MOST_PIXELS
                )
            plain = found.convert("RGBA" if found.has_transparency_data else "RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise AtlasError(
            PICTURE_TOO_LARGE, mebibytes=MOST_BYTES // MIB, pixels=_MOST_PIXELS
        ) from error
    except (OSError, SyntaxError, ValueError) as error:
        # What Pillow raises for files that are none, are cut off, or hold what they should not.
        raise AtlasError(PICTURE_WRONG) from error
    plain.thumbnail(_LARGEST)
    # Into an empty one: what the file said beside its pixels stays behind.
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    out = io.BytesIO()
    bare.save(out, "WEBP", quality=_QUALITY)
    return out.getvalue()
