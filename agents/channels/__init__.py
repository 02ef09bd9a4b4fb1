"""How people reach an agent."""
