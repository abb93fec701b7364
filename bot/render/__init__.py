"""Data in, Messages out: one module per message; the words themselves are in ``templates/``."""
