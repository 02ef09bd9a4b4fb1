"""Calls of every kind while the processes that have them are killed: `make call-kills`."""
