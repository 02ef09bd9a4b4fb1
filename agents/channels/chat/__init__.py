"""Chat: visitors' sessions."""
