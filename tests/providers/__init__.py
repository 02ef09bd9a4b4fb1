"""A server that speaks as OpenAI, Anthropic and Google do, and does what the model's name says.

It runs by itself (`python -m tests.providers --port 9100`) or inside a test (`tests.providers.running`). It keeps every
request, so that a test can say what was on the wire, and a bill of what it served, so that a test can say what is owed.
It knows nothing of the product: what it counts and charges is its own word.
"""
