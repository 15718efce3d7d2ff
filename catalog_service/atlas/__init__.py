"""The composition root: every part of the service, made once, from the settings.

Each part is imported where it is made: a command loads only what it uses. `ground` is what
everything else is made of, `finding` what finds, and `atlas` the whole.
"""

from catalog_service.atlas.atlas import CATCH_UP_SECONDS, Atlas
from catalog_service.atlas.ground import PROJECTIONS

__all__ = ["CATCH_UP_SECONDS", "PROJECTIONS", "Atlas"]
