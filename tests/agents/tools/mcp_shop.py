"""A shop's MCP server, made with the official library, as a process of its own: `python -m … FOLDER FD`.

FOLDER/state.json says how it behaves now, FOLDER/asked.jsonl what it was asked. Paths beside /mcp are servers that do
not behave: /away redirects elsewhere, /hang answers nothing, /drip a byte at a time, /huge much too much.
"""

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import mcp_types as types
import uvicorn
from mcp.server import Server
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

ORDER = {"type": "object", "properties": {"order": {"type": "string", "maxLength": 40}}, "required": ["order"]}
STATE = {"type": "object", "properties": {"state": {"type": "string"}}, "required": ["state"]}


def tools_of(state: dict[str, Any]) -> list[types.Tool]:
    """`words`: other descriptions by tool; `schemas`: other schemas; `gone`: tools that are not there."""
    hints = types.ToolAnnotations
    made = [
        ("find_order", "Looks up an order by its number", hints(read_only_hint=True), STATE),
        ("cancel_order", "Cancels an order", hints(idempotent_hint=True), None),
        ("charge", "Charges a card", None, None),
        ("slow", "Takes its time", hints(read_only_hint=True), None),
        ("long", "Says much", hints(read_only_hint=True), None),
        ("headers", "Says what it was sent", hints(read_only_hint=True), None),
        ("broken", "Breaks its promise", hints(read_only_hint=True), STATE),
        ("fail", "Fails", None, None),
        ("bad", "Has a schema that leads elsewhere", None, None),
        ("hidden", "Says more than is seen\U000e0041\U000e0042", None, None),
    ]
    schemas: dict[str, Any] = {"bad": {"type": "object", "properties": {"x": {"$ref": "http://evil.example/x"}}}}
    schemas |= state.get("schemas", {})
    return [
        types.Tool(
            name=name,
            description=state.get("words", {}).get(name, description),
            input_schema=schemas.get(name, ORDER),
            output_schema=output,
            annotations=annotations,
        )
        for name, description, annotations, output in made
        if name not in state.get("gone", ())
    ]


class McpShop:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self._folder / "state.json").read_text())
        return found

    def note(self, **facts: Any) -> None:
        with (self._folder / "asked.jsonl").open("a") as file:
            file.write(json.dumps(facts) + "\n")

    async def list_tools(self, _context: Any, params: Any) -> types.ListToolsResult:
        """In two pages; a list without an end where `endless`."""
        tools, cursor = tools_of(self.state), (params.cursor if params else None) or ""
        if self.state.get("endless"):
            return types.ListToolsResult(tools=tools[:1], next_cursor=f"{cursor}x")
        return types.ListToolsResult(tools=tools[4:] if cursor else tools[:4], next_cursor=None if cursor else "2")

    async def call_tool(self, context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        headers, arguments = dict(context.request.headers), params.arguments or {}
        self.note(tool=params.name, arguments=arguments, headers=headers)
        if params.name == "slow":
            await asyncio.sleep(60)
        if params.name == "fail" or self.state.get("fails"):
            return types.CallToolResult(content=[_text("It is jammed: " + headers["authorization"])], is_error=True)
        if params.name == "long":
            return types.CallToolResult(content=[_text("x" * 20_000)])
        if params.name == "broken":
            return types.CallToolResult(content=[], structured_content={"nothing": "of this"})
        if params.name == "headers":
            return types.CallToolResult(content=[_text(json.dumps(headers))])
        value = {"state": "sent", "order": arguments.get("order"), "note": self.state.get("note", "")}
        return types.CallToolResult(content=[_text(json.dumps(value))], structured_content=value)

    def app(self) -> Any:
        server: Server[Any] = Server("shop", on_list_tools=self.list_tools, on_call_tool=self.call_tool)
        routes = [
            Route("/away", _away, methods=["GET", "POST", "DELETE"]),
            Route("/hang", _hang, methods=["GET", "POST", "DELETE"]),
            Route("/drip", _drip, methods=["GET", "POST", "DELETE"]),
            Route("/huge", _huge, methods=["GET", "POST", "DELETE"]),
            Route("/refuses", _refuse, methods=["GET", "POST", "DELETE"]),
            Route("/packed", _packed, methods=["GET", "POST", "DELETE"]),
        ]
        return server.streamable_http_app(custom_starlette_routes=routes, host="0.0.0.0")


def _text(text: str) -> types.TextContent:
    return types.TextContent(type="text", text=text)


async def _away(_: Request) -> Response:
    return RedirectResponse("http://127.0.0.2:1/mcp", status_code=307)


async def _hang(_: Request) -> Response:
    await asyncio.sleep(60)
    return Response()


async def _drip(_: Request) -> Response:
    async def body() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.05)

    return StreamingResponse(body(), media_type="application/json")


async def _huge(_: Request) -> Response:
    async def body() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield b" " * 65_536
            await asyncio.sleep(0)

    return StreamingResponse(body(), media_type="application/json")


async def _refuse(_: Request) -> Response:
    return Response(status_code=401)


async def _packed(_: Request) -> Response:
    return Response(b"\x1f\x8b", headers={"content-encoding": "gzip"}, media_type="application/json")


if __name__ == "__main__":
    listening = socket.socket(fileno=int(sys.argv[2]))
    config = uvicorn.Config(McpShop(Path(sys.argv[1])).app(), log_level="critical", access_log=False)
    uvicorn.Server(config).run(sockets=[listening])
