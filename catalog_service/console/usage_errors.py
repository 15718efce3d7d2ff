"""What the library of the command line says of wrong use, in the terminal's language.

Its texts are fixed English ones, without hooks for translation: they are known by their patterns
here, and what no pattern knows is shown as it is.
"""

from __future__ import annotations

import re
from typing import Any, Final

from catalog_service.console.help import HEADINGS
from catalog_service.console.output import language
from translations import N_, Translator, translator

_REASON: Final = "reason"
"""The group that holds another such text."""

_PATTERNS: Final = tuple(
    (re.compile(pattern, re.DOTALL), text)
    for pattern, text in (
        (r"Missing argument (?P<name>.+?)\.", N_("Missing argument {name}.")),
        (r"Missing option (?P<name>.+?)\.", N_("Missing option {name}.")),
        (r"Missing command\.", N_("Missing command.")),
        (r"No such command (?P<name>.+)\.", N_("No such command {name}.")),
        (
            r"No such command (?P<name>.+)\. Did you mean (?P<near>.+)\?",
            N_("No such command {name}. Did you mean {near}?"),
        ),
        (
            r"No such option: (?P<name>.+) \(Possible options: (?P<near>.+)\)",
            N_("No such option: {name} (possible options: {near})"),
        ),
        (r"No such option: (?P<name>.+)", N_("No such option: {name}")),
        (r"Option (?P<name>.+) requires an argument\.", N_("Option {name} requires an argument.")),
        (
            r"Option (?P<name>.+) does not take a value\.",
            N_("Option {name} does not take a value."),
        ),
        (
            r"Got unexpected extra argument\(s\) \((?P<names>.+)\)",
            N_("Unexpected extra arguments: {names}"),
        ),
        (
            r"Invalid value for (?P<name>.+?): (?P<reason>.+)",
            N_("Invalid value for {name}: {reason}"),
        ),
        (r"Invalid value: (?P<reason>.+)", N_("Invalid value: {reason}")),
        (r"Input should be a valid integer.*", N_("a whole number is needed")),
        (r"Input should be a valid (?:number|decimal).*", N_("a number is needed")),
        (
            r"Input should be greater than or equal to (?P<least>.+)",
            N_("at least {least} is needed"),
        ),
        (r"Input should be less than or equal to (?P<most>.+)", N_("at most {most} is allowed")),
        (r"Input should be greater than (?P<least>.+)", N_("more than {least} is needed")),
        (r"Input should be less than (?P<most>.+)", N_("less than {most} is allowed")),
        (
            r"(?P<value>'.*') is not one of (?P<choices>.+)\.",
            N_("{value} is none of {choices}."),
        ),
        (r"Input should be (?P<choices>'.+)", N_("one of these is needed: {choices}")),
        (r"(?:File|Directory|Path) (?P<name>'.+') does not exist\.", N_("{name} does not exist.")),
        (r"(?:File|Directory|Path) (?P<name>'.+') is a file\.", N_("{name} is a file.")),
        (r"(?:File|Directory|Path) (?P<name>'.+') is a directory\.", N_("{name} is a directory.")),
        (
            r"(?:File|Directory|Path) (?P<name>'.+') is not readable\.",
            N_("{name} is not readable."),
        ),
    )
)


def told(error: Any) -> str:
    """Return how a command is used, where its help stands, and what was wrong.

    ``error`` is one of the library, which has no public name for its type.
    """
    texts = translator(language())
    context = getattr(error, "ctx", None)
    message: str = error.format_message()
    if type(error).__name__ == "NoArgsIsHelpError":
        # Its message is the help, which `help.translated` has turned already.
        return message
    lines = []
    if context is not None:
        usage: str = context.get_usage()
        for heading in HEADINGS:
            usage = usage.replace(heading, texts.lookup(heading))
        command = f"'{context.command_path} {context.help_option_names[0]}'"
        lines = [usage, texts.gettext("Try {command} for help.", command=command), ""]
    lines.append(texts.gettext("Error: {message}", message=in_language(message, texts)))
    return "\n".join(lines)


def in_language(message: str, texts: Translator) -> str:
    """Return a text of the library in a language; as it is where no pattern knows it."""
    for pattern, text in _PATTERNS:
        found = pattern.fullmatch(message)
        if found is not None:
            values = found.groupdict()
            if _REASON in values:
                values[_REASON] = in_language(values[_REASON], texts)
            return texts.gettext(text, **values)
    return texts.lookup(message)
