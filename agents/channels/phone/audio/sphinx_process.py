"""PocketSphinx for one call, in a process of its own: decoding holds no event loop up, and ends with the call.

Reads from its standard input parts of a kind (a letter), a length (four bytes, big endian) and as much content: "M" the
sentences of the language model, a line each; "B" an utterance begins; "A" samples of it; "S" it may be over; "F" it is
over. Writes a line of JSON when it is ready, when what it understood changed ("partial"), and for each "F" ("final").
Ends with its input.
"""

import json
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

ASK_EVERY = 5  # parts: what is understood is looked at every 100 ms
MOST_UNKNOWN = 1500  # words that are given a pronunciation
_PHONES = {"ax": "AH", "axr": "ER", "ix": "IH", "el": "L", "em": "M", "en": "N"}  # flite's names that differ from CMU's


def main() -> None:
    utterance: Utterance | None = None
    for kind, content in _parts(sys.stdin.buffer):
        match kind:
            case "M":
                utterance = Utterance(make_decoder(content.decode().splitlines()))
                _tell(ready=True)
            case "B" if utterance:
                utterance.begin()
            case "A" if utterance:
                utterance.hear(content)
            case "S" if utterance:
                utterance.settle()
                _tell(partial=utterance.words)
            case "F" if utterance:
                utterance.settle()
                _tell(final=utterance.words)


class Utterance:
    """One after another, of one decoder, which learns from each. The decoder's last look at an utterance takes it a
    tenth of a second, and ends it: what comes after that is heard with all that was before, anew."""

    def __init__(self, decoder: Any) -> None:
        self._decoder = decoder
        self._heard: list[bytes] = []
        self._last = self._parts = 0
        self._is_open = False
        self.words = ""

    def begin(self) -> None:
        if self._is_open:
            self._decoder.end_utt()
        self._heard, self._last, self._parts, self.words = [], 0, 0, ""
        self._decoder.start_utt()
        self._is_open = True

    def hear(self, samples: bytes) -> None:
        if not self._is_open:
            self._decoder.start_utt()
            self._is_open = True
            self._decoder.process_raw(b"".join(self._heard), False, False)
        twice, self._last = doubled(samples, self._last)
        self._heard.append(twice)
        self._decoder.process_raw(twice, False, False)
        self._parts += 1
        if self._parts % ASK_EVERY == 0 and (words := _words(self._decoder)) != self.words:
            self.words = words
            _tell(partial=words)

    def settle(self) -> None:
        if self._is_open:
            self._decoder.end_utt()
            self._is_open = False
            self.words = _words(self._decoder)


def make_decoder(sentences: list[str]) -> Any:
    from pocketsphinx import Decoder
    from pocketsphinx.lm import ArpaBoLM

    corpus = "\n".join(f"<s> {each} </s>" for each in sentences)
    with tempfile.TemporaryDirectory(prefix="rapport-speech-") as folder:
        path = Path(folder) / "model.lm"
        model = ArpaBoLM(text=corpus)
        model.compute()
        model.write_file(str(path))
        words = sorted({word for each in sentences for word in each.split()})
        dictionary = _dictionary(words, Path(folder) / "words.dict")
        return Decoder(lm=str(path), dict=str(dictionary), samprate=16000, loglevel="FATAL")


def _dictionary(words: list[str], path: Path) -> Path:
    """Of the model's dictionary only the words that may be said (it loads three times as fast so), and of others how
    flite reads them: names of products are in no dictionary."""
    from pocketsphinx import get_model_path

    wanted, found, lines = set(words), set(), []
    with Path(get_model_path("en-us/cmudict-en-us.dict")).open() as known:
        for line in known:
            word = line.partition(" ")[0].partition("(")[0]
            if word in wanted:
                found.add(word)
                lines.append(line)
    unknown = [word for word in words if word not in found][:MOST_UNKNOWN]
    lines += [f"{word} {phones}\n" for word, phones in pronounce(unknown).items()]
    path.write_text("".join(lines))
    return path


def pronounce(words: list[str]) -> dict[str, str]:
    flite = shutil.which("flite")
    if not flite or not words:
        return {}
    text = "\n\n".join(words) + "\n"
    command = [flite, "-voice", "kal", "-ps", "-o", "none", "-f", "/dev/stdin"]
    said = subprocess.run(command, input=text.encode(), capture_output=True, check=False, timeout=20)  # noqa: S603
    spoken = said.stdout.decode(errors="replace").splitlines()
    if len(spoken) != len(words):
        return {}
    return {word: _cmu(phones) for word, phones in zip(words, spoken, strict=True) if _cmu(phones)}


def _cmu(phones: str) -> str:
    return " ".join(_PHONES.get(each, each.upper()) for each in phones.split() if each != "pau")


def doubled(samples: bytes, last: int) -> tuple[bytes, int]:
    """8 kHz as 16, which the acoustic model was made for, with what is between two samples; and the last one."""
    heard = np.frombuffer(samples, "<i2").astype(np.int32)
    if not len(heard):
        return b"", last
    before = np.concatenate(([last], heard[:-1]))
    twice = np.empty(2 * len(heard), "<i2")
    twice[0::2], twice[1::2] = (before + heard) // 2, heard
    return twice.tobytes(), int(heard[-1])


def _words(decoder: Any) -> str:
    found = decoder.hyp()
    return str(found.hypstr) if found else ""


def _parts(source: BinaryIO) -> Any:
    while len(head := source.read(5)) == 5:
        kind, length = struct.unpack(">cI", head)
        yield kind.decode(), source.read(length)


def _tell(**told: object) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
