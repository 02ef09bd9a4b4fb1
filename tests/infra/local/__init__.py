"""Tests of starting the real servers without Docker."""
