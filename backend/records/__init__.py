"""The catalogue, and the records that departments file under it."""
