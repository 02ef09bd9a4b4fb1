"""When a person takes over, when people are there, where it goes when nobody is, and when a chat is over."""

import zoneinfo
from datetime import date
from typing import Annotated, Literal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from pydantic import Field, field_validator, model_validator

from agents.configuration.section import Line, Section

Reason = Literal["asked", "low_grounding", "tool_failure", "budget", "phrase", "topic"]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]


class Rule(Section):
    """`phrase` is what the contact says, `topic` what it is about; each only for the reason of that name."""

    when: Reason
    phrase: Annotated[Line, Field(max_length=120)] = ""
    topic: Annotated[Line, Field(max_length=120)] = ""

    @model_validator(mode="after")
    def _has_its_words(self) -> "Rule":
        if (self.when == "phrase") != bool(self.phrase):
            raise ValueError("A rule for a phrase needs the phrase, and no other rule has one.")
        if (self.when == "topic") != bool(self.topic):
            raise ValueError("A rule for a topic needs the topic, and no other rule has one.")
        return self


class Hours(Section):
    """On one day of the week, local time; `closes` 24:00 is midnight."""

    day: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    opens: Clock
    closes: Clock

    @model_validator(mode="after")
    def _closes_later(self) -> "Hours":
        if self.closes <= self.opens:
            raise ValueError("It closes later than it opens. Write two entries for a night.")
        return self


class Handoff(Section):
    """`office_hours` empty: always. `closed_on`: days (2026-12-24) on which nobody is there all the same.

    `time_zone` "": the company's. `close_after_hours` without a message the agent's conversations are closed; 0: never.
    """

    rules: Annotated[tuple[Rule, ...], Field(max_length=30)] = (Rule(when="asked"),)
    office_hours: Annotated[tuple[Hours, ...], Field(max_length=28)] = ()
    closed_on: Annotated[tuple[Line, ...], Field(max_length=100)] = ()
    time_zone: Annotated[str, Field(max_length=60)] = ""
    fallback_email: Annotated[str, Field(max_length=254)] = ""
    close_after_hours: Annotated[int, Field(ge=0, le=8760)] = 24

    @field_validator("closed_on")
    @classmethod
    def _are_days(cls, days: tuple[str, ...]) -> tuple[str, ...]:
        try:
            return tuple(sorted({date.fromisoformat(each).isoformat() for each in days}))
        except ValueError as error:
            raise ValueError("Write a day as year, month and day, for example 2026-12-24.") from error

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        if name and name not in zoneinfo.available_timezones():
            raise ValueError("Name a time zone, for example Europe/Berlin.")
        return name

    @field_validator("fallback_email")
    @classmethod
    def _is_an_address(cls, address: str) -> str:
        try:
            if address:
                validate_email(address)
        except ValidationError as error:
            raise ValueError("Write an e-mail address, or nothing.") from error
        return address
