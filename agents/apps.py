from typing import Any

from django.apps import AppConfig

PHONE = r"/phone/(?P<company>ten_\w+)/(?P<phone>phn_\w+)"


class AgentsConfig(AppConfig):
    name = "agents"
    label = "agents"

    def ready(self) -> None:
        """Registers what this app handles and emits, and of whom its rows are."""
        from agents import events as events
        from agents import privacy as privacy
        from agents.attachments.selectors import measure_attachments
        from agents.services.references import declare_tools
        from agents.tools.registry import tool_names
        from billing.stored import declare_stored
        from rapport.sockets import declare_socket

        declare_tools(tool_names)
        declare_stored(measure_attachments)
        declare_socket(rf"{PHONE}/line(?:/(?P<word>[\w-]{{32}}))?", _answer_line)
        declare_socket(f"{PHONE}/media", _answer_media)
        declare_socket(r"/phone/(?P<company>ten_\w+)/try", _answer_browser)


async def _answer_line(*args: Any, **named: Any) -> None:
    """A web process loads what a call needs with the first one."""
    from agents.channels.phone.socket import answer_line

    await answer_line(*args, **named)


async def _answer_media(*args: Any, **named: Any) -> None:
    from agents.channels.phone.media_socket import answer_media

    await answer_media(*args, **named)


async def _answer_browser(*args: Any, **named: Any) -> None:
    from agents.channels.phone.browser.socket import answer_browser

    await answer_browser(*args, **named)
