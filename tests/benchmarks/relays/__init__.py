"""What `make bench-relay` is made of."""
