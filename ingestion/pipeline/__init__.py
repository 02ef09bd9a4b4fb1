"""From a submitted version to one that answers: parse, chunk, embed, project, verify, replace. Every step can be run
again: ids are derived from what they name, and what was computed is found by its hash."""
