"""What is remembered of each contact: episodes as they were said, facts with their sources, and recall.

Must not extract anything from what the agent said or from what was recalled; must not change or delete an episode.
The contact page's reads are in `agents.selectors.memory`.
"""

from agents.memory.recalled import Remembered
from agents.memory.recollection import known_name, recall

__all__ = ["Remembered", "known_name", "recall"]
