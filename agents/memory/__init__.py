"""What is remembered of each contact, with sources."""
