"""Recordings that a carrier makes, and Twilio's side of them: begun while a call goes on, fetched after it, deleted.

https://www.twilio.com/docs/voice/api/recording
"""

from base64 import b64encode
from dataclasses import dataclass
from typing import BinaryIO, Protocol
from urllib.parse import quote, urlencode

import httpx

from agents.channels.phone.carriers import FORM, Account, ask
from rapport.errors import Unavailable
from rapport.outbound import safe_transport

MOST_BYTES = 8000 * 2 * 2 * 3600 * 5  # of five hours: a call lasts four at most
_TIMEOUT = httpx.Timeout(30.0, connect=5.0)


class RecordingNotFetched(Unavailable):
    """It is still at the carrier."""

    code = "recording_not_fetched"


class Recordings(Protocol):
    def begin(self, account: Account, call_id: str, told_url: str) -> None:
        """Of a call that goes on, each side apart; `told_url` is told of it when the call is over. `call_id` is the
        carrier's. Raises as a carrier's `place`."""
        ...

    def end(self, account: Account, call_id: str) -> None:
        """What is recorded of it now ends, and the call goes on. Raises likewise."""
        ...

    def save(self, account: Account, recording_id: str, file: BinaryIO) -> None:
        """As a WAVE file, the person's side left. Raises RecordingNotFetched, also where there is none yet."""
        ...

    def delete(self, account: Account, recording_id: str) -> None:
        """Raises RecordingNotFetched; of one that is not there any more nothing."""
        ...


@dataclass(frozen=True, slots=True)
class TwilioRecordings:
    base_url: str = "https://api.twilio.com"

    def begin(self, account: Account, call_id: str, told_url: str) -> None:
        asked = {
            "RecordingChannels": "dual",
            "RecordingTrack": "both",
            "RecordingStatusCallback": told_url,
            "RecordingStatusCallbackEvent": "completed absent",
        }
        url = self._url(account, f"Calls/{quote(call_id, safe='')}/Recordings.json")
        ask(url, authorization=_word(account), content_type=FORM, content=urlencode(asked).encode())

    def end(self, account: Account, call_id: str) -> None:
        url = self._url(account, f"Calls/{quote(call_id, safe='')}/Recordings/Twilio.CURRENT.json")
        ask(url, authorization=_word(account), content_type=FORM, content=urlencode({"Status": "stopped"}).encode())

    def save(self, account: Account, recording_id: str, file: BinaryIO) -> None:
        url = self._url(account, f"Recordings/{quote(recording_id, safe='')}.wav?RequestedChannels=2")
        try:
            with _client() as client, client.stream("GET", url, headers={"authorization": _word(account)}) as answer:
                _require_ok(answer)
                for piece in answer.iter_bytes():
                    file.write(piece)
                    if file.tell() > MOST_BYTES:
                        raise RecordingNotFetched("The carrier's recording is longer than a call may be.")
        except httpx.HTTPError as error:
            raise RecordingNotFetched(f"The carrier cannot be reached: {type(error).__name__}.") from error
        file.seek(0)

    def delete(self, account: Account, recording_id: str) -> None:
        url = self._url(account, f"Recordings/{quote(recording_id, safe='')}.json")
        try:
            with _client() as client:
                answer = client.delete(url, headers={"authorization": _word(account)})
        except httpx.HTTPError as error:
            raise RecordingNotFetched(f"The carrier cannot be reached: {type(error).__name__}.") from error
        if answer.status_code != 404:
            _require_ok(answer)

    def _url(self, account: Account, path: str) -> str:
        return f"{self.base_url}/2010-04-01/Accounts/{quote(account.account_id, safe='')}/{path}"


def _client() -> httpx.Client:
    return httpx.Client(transport=safe_transport(), trust_env=False, timeout=_TIMEOUT)


def _require_ok(answer: httpx.Response) -> None:
    if answer.status_code not in (200, 204):
        raise RecordingNotFetched(f"The carrier answered with status {answer.status_code}.")


def _word(account: Account) -> str:
    return f"Basic {b64encode(f'{account.account_id}:{account.secret}'.encode()).decode()}"
