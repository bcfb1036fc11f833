"""The staff's pages: one guard, one file a desk."""
