"""What people call things, and what departments call them: everyday words → official terms.

SKOS in Turtle (``entries/*.ttl``, and a steward's own files), looked up in a query's text.
"""

from search.thesaurus.holder import ThesaurusHolder
from search.thesaurus.index import Thesaurus
from search.thesaurus.load import builtin, load
from search.thesaurus.model import Entry, Expansion, Kind, Match, Pair, Word

__all__ = [
    "Entry",
    "Expansion",
    "Kind",
    "Match",
    "Pair",
    "Thesaurus",
    "ThesaurusHolder",
    "Word",
    "builtin",
    "load",
]
