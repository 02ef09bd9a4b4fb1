"""Opening a ticket: a row, and a signed webhook by which the company's own system learns of it."""

from agents.tools.builtin.shape import BuiltIn, a_text, an_object
from agents.tools.port import Done, Json, Outcome, Policy, ToolContext
from agents.tools.requests import file_request


class OpenTicket(BuiltIn):
    name = "open_ticket"
    description = "Opens a ticket, so that people of the company look into something that you cannot solve."
    parameters = an_object(
        ("subject", "text"),
        subject=a_text("In one line.", most=200),
        text=a_text("What the customer wants to be done, with all that was said of it.", most=4000),
    )
    policy = Policy(effect="write", consent="confirm", is_idempotent=True)

    def run(self, context: ToolContext, arguments: Json) -> Outcome:
        public_id = file_request(context, kind="ticket", subject=arguments["subject"], text=arguments["text"])
        return Done({"ticket": public_id})
