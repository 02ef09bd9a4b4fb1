"""`/mcp`: the company's knowledge and agents for programs that speak the Model Context Protocol. For keys only.

The view checks who calls and from where, in a thread; the protocol itself is spoken in the event loop.
"""

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from agents.api.authentication import ApiKeyAuthentication
from agents.api.limits import COMPLETIONS, spend
from agents.api.negotiation import AnyContent
from agents.api.principals import Machine, principal_of
from agents.channels.mcp.caller import McpCaller
from rapport.config import get_config
from rapport.deferred import Answer, DeferredResponse
from rapport.edge import request_id
from rapport.errors import NotAuthenticated, PermissionDenied

_PASSED_ON = ("accept", "content-type", "user-agent")
_OF_THE_PROTOCOL = ("mcp-", "last-event-id")


class OriginRefused(PermissionDenied):
    code = "origin_not_allowed"


class Mcp(APIView):
    authentication_classes = (ApiKeyAuthentication,)
    content_negotiation_class = AnyContent

    @extend_schema(exclude=True)
    def post(self, request: Request) -> HttpResponseBase:
        """One message of the protocol."""
        _check_origin(request)
        machine = principal_of(request)
        if not isinstance(machine, Machine):
            raise NotAuthenticated("Send an API key as `Authorization: Bearer rp_sk_…`.")
        spend(request, COMPLETIONS, machine.caller)
        caller = McpCaller(machine.tenant_id, machine.key_id, machine.scopes, machine.channel, machine.actor)
        body, headers = request._request.body, _headers(request)

        async def work() -> Answer:
            from agents.channels.mcp.serving import answer_mcp

            return await answer_mcp(caller, body=body, headers=headers)

        return DeferredResponse(work, request_id=request_id(request._request))


def _check_origin(request: Request) -> None:
    """A page of another site must not reach a server through its visitor's browser (DNS rebinding)."""
    origin = request.headers.get("Origin")
    if origin is not None and origin.rstrip("/") != get_config().public_url.rstrip("/"):
        raise OriginRefused("Calls from the pages of other websites are refused. Call from a program, without Origin.")


def _headers(request: Request) -> list[tuple[bytes, bytes]]:
    """Those that the protocol needs: no key and no cookie goes on."""
    return [
        (name.lower().encode(), value.encode("latin-1", "replace"))
        for name, value in request.headers.items()
        if name.lower() in _PASSED_ON or name.lower().startswith(_OF_THE_PROTOCOL)
    ]
