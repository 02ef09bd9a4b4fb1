"""Tools of MCP servers: fetched with the official client, looked at by a person, and off when they change."""
