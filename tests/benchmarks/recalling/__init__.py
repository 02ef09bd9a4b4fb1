"""Past conversations found again: a data set of dialogues, put through the product's own code."""
