"""What the framework finds wrong with parameters and bodies, in the words of this service.

Pydantic says it in English alone; its kinds of errors are told in the reader's language here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ontology.errors import Phrase
from translations import N_

_WHAT: Final[Mapping[str, str]] = {
    "missing": N_("is missing"),
    "extra_forbidden": N_("is not known here"),
    "int_parsing": N_("a whole number is expected"),
    "int_type": N_("a whole number is expected"),
    "int_from_float": N_("a whole number is expected"),
    "int_parsing_size": N_("the number is too large"),
    "float_parsing": N_("a number is expected"),
    "float_type": N_("a number is expected"),
    "finite_number": N_("a number is expected"),
    "bool_parsing": N_("true or false is expected"),
    "bool_type": N_("true or false is expected"),
    "greater_than": N_("more than {gt} is expected"),
    "greater_than_equal": N_("{ge} or more is expected"),
    "less_than": N_("less than {lt} is expected"),
    "less_than_equal": N_("{le} at most is expected"),
    "string_type": N_("a text is expected"),
    "string_unicode": N_("a text is expected"),
    "string_too_short": N_("at least {min_length} characters are expected"),
    "string_too_long": N_("at most {max_length} characters are expected"),
    "string_pattern_mismatch": N_("a text of the form {pattern} is expected"),
    "too_short": N_("at least {min_length} entries are expected"),
    "too_long": N_("at most {max_length} entries are expected"),
    "list_type": N_("a list is expected"),
    "dict_type": N_("an object is expected"),
    "model_type": N_("an object is expected"),
    "model_attributes_type": N_("an object is expected"),
    "json_invalid": N_("it cannot be read as JSON"),
    "literal_error": N_("one of these is expected: {expected}"),
    "union_tag_invalid": N_("{discriminator} is one of: {expected_tags}"),
    "union_tag_not_found": N_("{discriminator} is missing"),
    "enum": N_("one of these is expected: {expected}"),
    "date_type": N_("a day is expected, as 2026-05-01"),
    "date_parsing": N_("a day is expected, as 2026-05-01"),
    "date_from_datetime_parsing": N_("a day is expected, as 2026-05-01"),
    "datetime_type": N_("a time is expected, as 2026-05-31T12:00:00+08:00"),
    "datetime_parsing": N_("a time is expected, as 2026-05-31T12:00:00+08:00"),
    "datetime_from_date_parsing": N_("a time is expected, as 2026-05-31T12:00:00+08:00"),
}
"""By the kind of error, with what it tells of itself."""
_OTHER: Final = N_("its value does not fit")
_WHERE: Final[Mapping[str, str]] = {
    "query": N_("the parameter {name}: {what}"),
    "path": N_("the part {name} of the address: {what}"),
    "header": N_("the header {name}: {what}"),
    "cookie": N_("the cookie {name}: {what}"),
    "body": N_("{name} in the body: {what}"),
}
_BODY: Final = N_("the body: {what}")


def wrong_in_request(found: Sequence[Mapping[str, Any]]) -> Phrase:
    """Return what is wrong at the first place at fault, of all that was found."""
    first = found[0]
    where, *rest = (str(part) for part in first["loc"])
    known = _WHAT.get(first["type"])
    what = Phrase(_OTHER) if known is None else Phrase(known, first.get("ctx") or {})
    if not rest or where not in _WHERE:
        return Phrase(_BODY, {"what": what})
    # A body that is no JSON has the position as its place.
    name = ".".join(rest)
    return Phrase(_WHERE[where], {"name": name, "what": what})
