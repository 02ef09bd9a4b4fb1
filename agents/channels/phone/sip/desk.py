"""Numbers of companies, called by SIP on this machine: the call is begun and taken up as a carrier's is."""

import hashlib
from collections.abc import Callable, Mapping

from agents.channels.phone.audio.answering import answer_audio
from agents.channels.phone.audio.line import AudioLine
from agents.channels.phone.audio.speech import SpeechUnavailable
from agents.channels.phone.calls import Line, begin_call, end_call
from agents.channels.phone.frames import Setup
from agents.channels.phone.session import InThread
from agents.channels.phone.sip.server import Answer, SipCall
from agents.errors import CallRefused
from billing.errors import PaymentOverdue, QuotaExhausted
from rapport import logs
from rapport.streams.port import StreamStore

log = logs.get_logger(__name__)


def answer_for(
    lines: Mapping[str, Line],
    streams: StreamStore,
    in_thread: InThread,
    *,
    on_line: Callable[[AudioLine], None] | None = None,
) -> Answer:
    """`lines` by the number that is dialled; `on_line` is told of each call's ears and voice."""

    async def answer(call: SipCall) -> None:
        line = lines.get(call.called)
        if line is None:
            call.refuse(404)
            return
        carrier_id = f"SIP{hashlib.sha256(call.call_id.encode()).hexdigest()[:40]}"
        try:
            call_id, word = await in_thread(begin_call, line, carrier_id=carrier_id, caller=call.caller)
            sound = await call.accept()
            if sound is None:
                await in_thread(end_call, tenant_id=line.tenant_id, call_id=call_id, reason="cancelled")
                return
            setup = Setup(f"RTP{call.tag}", carrier_id, line.account_id, {"token": word})
            await answer_audio(line, setup, sound, streams, in_thread, on_line=on_line)
        except (CallRefused, SpeechUnavailable, QuotaExhausted, PaymentOverdue) as error:
            log.error("sip_call_refused", reason=error.message)
            call.refuse(503)

    return answer
