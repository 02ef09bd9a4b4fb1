"""Which chat model answers: named by LLM_URL."""

from functools import cache
from urllib.parse import urlsplit, urlunsplit

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
    return openai_model(config.llm_url, model=config.llm_model_name, api_key=config.llm_api_key)


def openai_model(url: str, *, model: str, api_key: str) -> ChatModel:
    """The model of that name at `url`, whose query is dropped: it names the model, see `Config.llm_model_name`."""
    from agents.llm.openai_compatible import OpenAICompatibleModel

    if not model:
        raise ModelMisconfigured("LLM_URL names a server but no model: set LLM_MODEL to the model's name there.")
    base_url = urlunsplit(urlsplit(url)._replace(query="", fragment=""))
    return OpenAICompatibleModel(base_url, model=model, api_key=api_key)
