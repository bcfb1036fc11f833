"""Small tables for tests of the floor: purses of money, a note for every deed that moved some, and visits."""

from tortoise import fields
from tortoise.models import Model

TABLES = """
    CREATE TABLE purse (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL CHECK (amount >= 0));
    CREATE TABLE note (deed INTEGER PRIMARY KEY, giver INTEGER NOT NULL, taker INTEGER NOT NULL);
"""


class Purse(Model):
    """Money that moves, and never becomes more or less."""

    id = fields.IntField(primary_key=True)
    amount = fields.IntField()


class Note(Model):
    """A deed that was done."""

    deed = fields.IntField(primary_key=True)
    giver = fields.IntField()
    taker = fields.IntField()


class Visit(Model):
    """What is not a number: a key, a day, a moment."""

    id = fields.UUIDField(primary_key=True)
    day = fields.DateField()
    moment = fields.DatetimeField()
