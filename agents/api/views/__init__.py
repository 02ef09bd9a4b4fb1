"""The views of /v1, one module per kind of object. They check who calls, read the request, and ask a service."""
