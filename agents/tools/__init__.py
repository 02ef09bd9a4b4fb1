"""What an agent can do besides answering: tools, under which conditions each is used, and the journal of their calls.

Nothing here knows the turn that calls: what a tool may use of it is in `ToolContext`. Nothing here sends a secret to a
model, a trace or an error.
"""
