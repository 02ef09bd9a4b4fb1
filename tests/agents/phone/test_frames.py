"""What carriers say over the line, also in the spellings of others, and what is no frame."""

import json

import pytest

from agents.channels.phone.frames import Digit, Interrupt, Prompt, Setup, Trouble, hang_up, read_frame, say


def read(**told: object) -> object:
    return read_frame(json.dumps(told))


def test_the_setup_has_what_binds_it_to_a_call() -> None:
    found = read(
        type="setup",
        sessionId="VX1",
        callSid="CA1",
        accountSid="AC1",
        customParameters={"token": "word", "number": 3},
        callType="PSTN",
    )
    assert found == Setup("VX1", "CA1", "AC1", {"token": "word", "number": ""})
    assert read(type="setup", customParameters=None) == Setup("", "", "", {})


def test_only_a_last_prompt_is_one() -> None:
    assert read(type="prompt", voicePrompt=" Where is it? ", lang="en-US", last=True) == Prompt("Where is it?", True)
    assert read(type="prompt", voicePrompt="Where", last=False) == Prompt("Where", False)
    assert read(type="prompt", voicePrompt="Where is it?") == Prompt("Where is it?", True)
    assert read(type="prompt", voicePrompt={"a": 1}) == Prompt("", True)


@pytest.mark.parametrize("after", ["460", 460, "460.4", 460.9])
def test_how_long_it_was_heard_is_a_number_or_a_text(after: object) -> None:
    found = read(type="interrupt", utteranceUntilInterrupt="It takes", durationUntilInterruptMs=after)
    assert found == Interrupt("It takes", 460)


def test_what_is_not_said_is_nothing() -> None:
    assert read(type="interrupt") == Interrupt("", 0)
    assert read(type="interrupt", durationUntilInterruptMs="soon") == Interrupt("", 0)
    assert read(type="dtmf", digit="12") == Digit("1")
    assert read(type="error", description="x" * 1000) == Trouble("x" * 300)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '"setup"', "{}", '{"type": 3}', '{"type": "info"}', '{"type": ["setup"]}', "[" * 9999],
)
def test_what_is_no_frame_ends_no_call(text: str) -> None:
    assert read_frame(text) is None


def test_our_own_frames() -> None:
    assert say("Hel") == {"type": "text", "token": "Hel", "last": False}
    assert say("", is_last=True)["last"] is True
    ended = hang_up("handed_off", conversation="cnv_1")
    assert ended["type"] == "end"
    assert json.loads(str(ended["handoffData"])) == {"reason": "handed_off", "conversation": "cnv_1"}
