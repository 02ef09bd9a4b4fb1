"""Live token frames of a turn: from the worker that writes an answer to the browsers that show it."""
