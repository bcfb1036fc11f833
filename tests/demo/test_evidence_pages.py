"""Evidence on the phone's pages without a script: a stranger, a neighbour, then whoever hands it in."""

import re
from datetime import timedelta

import httpx
import pytest

from backend import clock
from backend.demo.photos.camera import Photo, develop
from tests.demo.conftest import Demo

pytestmark = pytest.mark.slow

ELSEWHERE = "01900000-0000-7000-8000-000000000000"
KEY = "a-key-of-this-test"


def begin(browser: httpx.Client, kind: str = "service") -> str:
    """A new draft's address."""
    answer = browser.post("/demo/evidence", data={"kind": kind, "key": f"{KEY}-{clock.now().timestamp()}"})
    assert answer.status_code == 303
    return answer.headers["location"].removesuffix("/edit")


def a_certificate(number: str) -> dict[str, str]:
    day = clock.today() - timedelta(days=5)
    return {
        "certificate_number": number,
        "certificate_issuer": "中国志愿服务网（示例）",
        "served_on": day.isoformat(),
        "hours": "３.５",  # as a Chinese keyboard writes it
    }


def send_photo(browser: httpx.Client, data: bytes, key: str, **headers: str) -> httpx.Response:
    return browser.post(
        "/demo/photos", files={"file": ("photo.jpg", data)}, headers={"Idempotency-Key": key, **headers}
    )


def test_a_stranger_hands_nothing_in(demo: Demo) -> None:
    with demo.browser() as stranger:
        for address in ("", f"/{ELSEWHERE}/edit", f"/{ELSEWHERE}/withdraw", f"/{ELSEWHERE}/delete"):
            answer = stranger.post(f"/demo/evidence{address}", data={"kind": "service"})
            assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert stranger.post(f"/demo/evidence/{ELSEWHERE}/save").status_code == 401
        assert send_photo(stranger, b"x", KEY).status_code == 401


def test_a_neighbours_is_not_found(demo: Demo) -> None:
    with demo.browser("xin") as xin, demo.browser("zhiqiang") as zhiqiang:
        draft = begin(xin)
        for address in (draft, f"{draft}/edit"):
            assert zhiqiang.get(address).status_code == 404
        for deed in ("edit", "save", "withdraw", "delete"):
            assert zhiqiang.post(f"{draft}/{deed}", data={"activity": "别人的"}).status_code == 404
        assert "别人的" not in xin.get(f"{draft}/edit").text
        assert xin.post(f"{draft}/delete").status_code == 303


def test_another_site_sends_nothing(demo: Demo) -> None:
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    with demo.browser("xin") as xin:
        assert xin.post("/demo/evidence", data={"kind": "service"}, headers=elsewhere).status_code == 403
        assert send_photo(xin, b"x", KEY, **elsewhere).status_code == 403


def test_going_in_and_out_leaves_one_empty_draft(demo: Demo) -> None:
    with demo.browser("zhiqiang") as zhiqiang:
        first = begin(zhiqiang, "study")
        assert begin(zhiqiang, "study") == first
        assert zhiqiang.post("/demo/evidence", data={"kind": "fun"}).headers["location"] == "/demo/evidence/new"
        assert zhiqiang.post(f"{first}/delete").headers["location"] == "/demo/evidence"
        assert zhiqiang.get(first).status_code == 404


def test_faults_stand_at_their_fields_and_nothing_typed_is_lost(demo: Demo) -> None:
    typed = {"activity": "打扫<老街>", "hours": "六", "starts_at_day": "2026-11-01", "deed": "submit"}
    with demo.browser("xin") as xin:
        draft = begin(xin)
        answer = xin.post(f"{draft}/edit", data=typed)
        assert answer.status_code == 422
        for name in ("hours", "starts_at"):
            assert re.search(rf'faulty" data-field="{name}"', answer.text)
        for words in ('value="打扫&lt;老街&gt;"', 'value="六"', 'value="2026-11-01"', "请写数字", "日期和几点都要填"):
            assert words in answer.text
        answer = xin.post(f"{draft}/edit", data={"activity": "打扫老街", "deed": "submit"})
        assert answer.status_code == 422
        assert len(re.findall("请填写这一项。", answer.text)) == 5
        assert "请至少上传一张照片" in answer.text
        assert xin.post(f"{draft}/delete").status_code == 303


def test_a_certificate_is_handed_in_once_however_often_it_is_pressed_and_taken_back(demo: Demo) -> None:
    form = {**a_certificate("SLZ-TEST-1"), "key": f"{KEY}-submit", "deed": "submit"}
    with demo.browser("zhiqiang") as zhiqiang:
        draft = begin(zhiqiang)
        for _ in range(2):
            answer = zhiqiang.post(f"{draft}/edit", data=form)
            assert answer.headers["location"] == f"{draft}?told=submitted"
        page = zhiqiang.get(f"{draft}?told=submitted").text
        for words in ("已经交上去了", "审核中", "3.5 小时", "SLZ-TEST-1", "最迟", "县民政局", "我要撤回"):
            assert words in page
        assert page.count("<strong>提交</strong>") == 1
        assert zhiqiang.get(f"{draft}/edit").headers["location"] == draft
        for _ in range(2):
            answer = zhiqiang.post(f"{draft}/withdraw", data={"key": f"{KEY}-withdraw"})
            assert answer.headers["location"] == f"{draft}?told=withdrawn"
        assert "已撤回" in zhiqiang.get(draft).text


def test_what_is_typed_is_kept_before_it_is_whole(demo: Demo) -> None:
    with demo.browser("zhiqiang") as zhiqiang:
        draft = begin(zhiqiang, "donation")
        answer = zhiqiang.post(f"{draft}/save", data={"recipient": "示例慈善会", "amount_fen": "200.5"})
        assert answer.json() == {"saved": True}
        page = zhiqiang.get(f"{draft}/edit").text
        assert 'value="示例慈善会"' in page
        assert 'value="200.50"' in page
        assert "200.50 元" in zhiqiang.get(draft).text or "200.5 元" in zhiqiang.get(draft).text
        answer = zhiqiang.post(f"{draft}/save", data={"amount_fen": "两百"})
        assert answer.status_code == 422
        assert [each["field"] for each in answer.json()["errors"]] == ["amount_fen"]
        assert zhiqiang.post(f"{draft}/delete").status_code == 303


def test_a_photo_sent_twice_under_one_key_is_one_and_what_is_none_is_refused(demo: Demo) -> None:
    photo = develop(Photo("goods", 1, located=True))
    with demo.browser("zhiqiang") as zhiqiang:
        first, again = (send_photo(zhiqiang, photo, f"{KEY}-photo").json() for _ in range(2))
        assert first["id"] == again["id"]
        shown = zhiqiang.get(first["small_url"])
        assert shown.status_code == 200
        assert shown.headers["content-type"].startswith("image/")
        refused = send_photo(zhiqiang, b"no picture at all", f"{KEY}-none")
        assert (refused.status_code, refused.json()["code"]) == (422, "not_a_picture")
        assert send_photo(zhiqiang, b"0" * (11 * 1024 * 1024), f"{KEY}-giant").status_code == 413
        with demo.browser("xin") as xin:
            draft = begin(xin)
            answer = xin.post(f"{draft}/save", data={"pictures": first["id"]})
            assert answer.json()["code"] == "no_such_picture"
            assert xin.post(f"{draft}/delete").status_code == 303
