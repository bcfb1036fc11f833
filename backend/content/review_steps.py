"""The steps that an article has gone, as rounds of reviewing; what to print of them, and what to compare with."""

from collections.abc import Sequence
from itertools import groupby

from backend.content.flow_words import FINAL_PASS, PASSES
from backend.content.models import Review


def in_rounds(steps: Sequence[Review]) -> list[tuple[int, list[Review]]]:
    """The steps by round, the newest round first, each in the order of its steps."""
    ordered = sorted(steps, key=lambda step: step.round)
    return [(number, list(rows)) for number, rows in groupby(ordered, key=lambda step: step.round)][::-1]


def round_to_print(steps: Sequence[Review], current: int) -> int:
    """Which round 发稿审签单 is about unless another is asked for: the newest that passed, else the current one."""
    return max((step.round for step in steps if step.step == FINAL_PASS), default=current)


def last_passed(steps: Sequence[Review], newest: int) -> int | None:
    """Against which revision before `newest` a reviewer sees what has changed: the one that last passed all three.

    Before any has, the newest that somebody let pass. Only what passed all three was ever looked at as a whole: what
    came into a revision that one passed and the next sent back is new to the others.
    """
    before = [step for step in steps if step.step in PASSES and step.revision_number < newest]
    whole = [step.revision_number for step in before if step.step == FINAL_PASS]
    return max(whole or (step.revision_number for step in before), default=None)
