"""Against which revision a reviewer sees what has changed."""

from backend.content.flow_words import FINAL_PASS, FIRST_PASS, SECOND_PASS, SENT_BACK
from backend.content.models import Review
from backend.content.review_steps import last_passed


def taken(*steps: tuple[str, int]) -> list[Review]:
    return [Review(step=step, revision_number=number, round=1) for step, number in steps]


def test_before_any_passed_all_three_it_is_the_newest_that_somebody_let_pass() -> None:
    assert last_passed([], 3) is None
    assert last_passed(taken((SENT_BACK, 2)), 3) is None
    assert last_passed(taken((FIRST_PASS, 2), (SENT_BACK, 2)), 3) == 2
    assert last_passed(taken((FIRST_PASS, 3)), 3) is None


def test_what_one_let_pass_and_the_next_sent_back_is_new_to_the_others() -> None:
    published = [(FIRST_PASS, 2), (SECOND_PASS, 2), (FINAL_PASS, 2)]
    assert last_passed(taken(*published, (FIRST_PASS, 5), (SENT_BACK, 5)), 6) == 2
