"""What is held of whom: the registry of it, exports, erasure, deletion, retention, receipts, and secrets at rest."""
