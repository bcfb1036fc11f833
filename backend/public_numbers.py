"""Numbers by which people name what they handed in, `2026-7F3K9Q`: they say the year and nothing else."""

import secrets

from tortoise.models import Model

from backend import clock

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: none is taken for another when read out
_LENGTH = 6


async def new_number(rows: type[Model]) -> str:
    """A number that none of these rows has in its unique column `number`; unguessable, so that nobody counts along."""
    while True:
        number = f"{clock.today().year}-" + "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
        if not await rows.filter(number=number).exists():
            return number
