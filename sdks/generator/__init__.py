"""Makes the generated part of both SDKs from docs/openapi.yaml: `python -m sdks.generator [--check]`.

Why not one of the known generators: docs/decisions/0020-sdks.md. It knows OpenAPI only as far as our own document goes,
and stops with a sentence at what it does not know.
"""
