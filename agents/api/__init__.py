"""The public API, /v1: thin views over services and selectors. Errors are translated in `rapport.edge`."""
