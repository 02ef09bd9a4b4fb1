"""An agent's configuration: one document of sections, typed, frozen and checked.

It knows no database and no tenant: what a draft, a version and a file hold is read here, and nothing else reads it.
Rules for whoever adds a field:
- it goes into its section's module and has a default, so that documents that were stored before it stay readable;
- a field that is there keeps its name and its meaning: versions are immutable, and old ones must still be run;
- secrets have no place in it: a document is shown, compared, exported.
"""

from agents.configuration.document import AgentConfig, Json, canonical_json, default_config, digest_of, to_document
from agents.configuration.reading import merge_document, read_document

__all__ = [
    "AgentConfig",
    "Json",
    "canonical_json",
    "default_config",
    "digest_of",
    "merge_document",
    "read_document",
    "to_document",
]
