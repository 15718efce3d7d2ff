"""Names removed from one value of a record that recur as a keyword of the same record."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from harvesters.privacy.chinese_names import is_person_name
from harvesters.privacy.latin_names import latin_names
from harvesters.privacy.personal_data import clean_contact
from harvesters.privacy.removed_kinds import NAME

_TOKEN: Final = re.compile(r"[\u4e00-\u9fff·]{2,6}")

_CONTACT: Final = re.compile(r"[0-9@]|联系|负责|经办")
_LONGEST: Final = 200


def may_be_contact(text: str) -> bool:
    """Tell whether a value may be a contact: short, with a number, an address or a word for one."""
    return len(text) <= _LONGEST and _CONTACT.search(text) is not None


def lost_a_name(removed: Iterable[str]) -> bool:
    """Tell whether a name is among the reported removals."""
    return any(said.endswith(NAME) for said in removed)


def names_taken(text: str) -> set[str]:
    """Return the names that the rule takes out of a contact."""
    left = clean_contact(text).text
    found = {name for name in _TOKEN.findall(text) if is_person_name(name)}
    found |= {found.group() for found in latin_names(text)}
    return {name for name in found if name not in left}
