"""Later work: outbox rows and the worker that does them."""
