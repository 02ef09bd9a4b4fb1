"""What the audio engine is made of: µ-law, order, ends of turns, pieces of answers, the language model's sentences."""

import random
import sys

import numpy as np
import pytest

from agents.channels.phone.audio import mulaw
from agents.channels.phone.audio.clauses import Clauses
from agents.channels.phone.audio.endpointing import (
    MOST_FRAMES,
    QUESTION_FRAMES,
    SHORT_FRAMES,
    TOLD_FRAMES,
    UNFINISHED_FRAMES,
    Edge,
    Endpointer,
    is_backchannel,
    pause_after,
)
from agents.channels.phone.audio.language_model import sentences_of
from agents.channels.phone.audio.playback import whole_words
from agents.channels.phone.audio.reordering import Reordering, Unwrapped
from agents.channels.phone.audio.sounds import Loudness, at_8_khz, trimmed


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="Python has no audioop any more to compare with")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_every_sample_and_every_code_is_as_audioop_has_it() -> None:
    import audioop

    samples = np.arange(-32768, 32768).astype("<i2").tobytes()
    assert mulaw.encode(samples) == audioop.lin2ulaw(samples, 2)
    codes = bytes(range(256))
    assert mulaw.decode(codes) == audioop.ulaw2lin(codes, 2)


def test_packets_come_in_their_order_once() -> None:
    order = Reordering()
    arrived = [3, 5, 4, 4, 6, 2, 9, 8, 7]
    assert [sound for number in arrived for sound in order.put(number, bytes([number]))] == [
        bytes([number]) for number in (3, 4, 5, 6, 7, 8, 9)
    ]


def test_what_is_lost_is_passed_over() -> None:
    order = Reordering()
    ready = [sound for number in (1, *range(3, 10)) for sound in order.put(number, bytes([number]))]
    assert ready == [bytes([number]) for number in (1, *range(3, 10))]


def test_numbers_go_on_where_16_bits_begin_again() -> None:
    numbers = Unwrapped()
    seen = [numbers.of(each) for each in (65534, 65535, 1, 0, 2)]
    assert seen == [*sorted(seen[:2]), seen[1] + 2, seen[1] + 1, seen[1] + 3]


def frames_until(endpointer: Endpointer, edge: Edge, is_speech: bool, pause: int = TOLD_FRAMES) -> int:
    for frame in range(1, 3000):
        if endpointer.hear(is_speech, pause) is edge:
            return frame
    raise AssertionError("it did not come")


def test_speech_begins_in_100_ms_and_a_click_is_none() -> None:
    endpointer = Endpointer()
    for is_speech in (True, True, False, False, False, False, True, True, False, False, False):
        assert endpointer.hear(is_speech, 10) is None
    assert frames_until(endpointer, Edge.BEGAN, True) <= 5
    assert frames_until(endpointer, Edge.ENDED, False) == TOLD_FRAMES
    assert frames_until(endpointer, Edge.BEGAN, True) == 5
    assert frames_until(endpointer, Edge.ENDED, True) == MOST_FRAMES


@pytest.mark.parametrize(
    ("words", "frames"),
    [
        ("and how large may they be", QUESTION_FRAMES),
        ("which file types can i upload", QUESTION_FRAMES),
        ("which file types", UNFINISHED_FRAMES),
        ("do you deliver on sundays", QUESTION_FRAMES),
        ("when is the shop open", QUESTION_FRAMES),
        ("when a document is changed", UNFINISHED_FRAMES),
        ("when a document is changed what happens to the answers", QUESTION_FRAMES),
        ("i have a question about the widget", TOLD_FRAMES),
        ("my name is peter and how large may they be", QUESTION_FRAMES),
        ("tomorrow morning", SHORT_FRAMES),
        ("i would like to order a", UNFINISHED_FRAMES),
        ("i want a return and", UNFINISHED_FRAMES),
        ("how with the agent answer made", TOLD_FRAMES),
        ("my order number is four four two", UNFINISHED_FRAMES),
        ("my name is m e y", UNFINISHED_FRAMES),
        ("what is the difference between", UNFINISHED_FRAMES),
        ("do you have that", QUESTION_FRAMES),
        ("what happens when they", UNFINISHED_FRAMES),
        ("i want that", UNFINISHED_FRAMES),
        ("how large are they", QUESTION_FRAMES),
        ("no", SHORT_FRAMES),
        ("two", SHORT_FRAMES),
        ("", UNFINISHED_FRAMES),
        ("Yes.", SHORT_FRAMES),
    ],
)
def test_who_stops_in_the_middle_of_a_sentence_is_given_longer(words: str, frames: int) -> None:
    assert pause_after(words) == frames


