"""What a larger county does to one look at the score: nothing, unless a query grows with the table."""

from statistics import median

from bench.county import ENTRIES_EACH, County, served
from bench.generator import Generated, generate
from bench.measuring import Row
from bench.score import SCORE
from bench.wrk import drive
from tests import servers

SMALL = 10_000  # citizens
SECONDS = 5
CONNECTIONS = 4  # few, so that the answer is timed and not the queue
AT_MOST = 1.2


def growth(database_url: str, made: Generated, rounds: int) -> Row:
    """The score's median time in the county that was made, over that in a small one beside it, by turns."""
    before, _, _ = database_url.rpartition("/")
    servers.execute(f"{before}/postgres", "CREATE DATABASE small")
    small = generate(f"{before}/small", SMALL, ENTRIES_EACH * SMALL)
    with served(database_url, made.tokens) as here, served(f"{before}/small", small.tokens) as there:
        for each in (here, there):
            drive(each.server.url + SCORE, each.tokens, seconds=2, connections=CONNECTIONS)
        taken = [(_p50(here), _p50(there)) for _ in range(rounds)]
    large_ms, small_ms = (median(each[place] for each in taken) for place in (0, 1))
    told = f"p50 {large_ms:.2f} ms with {_size(made)}, {small_ms:.2f} ms with {_size(small)}"
    return Row("my score in a large county against a small one", [large / few for large, few in taken], AT_MOST, told)


def _p50(county: County) -> float:
    return drive(county.server.url + SCORE, county.tokens, seconds=SECONDS, connections=CONNECTIONS).p50


def _size(made: Generated) -> str:
    return f"{made.citizens:,} citizens and {made.entries:,} entries"
