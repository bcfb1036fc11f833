"""Campaigns and articles: written, reviewed three times, published, read, counted."""
