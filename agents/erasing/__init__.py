"""Taking a message or a conversation out of what agents hold, with all that was made of it."""
