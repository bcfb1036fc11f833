"""The domain and the web server of 诚信鲁山."""
