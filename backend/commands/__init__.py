"""What `run.py` can do, one file a subject; each prints for a person and answers with an exit code."""
