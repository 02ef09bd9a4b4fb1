"""Tests of what is in infra/."""
