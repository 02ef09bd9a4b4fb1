"""How the agent presents itself."""

from typing import Annotated

from pydantic import Field, field_validator

from agents.configuration.section import Line, Section, Text

MAX_SUGGESTED_QUESTIONS = 4
GREETING = "Hello! What can I help you with?"


class Appearance(Section):
    """`color` is the widget's, as six hexadecimal digits."""

    name: Annotated[Line, Field(min_length=1, max_length=80)] = "Assistant"
    greeting: Annotated[Text, Field(max_length=300)] = GREETING
    suggested_questions: tuple[Annotated[Line, Field(max_length=120)], ...] = ()
    color: str = "#4f46e5"

    @field_validator("suggested_questions")
    @classmethod
    def _fits_the_widget(cls, questions: tuple[str, ...]) -> tuple[str, ...]:
        if len(questions) > MAX_SUGGESTED_QUESTIONS:
            raise ValueError(f"At most {MAX_SUGGESTED_QUESTIONS} suggested questions fit in the widget.")
        if not all(questions):
            raise ValueError("A suggested question has between 1 and 120 characters.")
        return questions

    @field_validator("color")
    @classmethod
    def _is_a_color(cls, color: str) -> str:
        digits = color.removeprefix("#")
        if len(digits) != 6 or digits == color or set(digits) - set("0123456789abcdefABCDEF"):
            raise ValueError("Write the colour as six hexadecimal digits, for example #4f46e5.")
        return color
