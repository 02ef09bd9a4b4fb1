"""Looking into the company's knowledge once more, with other words."""

from agents.tools.builtin.shape import BuiltIn, a_text, an_object
from agents.tools.port import Done, Json, Outcome, Policy, ToolContext


class SearchTool(BuiltIn):
    name = "search"
    description = (
        "Searches the company's documents again, with a question of your own. What it finds is added to the numbered "
        "passages. Use it when the passages do not answer the question."
    )
    parameters = an_object(("question",), question=a_text("A question that stands alone.", most=500))
    policy = Policy(consent="none", takes_found=True, is_idempotent=True)

    def run(self, context: ToolContext, arguments: Json) -> Outcome:
        return Done(context.search(arguments["question"]))
