"""What a language model reads from a call that is over: the values that its agent asks for, and whether it was a
success."""
