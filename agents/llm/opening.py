"""The beginning of an answer: is it the agreed word for "the passages do not say"?"""

from agents.llm.prompt import NO_ANSWER


class Opening:
    """Holds the first characters back until it is sure that they are not the agreed word for "they do not say"."""

    def __init__(self) -> None:
        self._held = ""
        self._is_open = True

    @property
    def is_no_answer(self) -> bool:
        return self._is_open and self._held.strip().rstrip(".") == NO_ANSWER

    def pass_on(self, text: str) -> str:
        if not self._is_open:
            return text
        self._held += text
        start = self._held.lstrip()
        if NO_ANSWER.startswith(start[: len(NO_ANSWER)]) and len(start) <= len(NO_ANSWER) + 2:
            return ""
        return self.rest()

    def rest(self) -> str:
        self._is_open = False
        held, self._held = self._held, ""
        return held
