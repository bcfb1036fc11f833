"""What citizens hand in to be counted: evidence, its review, and its points."""
