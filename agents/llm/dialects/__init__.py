"""How each provider wants to be asked, and what it streams back. Pure: bodies and events, no network, no clock."""
