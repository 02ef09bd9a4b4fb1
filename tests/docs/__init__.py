"""What the docs tell people to type, typed, in its order, against the real product; and what they say it prints."""
