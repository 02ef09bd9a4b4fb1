"""Who understands and who speaks in a call that brings audio: by the company's own keys, else as the settings say."""

from uuid import UUID

from agents.channels.phone.audio.flite import Flite, locate_flite
from agents.channels.phone.audio.phrases import sentences_for
from agents.channels.phone.audio.providers.deepgram import DeepgramRecogniser
from agents.channels.phone.audio.providers.listening import AskedRecogniser
from agents.channels.phone.audio.providers.speaking import AskedVoice
from agents.channels.phone.audio.reach import SpeechReach, recogniser_reach, synthesiser_reach
from agents.channels.phone.audio.speech import Recogniser, Speech, SpeechSpent, SpeechUnavailable, Synthesiser
from agents.channels.phone.audio.sphinx import MISSING, Sphinx, is_installed, make_detector
from agents.channels.phone.calls import Line
from agents.channels.phone.session import InThread
from agents.configuration.sections.voice import Voice
from agents.models import SpeechRole
from agents.selectors.agents import get_agent
from agents.selectors.speech import own_speech
from rapport.config import get_config
from tenants.context import tenant_scope


def reaches_of(tenant_id: UUID) -> tuple[SpeechReach, SpeechReach]:
    """Who listens to the company's calls, and who speaks in them. Raises SpeechUnavailable."""
    own, config = own_speech(tenant_id=tenant_id), get_config()
    return (
        own.get(SpeechRole.LISTENS) or recogniser_reach(config),
        own.get(SpeechRole.SPEAKS) or synthesiser_reach(config),
    )


def check_speech(tenant_id: UUID, language: str) -> None:
    """Raises SpeechUnavailable, with what to install or set."""
    check_reaches(*reaches_of(tenant_id), language)


def check_reaches(hearing: SpeechReach, speaking: SpeechReach, language: str) -> None:
    """Likewise."""
    if not is_installed():
        raise SpeechUnavailable(MISSING)
    if (hearing.is_builtin or speaking.is_builtin) and not language.lower().startswith("en"):
        raise SpeechUnavailable(
            f"The built-in speech understands and speaks English only, not {language}: "
            "set RECOGNISER_URL and SYNTHESISER_URL, or enter keys of your own on the page Models."
        )
    if speaking.is_builtin:
        locate_flite()


async def open_speech(line: Line, in_thread: InThread) -> Speech:
    """Raises SpeechUnavailable."""
    hearing, speaking = await in_thread(reaches_of, line.tenant_id)
    check_reaches(hearing, speaking, line.language)
    voice = await in_thread(_voice_of, line.tenant_id, line.agent_id)
    detector = make_detector()
    spent = SpeechSpent()
    recogniser = await _open_recogniser(hearing, line, in_thread, spent)
    return Speech(recogniser, _open_voice(speaking, line.language, voice, spent), detector, spent)


async def _open_recogniser(reach: SpeechReach, line: Line, in_thread: InThread, spent: SpeechSpent) -> Recogniser:
    if reach.provider == "deepgram":
        streamed = DeepgramRecogniser(reach, language=line.language, spent=spent)
        await streamed.start()
        return streamed
    if not reach.is_builtin:
        return AskedRecogniser(reach, language=line.language, spent=spent)
    own = Sphinx(await in_thread(_phrases_of, line.tenant_id, line.agent_id))
    await own.start()
    return own


def _open_voice(reach: SpeechReach, language: str, voice: Voice, spent: SpeechSpent) -> Synthesiser:
    if reach.is_builtin:
        return Flite(voice.voice, voice.speed)
    return AskedVoice(reach, language=language, voice=voice.voice, speed=voice.speed, spent=spent)


def _voice_of(tenant_id: UUID, agent_id: UUID) -> Voice:
    with tenant_scope(tenant_id):
        return get_agent(tenant_id=tenant_id, agent_id=agent_id).config.voice


def _phrases_of(tenant_id: UUID, agent_id: UUID) -> list[str]:
    """The built-in recogniser's language model is made of them."""
    with tenant_scope(tenant_id):
        return sentences_for(tenant_id=tenant_id, agent_id=agent_id)
