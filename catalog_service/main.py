"""The ``atlas`` command: its parts, and how errors become exit codes.

Exit 0: done; 1: done with findings; 2: wrong use; 3: failed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.exceptions import TyperException

from catalog_service.console.help import translated
from catalog_service.console.output import (
    EXIT_DONE,
    EXIT_FAILED,
    EXIT_USAGE,
    Output,
    error_json,
    language,
)
from catalog_service.console.usage_errors import told
from catalog_service.errors import (
    ARGUMENT_NOT_TEXT,
    SETTINGS_INVALID,
    STORAGE_FAILED,
    exit_code,
)
from catalog_service.operations import demo_command, serve_command
from catalog_service.rooms import ROOMS
from ontology.errors import AtlasError, FilePosition
from ontology.system_errors import system_reason
from translations import CatalogueError

if TYPE_CHECKING:
    from pydantic import ValidationError

app = typer.Typer(
    name="atlas",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="上海公共数据图谱 · Shanghai Data Atlas: a catalogue of record for public data.",
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"atlas {version('shanghai-data-atlas')}")
        raise typer.Exit


@app.callback()
def _main(
    _: Annotated[
        bool,
        typer.Option(
            "--version", help="Say which version this is.", callback=_version, is_eager=True
        ),
    ] = False,
) -> None:
    pass


for room in ROOMS:
    room.register_commands(app)
# These start processes that hold all rooms, so that no room can offer them.
serve_command.register(app)
demo_command.register(app)


def command() -> Any:
    """Return the command line with its help in the terminal's language."""
    return translated(typer.main.get_command(app))


def run() -> None:
    """Run the command line; every outcome leaves with one of the four exit codes."""
    as_json = "--json" in sys.argv
    # `--version` and `--help` alone log nothing and use no setting, and need not load either.
    named = any(not argument.startswith("-") for argument in sys.argv[1:])
    if named:
        from catalog_service.logs import configure_logs

        configure_logs("warning", "cli")
    try:
        _check_text(sys.argv[1:])
        if named:
            _remark_on_variables()
        sys.exit(_execute())
    except AtlasError as error:
        _report(error, as_json=as_json)
        sys.exit(exit_code(error))
    except ValueError as error:
        from pydantic import ValidationError

        if not isinstance(error, ValidationError):
            raise
        for wrong in _wrong_settings(error):
            _report(wrong, as_json=as_json)
            as_json = False  # one object alone
        sys.exit(EXIT_USAGE)
    except BrokenPipeError:
        # The reader of our output has left (``atlas … | head``): nothing more to say, and
        # nothing that the interpreter could flush at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_FAILED)
    except OSError as error:
        path = error.filename if error.filename is not None else "ATLAS_HOME"
        failed = AtlasError(STORAGE_FAILED, path=path, reason=system_reason(error))
        _report(failed, as_json=as_json)
        sys.exit(EXIT_FAILED)
    except CatalogueError as error:
        Output(as_json=False).remark(str(error))
        sys.exit(EXIT_FAILED)
    except KeyboardInterrupt:
        sys.exit(130)


def _execute() -> int:
    """Run what is asked for and return its exit code.

    Wrong use is told here, and not by the library, which does so in English alone.
    """
    try:
        code = command()(standalone_mode=False)
    except TyperException as error:
        Output(as_json=False).remark(told(error))
        return error.exit_code
    except typer.Abort:
        return EXIT_FAILED
    return code if isinstance(code, int) else EXIT_DONE


def _check_text(arguments: Sequence[str]) -> None:
    """Raise ``argument-not-text`` for bytes that are not UTF-8: nothing could store them."""
    for argument in arguments:
        try:
            argument.encode()
        except UnicodeEncodeError as error:
            raise AtlasError(ARGUMENT_NOT_TEXT, argument=ascii(argument)) from error


def _remark_on_variables() -> None:
    """Say which variables look like settings and are none."""
    if not any(name.upper().startswith("ATLAS_") for name in os.environ):
        return
    from catalog_service.settings import unknown_variables

    for unknown in unknown_variables(os.environ):
        _remark(unknown)


def _wrong_settings(error: ValidationError) -> Iterator[AtlasError]:
    """Yield what is wrong with the settings: values first, then names that are none."""
    from catalog_service.settings import unknown_setting

    wrong = error.errors()
    values = [e for e in wrong if e["type"] != "extra_forbidden"]
    if values:
        detail = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in values)
        yield AtlasError(SETTINGS_INVALID, detail=detail)
    for e in wrong:
        if e["type"] == "extra_forbidden":
            # The environment is asked for known names only: what is left over is the file's.
            yield unknown_setting(".".join(map(str, e["loc"])), FilePosition("atlas.toml"))


def _report(error: AtlasError, *, as_json: bool) -> None:
    Output(as_json=as_json).result({"error": error_json(error)})
    _remark(error)


def _remark(error: AtlasError) -> None:
    Output(as_json=False).remark(f"{error.code}: {error.message(language())}")


if __name__ == "__main__":
    run()
