"""Parts of the answers benchmark: the data set's questions, the ways to ask them, the figures, the fit."""
