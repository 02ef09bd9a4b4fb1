"""What `make bench-turn` is made of."""
