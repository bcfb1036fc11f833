"""What members wrote of a nominee is forgotten with the nominee: comments, and why somebody sat out (charter 10)."""

from backend.honours.models import Judgement

_AT_ONCE = 500


async def forget_words() -> int:
    """Forget the words of judgements whose nominee is erased; how many. Killed half-way, the next run goes on.

    The marks stay: of a nominee without a name they are numbers that identify nobody.
    """
    forgotten = 0
    gone = Judgement.filter(nominee__about_hidden=None).exclude(words_hidden=None)
    while ids := await gone.limit(_AT_ONCE).values_list("id", flat=True):
        forgotten += await Judgement.filter(id__in=list(ids)).update(words_hidden=None)
    return forgotten
