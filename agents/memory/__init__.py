"""What is remembered of a contact: episodes as they were said, and facts with their sources."""
