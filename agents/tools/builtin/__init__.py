"""Tools that every agent can use: search, remember, hand off, open a ticket, book a callback, read a long result."""

from agents.tools.builtin.callbacks import BookCallback
from agents.tools.builtin.handing_off import HandOffTool as HandOffTool
from agents.tools.builtin.reading import ReadResult
from agents.tools.builtin.remembering import Remember as Remember
from agents.tools.builtin.searching import SearchTool
from agents.tools.builtin.tickets import OpenTicket
from agents.tools.port import Tool

READ_RESULT = ReadResult()
BUILTIN: dict[str, Tool] = {
    tool.name: tool for tool in (SearchTool(), Remember(), HandOffTool(), OpenTicket(), BookCallback())
}
RESERVED = frozenset({*BUILTIN, READ_RESULT.name})  # names that no other tool may have
