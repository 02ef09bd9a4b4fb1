"""Which page comes next: breadth first, each address once, no traps, and no template without end."""

from collections import Counter, deque
from dataclasses import dataclass, field

from ingestion.sources.website.addresses import is_page_address, is_trap, pattern_of, site_of

_MOST_PER_PATTERN_WITH_QUERY = 100  # /list?page=…, /search?q=…
_DEEPEST = 25  # links away from the first page


@dataclass
class Frontier:
    """`site` is what `site_of` says of the first page; other sites' addresses are ignored."""

    site: str
    seen: set[str] = field(default_factory=set)
    left_out: int = 0  # addresses that looked like a trap
    _queue: deque[tuple[str, int]] = field(default_factory=deque)
    _patterns: Counter[str] = field(default_factory=Counter)

    def add(self, url: str, *, depth: int) -> None:
        """Queue an address in its one spelling, unless it was seen, is elsewhere, or looks like a trap."""
        if not url or url in self.seen or site_of(url) != self.site or not is_page_address(url):
            return
        self.seen.add(url)
        pattern = pattern_of(url)
        self._patterns[pattern] += 1
        is_endless = not pattern.endswith("?") and self._patterns[pattern] > _MOST_PER_PATTERN_WITH_QUERY
        if depth and (depth > _DEEPEST or is_trap(url) or is_endless):
            self.left_out += 1
        else:
            self._queue.append((url, depth))

    def next(self) -> tuple[str, int] | None:
        """(address, depth) or None when everything was handed out."""
        return self._queue.popleft() if self._queue else None

    def __len__(self) -> int:
        return len(self._queue)
