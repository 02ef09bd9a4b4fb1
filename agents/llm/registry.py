"""The chat model for whoever names none, and the gateway of this process."""

from functools import cache

from agents.llm.gateway import Gateway
from agents.llm.port import ChatModel
from agents.llm.reach import Reach, client_of, platform_reaches
from rapport.config import get_config


@cache
def get_platform_reaches() -> tuple[Reach, ...]:
    """Raises ModelMisconfigured naming the setting that is missing."""
    return tuple(platform_reaches(get_config()))


@cache
def get_chat_model() -> ChatModel:
    """What answers when nothing is chosen. Raises ModelMisconfigured."""
    first = get_platform_reaches()[0]
    return client_of(first, first.entries()[0])


@cache
def get_gateway() -> Gateway:
    from rapport.breakers.registry import get_breakers

    return Gateway(get_breakers())
