"""The prompt registry as the turn reads it: texts with variables, found by label or by version."""
