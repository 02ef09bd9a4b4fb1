"""Stripe, behind one door: who pays by it, for which plan, and what was used. Off while STRIPE_SECRET_KEY is empty."""
