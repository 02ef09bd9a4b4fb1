"""The sections of an agent's configuration, one module each."""
