"""评选: the awards of the seed, their seasons with dates and phases, and the committees that judge them."""
