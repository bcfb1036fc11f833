"""What a visitor does: signs in and out, takes part and leaves, agrees and withdraws, makes the type large."""

import re

import pytest

from tests.demo.conftest import Demo

pytestmark = pytest.mark.slow

ELSEWHERE = "01900000-0000-7000-8000-000000000000"


def test_the_session_is_in_a_cookie_that_scripts_and_other_sites_never_get(demo: Demo) -> None:
    with demo.browser() as browser:
        cookie = browser.post("/demo/sign-in", data={"person": "xin"}).headers["set-cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/demo"} <= set(re.split(r"; *", cookie))


def test_a_stranger_changes_nothing(demo: Demo) -> None:
    for address in ("enrolment", "leave", "texts", "sign-out"):
        with demo.browser() as stranger:
            answer = stranger.post(f"/demo/{address}", data={"agree": "yes", "version": "1"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_nobody_can_be_chosen_who_is_not_on_the_start_page(demo: Demo) -> None:
    for person in ("neighbour-1", "", "xiaomei "):
        with demo.browser() as browser:
            answer = browser.post("/demo/sign-in", data={"person": person})
        assert answer.status_code == 404
        assert "set-cookie" not in answer.headers


def test_enrolling_and_leaving(demo: Demo) -> None:
    yes = {"agree": "yes", "version": "1"}
    with demo.browser("xin") as xin:
        assert xin.post("/demo/enrolment", data={"version": "1"}).status_code == 422
        assert xin.post("/demo/enrolment", data={"agree": "yes", "version": "9"}).status_code == 409
        assert xin.get("/demo/points").status_code == 303
        for _ in range(2):  # a double tap
            assert xin.post("/demo/enrolment", data=yes).headers["location"] == "/demo/points"
        page = xin.get("/demo/points").text
        # Six hours that were filed and five that were approved since his birthday; what he did before gives nothing.
        assert "1011" in page
        assert xin.post("/demo/leave").headers["location"] == "/demo/enrolment"
        assert xin.get("/demo/entries").headers["location"] == "/demo/enrolment"
        assert xin.post("/demo/leave").headers["location"] == "/demo/enrolment"


def test_withdrawing_closes_what_is_personal_until_the_next_yes(demo: Demo) -> None:
    with demo.browser("xin") as xin:
        said = {"text": "privacy", "version": "1"}
        assert xin.post("/demo/texts", data={**said, "given": "no"}).headers["location"] == "/demo/texts"
        assert xin.get("/demo/records").headers["location"] == "/demo/texts"
        assert "同意《隐私政策》" in xin.get("/demo/texts").text
        assert xin.post("/demo/texts", data={**said, "given": "yes"}).headers["location"] == "/demo/texts"
        assert xin.get("/demo/records").status_code == 200
        assert xin.post("/demo/texts", data={"text": "enrolment", "version": "1", "given": "yes"}).status_code == 404


def test_a_form_on_another_site_does_nothing(demo: Demo) -> None:
    with demo.browser("xiaomei") as xiaomei:
        answer = xiaomei.post("/demo/leave", headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
        assert xiaomei.get("/demo/points").status_code == 200
        answer = xiaomei.post("/demo/leave", headers={"Sec-Fetch-Site": "same-site"})
        assert answer.status_code == 403


def test_signing_out_ends_the_session_itself(demo: Demo) -> None:
    with demo.browser("zhiqiang") as zhiqiang:
        token = zhiqiang.cookies["demo_session"]
        assert zhiqiang.post("/demo/sign-out").headers["location"] == "/"
        assert "demo_session" not in zhiqiang.cookies
    with demo.browser(cookie=token) as thief:
        assert thief.get("/demo/points").headers["location"] == "/"


def test_when_wechat_is_away_the_page_says_so(demo: Demo) -> None:
    demo.wechat.fault("down", path="/sns/jscode2session")
    try:
        with demo.browser() as browser:
            answer = browser.post("/demo/sign-in", data={"person": "xin"})
    finally:
        demo.wechat.clear_faults()
    assert answer.status_code == 503
    assert "微信" in answer.text


def test_large_type_stays_on_all_pages_and_leads_nowhere_else(demo: Demo) -> None:
    with demo.browser("xiaomei") as xiaomei:
        assert 'class="large"' not in xiaomei.get("/demo/points").text
        answer = xiaomei.post("/text-size", data={"size": "large", "back": "/demo/points"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/demo/points")
        for address in ("/", "/demo/points", f"/demo/entries/{ELSEWHERE}"):
            assert 'class="large"' in xiaomei.get(address).text
        for address in ("//evil.example", "https://evil.example", "/\\evil.example", "", "/a\r\nX: y", "/\u9c81"):
            answer = xiaomei.post("/text-size", data={"size": "usual", "back": address})
            assert answer.headers["location"] == "/"
        assert 'class="large"' not in xiaomei.get("/").text
