"""Experiments: which version a contact gets, and what became of each version's answers."""