def test_words_of_who_listens() -> None:
    assert all(is_backchannel(each) for each in ("mhm", "Okay.", "yeah right", "", "uh huh"))
    assert not any(is_backchannel(each) for each in ("no", "okay but why", "stop", "yes yes yes yes"))


def test_an_answer_is_spoken_from_its_first_clause_on() -> None:
    clauses = Clauses()
    pieces: list[str] = []
    text = "You can upload documents, pictures and pages. They may have 50 MB, e.g. a manual. Version 3.1 is out! Bye"
    for character in text:
        pieces += clauses.feed(character)
    pieces += clauses.rest()
    assert "".join(pieces) == text
    assert [each.strip() for each in pieces] == [
        "You can upload documents,",
        "pictures and pages.",
        "They may have 50 MB, e.g. a manual.",
        "Version 3.1 is out!",
        "Bye",
    ]


def test_a_text_without_an_end_is_cut_between_words() -> None:
    pieces = Clauses().feed("word " * 100)
    assert pieces
    assert all(len(each) <= 240 and each.endswith("word ") for each in pieces)


def test_a_long_first_sentence_is_cut_where_a_phrase_begins() -> None:
    text = "Every document that you upload is read by the parser and cut into passages which are found again later."
    pieces = Clauses().feed(text + " ")
    assert [each.strip() for each in pieces] == [
        "Every document that you upload is read",
        "by the parser and cut into passages which are found again later.",
    ]


def test_sound_that_is_gone_is_faint_and_a_quiet_voice_is_not() -> None:
    loudness = Loudness()

    def frame(level: int) -> bytes:
        return np.full(160, level, "<i2").tobytes()

    assert not loudness.is_faint(frame(0)), "nothing was heard yet"
    assert not loudness.is_faint(frame(8000))
    assert loudness.is_faint(frame(0))
    assert loudness.is_faint(frame(100))
    assert not loudness.is_faint(frame(300))
    for _ in range(1500):
        loudness.is_faint(frame(0))
    assert not loudness.is_faint(frame(100)), "after half a minute nobody is loud any more"


def test_heard_words_are_whole() -> None:
    text = "Delivery takes three days."
    assert [whole_words(text, characters) for characters in (3, 8, 10, 14, 26, 99)] == [
        "",
        "Delivery",
        "Delivery",
        "Delivery takes",
        text,
        text,
    ]


def test_sound_of_16_khz_loses_what_8_cannot_have_and_its_silence() -> None:
    at = np.arange(16000) / 16000
    low, high = (np.sin(2 * np.pi * hertz * at) * 10000 for hertz in (1000, 7000))
    sound = at_8_khz(np.concatenate((np.zeros(8000), low + high, np.zeros(8000))).astype("<i2"), 16000)
    assert len(sound) == 16000
    spectrum = np.abs(np.fft.rfft(sound[4200:11800].astype(float)))
    hertz = np.fft.rfftfreq(7600, 1 / 8000)
    assert hertz[spectrum.argmax()] == pytest.approx(1000, abs=3)
    assert spectrum[np.abs(hertz - 1000) > 50].max() < spectrum.max() / 50
    assert 8000 <= len(trimmed(sound)) <= 9000


def test_sentences_are_words_and_bounded() -> None:
    texts = [f"Fact {number}: Größe `code` is https://x.example/1 50 MB. It's here." for number in range(9000)]
    found = sentences_of(["Which files?", "Which files?"], texts)
    assert len(found) <= 12_000
    assert "how do i which files" in found
    assert "it's here" in found
    assert not any(set(each) - set("abcdefghijklmnopqrstuvwxyz' ") for each in random.Random(1).sample(found, 500))
