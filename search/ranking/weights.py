"""How much each kind of evidence counts in the fine order: to boost title matches, begin here.

They were set on the judged collection as a whole, and none is about a word. Which records are
ranked at all is decided by `search.index.fields.CANDIDATE_WEIGHTS`.
"""

from __future__ import annotations

from typing import Final

# How much a term's match counts, by the field it is in.
IN_TITLE: Final = 1.0
SCATTERED: Final = 0.8
"""All pairs of characters in the title, though not as one piece (异常经营名录, 经营异常名录)."""
NEGATED: Final = 0.05
"""In the title, with a negation before it: another word (动产 in 不动产)."""
ACROSS: Final = 0.25
"""In the title, but one half each of two words."""
IN_KEYWORDS: Final = 0.5
IN_FIELDS: Final = 0.45
IN_DESCRIPTION: Final = 0.45
IN_SUBJECT: Final = 0.2
IN_PUBLISHER: Final = 0.1

TRUST: Final = 0.5
"""Exponent of the trust in an alternative: called otherwise officially is no worse a hit."""
SURE: Final = 0.7
"""Trust above which an alternative means the same."""
HEAD: Final = 0.05
"""For a title whose last word is what was asked for: a Chinese noun has its head at its end."""
COVERAGE: Final = 0.25
"""For a title that is about nothing else."""
FULL: Final = 0.5
"""Share of the subject from which place, year and data items count in full; else in proportion."""
PLACE: Final = 0.9
YEAR: Final = 0.45
OTHER_YEAR: Final = -0.15
ATTRIBUTE: Final = 0.5
PROCESS_WORD: Final = -0.09
MOST_PROCESS: Final = -0.2
STATISTIC: Final = 0.12
INTERFACE: Final = -0.03
NEWER: Final = 0.02
NEWEST: Final = 0.4
POPULAR: Final = 0.01
COMPLETE: Final = 0.02
