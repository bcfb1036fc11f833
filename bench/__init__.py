"""How fast it is, as ratios taken side by side in one run: `make bench`."""
