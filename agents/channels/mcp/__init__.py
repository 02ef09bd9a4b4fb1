"""The company's knowledge and agents as an MCP server: https://modelcontextprotocol.io/specification"""
