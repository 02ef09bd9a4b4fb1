"""Masking and putting back, however a stream is cut."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from agents.llm.port import ChatEvent, ChatMessage, ChatRequest, Citation, Finished, Passage, TextDelta, ToolCall
from agents.masking.masking import Mask
from rapport.ids import new_id

MAIL, PHONE, IBAN = "jo@mail.example", "+49 30 901820", "DE89 3704 0044 0532 0130 00"


@pytest.fixture
def mask() -> Mask:
    return Mask(b"key")


def _restored(mask: Mask, *pieces: str) -> str:
    events: list[ChatEvent] = [*map(TextDelta, pieces), Finished("answered")]
    return "".join(each.text for each in mask.restoring().events(events) if isinstance(each, TextDelta))


def test_the_same_value_is_the_same_placeholder_in_its_conversation_and_no_other(mask: Mask) -> None:
    first, again = mask.text(f"I am {MAIL}"), Mask(b"key").text(f"So {MAIL} it is")
    assert first.removeprefix("I am ") in again
    assert Mask(b"another").text(MAIL) != mask.text(MAIL)
    assert mask.text(MAIL).startswith("[EMAIL_")
    assert not any(each.isdigit() for each in mask.text(f"{PHONE} {IBAN}")), "a placeholder claims no figure"


def test_a_placeholder_is_put_back_wherever_the_stream_is_cut(mask: Mask) -> None:
    masked = mask.text(f"Write to {MAIL} or ring {PHONE}. Ask EMIL [1].")
    whole = f"Write to {MAIL} or ring {PHONE}. Ask EMIL [1]."
    for cut in range(1, len(masked)):
        assert _restored(mask, masked[:cut], masked[cut:]) == whole
    assert _restored(mask, *masked) == whole, "a character at a time"
    assert _restored(mask, masked.replace("[EMAIL", "EMAIL").replace("] or", " or")) == whole, "without brackets"


def test_only_its_own_placeholders_are_put_back(mask: Mask) -> None:
    other = Mask(b"other").text(MAIL)
    mask.text(PHONE)
    assert _restored(mask, f"I have {other} and [EMAIL_BCDFGH] and [1]") == f"I have {other} and [EMAIL_BCDFGH] and [1]"


def test_text_is_not_held_back_for_longer_than_it_may_be_one(mask: Mask) -> None:
    mask.text(MAIL)
    restoring = mask.restoring()
    assert restoring.add("Hello [") == "Hello "
    assert restoring.add("1] EMA") == "[1] "
    assert restoring.add("CS rules") == "EMACS rules"


def test_tools_get_the_real_values(mask: Mask) -> None:
    placeholder = mask.text(MAIL)
    card = mask.json({"card": 4111111111111111})["card"]
    call = ToolCall("1", "send", json.dumps({"to": placeholder, "text": f'Say "{placeholder}"', "card": card}))
    [told] = [each for each in mask.restoring().events([call]) if isinstance(each, ToolCall)]
    assert json.loads(told.arguments) == {"to": MAIL, "text": f'Say "{MAIL}"', "card": 4111111111111111}


@pytest.mark.parametrize(
    "value",
    [
        {"note": "data", "data": json.dumps({"owner": {"mail": MAIL}, "lines": [f"a\n{MAIL}", PHONE], "n": 12})},
        {"data": f'[{{"mail": "x\\n{MAIL}\\t", "cut": "yes'},  # JSON that was cut
        {"data": f"[mail](mailto:{MAIL})"},
        {MAIL: True},
    ],
)
def test_results_are_masked_and_nothing_else_of_them(mask: Mask, value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False)
    request = mask.request(ChatRequest("hi", exchange=({"role": "tool", "tool_call_id": "1", "content": text},)))
    content = request.exchange[0]["content"]
    assert MAIL not in content
    assert PHONE not in content
    assert json.loads(mask.restore_arguments(content)) == value


def test_everything_that_others_said_is_masked(mask: Mask) -> None:
    passage = Passage(new_id(), f"By {MAIL}", (PHONE,), f"Pay to {IBAN}. Ask {MAIL}.")
    call = {"id": "1", "type": "function", "function": {"name": "x", "arguments": json.dumps({"to": MAIL})}}
    request = ChatRequest(
        f"Is {MAIL} me?",
        passages=(passage,),
        history=(ChatMessage("user", PHONE), ChatMessage("assistant", f"Hello {MAIL}")),
        instructions=f"The customer's mail is {MAIL}",
        exchange=({"role": "assistant", "content": None, "tool_calls": [call]},),
    )
    said = repr(mask.request(request))
    for each in (MAIL, PHONE, IBAN):
        assert each not in said
    assert mask.request(request) == mask.request(request)
    assert mask.request(ChatRequest("hi")).question == "hi"


def test_what_the_company_says_itself_is_not_hidden() -> None:
    mask = Mask(b"key", plain=frozenset({MAIL}))
    assert mask.text(f"{MAIL} {PHONE}").startswith(MAIL)
    assert PHONE not in mask.text(PHONE)


def test_a_citation_is_of_the_passage_as_it_was(mask: Mask) -> None:
    text = f"Pay to {IBAN}. Then write to {MAIL}. It takes 3 days."
    passage = Passage(new_id(), "Pay", (), text)
    masked = mask.request(ChatRequest("how?", passages=(passage,))).passages[0].text
    for sentence in ("It takes 3 days.", f"Then write to {MAIL}.", f"Pay to {IBAN}.", IBAN):
        start = masked.index(mask.text(sentence))
        placed = mask.placed(Citation(1, passage.id, start, start + len(mask.text(sentence))))
        assert text[placed.start : placed.end] == sentence


def test_traces_hold_no_parts_either(mask: Mask) -> None:
    mask.text(PHONE)
    kept = mask.redacted({"query": f"ring {PHONE}", "claims": ["901820", "3"], "id": str(new_id())})
    assert "901820" not in json.dumps(kept)
    assert kept["claims"][1] == "3"
    assert len(kept["id"]) == 36


def test_a_stream_that_breaks_off_goes_on_in_the_next_attempt(mask: Mask) -> None:
    placeholder, restoring = mask.text(MAIL), mask.restoring()

    def told(*events: ChatEvent) -> Iterator[str]:
        yield from (each.text for each in restoring.events(events) if isinstance(each, TextDelta))

    first = "".join(told(TextDelta(f"Write to {placeholder[:9]}")))
    assert first + "".join(told(TextDelta(placeholder[9:]), Finished("answered"))) == f"Write to {MAIL}"
