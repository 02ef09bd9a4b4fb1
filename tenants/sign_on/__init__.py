"""How a company's people sign in through the company's own provider: its settings, its domains, and who is let in.

Nobody is let in by a domain that the company has not shown to be its own.
"""
