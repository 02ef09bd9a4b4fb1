"""People in the loop: who answers a conversation, what they write, and what the contact is told of it."""
