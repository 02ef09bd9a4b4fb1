"""What was said, in short: turn → conversation → contact → account, each made of what is below it.

Rows of `Summary` are worth nothing without what they were made of. Each names its inputs and a digest over them; what
has the same digest is left alone, so that a change makes anew what stands above it and nothing else. None is edited.
"""
