"""Generated suites of what contacts say, with exact answers: `make bench-facts`."""
