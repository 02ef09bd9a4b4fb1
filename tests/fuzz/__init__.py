"""Random calls of the whole API, right and wrong ones, against the running product: `make fuzz-api`."""
