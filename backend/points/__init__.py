"""Points: from dated facts to a score that explains itself."""
