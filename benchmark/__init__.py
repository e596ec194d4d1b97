"""Scripts that print the papers' tables: ``python -m benchmark.<name>``."""
