"""Which chat model answers: named by LLM_URL."""

from functools import cache
from urllib.parse import parse_qs, urlsplit, urlunsplit

from agents.llm.errors import ModelMisconfigured
from agents.llm.port import ChatModel
from rapport.config import get_config


@cache
def get_chat_model() -> ChatModel:
    """One per process. Raises ModelMisconfigured naming the setting that is missing."""
    config = get_config()
    if config.llm_url.startswith("builtin:"):
        from agents.llm.extractive.model import ExtractiveModel

        return ExtractiveModel()
    return openai_model(config.llm_url, model=config.llm_model, api_key=config.llm_api_key)


def openai_model(url: str, *, model: str, api_key: str) -> ChatModel:
    """`url` may carry the model's name: `https://host/v1?model=NAME`."""
    from agents.llm.openai_compatible import OpenAICompatibleModel

    parts = urlsplit(url)
    name = model or parse_qs(parts.query).get("model", [""])[0]
    if not name:
        raise ModelMisconfigured("LLM_URL names a server but no model: set LLM_MODEL to the model's name there.")
    return OpenAICompatibleModel(urlunsplit(parts._replace(query="", fragment="")), model=name, api_key=api_key)
