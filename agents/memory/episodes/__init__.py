"""Finding what was said before: past turns of a contact, in all its conversations and channels.

`indexing` packs turns into segments when a turn is over, `shelves` keeps them at hand in a process, `finding` searches
them for a question. The episodes' rows are the truth: what has none is never found.
"""
