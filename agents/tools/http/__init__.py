"""Tools that are calls to a company's own HTTP API: filled in a form, or taken from its OpenAPI description."""
