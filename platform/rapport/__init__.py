"""Rapport's ground floor: what every app stands on, and which knows nothing of them."""
