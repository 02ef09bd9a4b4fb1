"""HTTP to addresses that other people chose: websites to crawl, endpoints, webhooks.

The resolved address is checked when the connection is made, so no spelling of an address and no name server can lead
into a private network. Everything that calls out goes through here; nothing here knows who calls.
"""

from rapport.outbound.client import Limits, OutboundClient, Response
from rapport.outbound.transport import may_be_in_clear, refuse_private, safe_async_transport, safe_transport

__all__ = [
    "Limits",
    "OutboundClient",
    "Response",
    "may_be_in_clear",
    "refuse_private",
    "safe_async_transport",
    "safe_transport",
]
