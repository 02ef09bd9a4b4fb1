"""The API in OpenAI's form: its requests read, its answers written. What answers is the turn of every other channel."""
