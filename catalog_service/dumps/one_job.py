"""One job on the dumps, in a process of its own: ``create`` or ``renew``."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

import structlog

from catalog_service.atlas import Atlas
from catalog_service.dumps import work
from catalog_service.logs import configure_logs
from catalog_service.settings import Settings
from ontology.errors import AtlasError

_log = structlog.get_logger(__name__)


def main(job: str) -> int:
    """Do it, and return 0, or 1 where it failed, which is logged."""
    settings = Settings()
    configure_logs(settings.log_level, "dumps")
    with suppress(OSError):
        os.nice(10)
    try:
        with Atlas(settings, create=False) as atlas:
            if job == "create":
                made = work.create(atlas)
                _log.info("dump-made", dump=made.name, records=made.records, quads=made.quads)
            else:
                work.renew(atlas)
    except AtlasError as error:
        _log.warning("dump-job-failed", job=job, code=error.code, error=str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
