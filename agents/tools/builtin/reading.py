"""Reading on in a result that was too long. Only results of the same conversation can be read."""

from agents.masking.patterns import whole_cut
from agents.models import ToolOverflow
from agents.tools.builtin.shape import BuiltIn, an_object
from agents.tools.port import Done, Failed, Json, Outcome, Policy, ToolContext
from agents.tools.results import PAGE
from rapport.errors import InvalidId
from rapport.ids import Prefix, decode
from tenants.context import tenant_scope


class ReadResult(BuiltIn):
    name = "read_result"
    description = "Reads a page of a tool's result that was too long to be shown whole."
    parameters = an_object(
        ("result", "page"),
        result={"type": "string", "pattern": "^tlr_[0-9a-z]{26}$", "description": "As the shortened result names it."},
        page={"type": "integer", "minimum": 1, "maximum": 200, "description": f"From 1; each has {PAGE} characters."},
    )
    policy = Policy(consent="none", takes_found=True, is_idempotent=True, max_characters=2 * PAGE)

    def run(self, context: ToolContext, arguments: Json) -> Outcome:
        try:
            run_id = decode(Prefix.TOOL_RUN, arguments["result"])
        except InvalidId:
            return Failed("no_such_result", "There is no such result.")
        with tenant_scope(context.tenant_id):
            row = ToolOverflow.objects.filter(run_id=run_id, run__turn__conversation_id=context.conversation_id).first()
        if row is None:
            return Failed("no_such_result", "There is no such result, or it was not too long.")
        pages = -(-len(row.text) // PAGE)
        place = (arguments["page"] - 1) * PAGE
        if place >= len(row.text):
            return Failed("no_such_page", f"The result has {pages} pages.")
        start, end = (whole_cut(row.text, each) for each in (place, place + PAGE))
        return Done({"page": arguments["page"], "pages": pages, "text": row.text[start:end]})
