"""The three questions of the demo, and what a right answer must hold. The third one the docs do not answer."""

from dataclasses import dataclass

from frontend.demo.visitor import Answer


@dataclass(frozen=True, slots=True)
class Question:
    """`must_say`: words that the answer and its citations must hold; empty when the docs do not say."""

    text: str
    must_say: tuple[str, ...]
    must_cite: str = ""  # the file that has to be among the citations


SCRIPT = (
    Question("Which file types can I upload?", ("PDF", "DOCX", "Markdown"), "knowledge"),
    Question("And how large may they be?", ("50 MB",), "knowledge"),
    Question("Do you offer a discount for universities?", ()),
)


def faults(question: Question, answer: Answer) -> list[str]:
    """What is wrong with an answer; empty when it is right."""
    if answer.error_code:
        return [f"ended with the error {answer.error_code}"]
    if not question.must_say:
        return ["cites something although the docs do not say"] if answer.citations else []
    found = [f"does not say {words!r}" for words in question.must_say if words not in answer.text]
    if not answer.citations:
        found.append("has no citation")
    elif not any(question.must_cite in f"{each.title} {each.url}".lower() for each in answer.citations):
        found.append(f"does not cite {question.must_cite!r}")
    return found
