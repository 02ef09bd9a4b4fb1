"""Text that was sent cannot be taken back in OpenAI's streams, but a turn can begin again, or withdraw its answer.

What is said again in the same words is not sent again. What turns out otherwise follows as a new paragraph, and
`is_replaced` says so at the end.
"""

_BREAK = "\n\n"


class Spoken:
    """What the caller has heard of the answer."""

    def __init__(self) -> None:
        self._sent = ""  # since the last break
        self._now = ""
        self.is_replaced = False

    def add(self, text: str) -> str:
        """What to send for this piece of the answer."""
        self._now = (self._now + text).lstrip()
        if self._sent.startswith(self._now):
            return ""  # it is being said again
        return self._news()

    def restart(self) -> None:
        """The text so far does not stand."""
        self._now = ""

    def end(self, text: str) -> str:
        """What is missing when the answer is complete."""
        self._now = text.strip()
        if self._sent.rstrip() == self._now:
            return ""
        return self._news()

    def _news(self) -> str:
        if self._sent and not self._now.startswith(self._sent):
            self.is_replaced = True
            self._sent = self._now
            return _BREAK + self._now
        news, self._sent = self._now[len(self._sent) :], self._now
        return news
