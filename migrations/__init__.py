"""The one history of all tables, written by `run.py make-migration NAME`."""
