"""What is said of a poster on both sides of the workshop's pipe; nothing of Pillow."""

import msgspec

# Moves with whatever changes how the same words look: each design is kept under a key of its own.
DESIGN = 1
MOST_BYTES = 300_000  # of a poster: a village's 4G
WIDTH = 750  # pixels


class PosterWords(msgspec.Struct, frozen=True):
    """What stands on an article's poster. Of readers nothing."""

    title: str
    summary: str
    about: str  # the channel, and the campaign if there is one
    source: str  # the department
