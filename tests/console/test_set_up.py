"""Setting an account up from an invitation: a phone, a password, and who she is as a citizen."""

import re

import pyotp
import pytest

from backend import clock
from backend.staff.models import StaffUser
from tests.console.conftest import OWN_NUMBER, PASSWORD, Office, Officer
from tests.factories import VAULT
from tests.running_app import CountyClock, both_databases

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@both_databases
async def test_a_new_colleague_sets_her_account_up_and_signs_in(office: Office) -> None:
    user, token = await office.invited("sjj-xin", roles=["reviewer"])
    browser = office.stranger()
    assert (await browser.get(f"/set-up/{token}")).status_code == 200
    assert '<svg viewBox="' in browser.page
    secret = shown_secret(browser)
    browser.user, browser.secret = user, secret
    answer = await browser.post(f"/set-up/{token}", typed(secret))
    await browser.follow(answer)
    assert "账号已设置好" in browser.page
    await browser.follow(await browser.enter())
    assert "王办事，您好" in browser.page
    row = await StaffUser.get(id=user.id)
    assert row.own_number_digest == VAULT.digest(OWN_NUMBER, "citizen.number")
    assert row.password_hash is not None
    assert PASSWORD not in row.password_hash


@on_sqlite
async def test_each_mistake_is_said_at_its_field_and_the_number_stays(office: Office) -> None:
    _, token = await office.invited("sjj-xin")
    browser = office.stranger()
    await browser.get(f"/set-up/{token}")
    secret = shown_secret(browser)
    answer = await browser.post(f"/set-up/{token}", {"password": "1234567890", "code": "12", "own_number": "110"})
    assert answer.status_code == 422
    for field in ("password", "code", "own_number"):
        assert f'id="{field}-fault"' in browser.page
    assert 'value="110"' in browser.page
    assert "1234567890" not in browser.page
    assert shown_secret(browser) == secret
    assert (await browser.post(f"/set-up/{token}", typed(secret))).status_code == 303


@on_sqlite
async def test_a_link_works_once_and_not_for_ever(office: Office) -> None:
    _, token = await office.invited("sjj-xin")
    browser = office.stranger()
    await browser.get(f"/set-up/{token}")
    secret = shown_secret(browser)
    assert (await browser.post(f"/set-up/{token}", typed(secret))).status_code == 303
    _, late = await office.invited("sjj-late")
    CountyClock().forward(hours=73)
    for gone in (token, late, "nonsense", "%00", "鲁山"):
        assert (await browser.get(f"/set-up/{gone}")).status_code == 404
        assert "这个设置链接" in browser.page
        assert (await browser.post(f"/set-up/{gone}", typed(secret))).status_code == 404


@on_sqlite
async def test_a_strangers_form_sets_nothing_up(office: Office) -> None:
    user, token = await office.invited("sjj-xin")
    browser = office.stranger()
    await browser.get(f"/set-up/{token}")
    answer = await office.stranger().send("POST", f"/set-up/{token}", data=typed(shown_secret(browser)))
    assert answer.status_code == 403
    assert (await StaffUser.get(id=user.id)).password_hash is None


def shown_secret(browser: Officer) -> str:
    found = re.search(r'id="secret">([A-Z2-7 ]+)<', browser.page)
    assert found is not None, browser.page
    return found[1].replace(" ", "")


def typed(secret: str) -> dict[str, str]:
    code = pyotp.TOTP(secret).at(clock.now())
    return {"password": PASSWORD, "code": code, "own_number": OWN_NUMBER}
