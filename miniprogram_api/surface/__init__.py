"""What every operation of the citizens' API shares: who speaks, bodies, errors, pages, the published contract."""
