"""A department's own system: it has a key, and sends rows, signed as docs/department-api.md says."""

import hashlib
import hmac
import itertools
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from backend import clock
from backend.department_api.operation import PREFIX
from backend.records.columns import TITLES
from backend.staff import department_keys, people
from backend.staff.models import DepartmentKey, StaffUser
from backend.staff.permissions import staff_of
from tests import factories
from tests.answers import refused
from tests.department_api.contract import assert_announced
from tests.factories import CITIZEN, DEPARTMENT, HONEST_SHOP, VAULT, Person, number_of

_numbers = itertools.count(1)


@dataclass
class System:
    """What signs requests with one key. What is passed to `send` goes before what is right."""

    http: httpx.AsyncClient
    key: DepartmentKey
    secret: str = field(repr=False)

    async def send(
        self,
        method: str,
        path: str,
        body: Any = b"",
        *,
        query: str = "",
        headers: Mapping[str, Any] | None = None,
        **wrong: Any,
    ) -> httpx.Response:
        """Any request below PREFIX. `wrong` may name what is signed instead: signed_method, _path, _body, a secret."""
        time = str(wrong.get("time", int(clock.now().timestamp())))
        nonce = str(wrong.get("nonce", secrets.token_urlsafe(16)))
        digest = hashlib.sha256(wrong.get("signed_body", body)).hexdigest()
        message = "\n".join(
            [wrong.get("signed_method", method), PREFIX + wrong.get("signed_path", path) + query, time, nonce, digest]
        )
        signing_key = hashlib.sha256(wrong.get("secret", self.secret).encode()).digest()
        signed = {
            "X-Lushan-Key": self.key.public_id,
            "X-Lushan-Time": time,
            "X-Lushan-Nonce": nonce,
            "X-Lushan-Signature": hmac.new(signing_key, message.encode(), "sha256").hexdigest(),
        }
        given = {name: value for name, value in (signed | dict(headers or {})).items() if value is not None}
        answer = await self.http.request(method, PREFIX + path + query, content=body or None, headers=given)
        assert_announced(method, PREFIX + path, answer)
        return answer

    async def push(self, *rows: Any, key: str | None = None, **wrong: Any) -> httpx.Response:
        """Rows, under a name of their own unless one is given."""
        body = json.dumps({"rows": rows}, ensure_ascii=False).encode()
        name = {"Idempotency-Key": key or f"push-{next(_numbers):06}"}
        return await self.send("POST", "/records", body, headers=name | dict(wrong.pop("headers", {})), **wrong)

    async def pushed(self, *rows: Any, key: str | None = None) -> dict[str, Any]:
        """What a push that must succeed answers."""
        answer = await self.push(*rows, key=key)
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    async def batch(self, batch_id: str) -> dict[str, Any]:
        """A batch that must be there."""
        answer = await self.send("GET", f"/batches/{batch_id}")
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    async def change(self, deed: str, record_id: object, **said: Any) -> httpx.Response:
        """Amend or withdraw a record."""
        body = json.dumps(said, ensure_ascii=False).encode()
        return await self.send("POST", f"/records/{record_id}/{deed}", body)

    async def is_refused(self, status: int, code: str, answer: httpx.Response | None = None) -> dict[str, Any]:
        """The problem of this answer, or of a push of one good row."""
        return refused(answer or await self.push(a_row()), status, code)


def a_row(person: Person = CITIZEN, item: str = HONEST_SHOP, **cells: Any) -> dict[str, Any]:
    """One row as JSON, by the columns' keys; a blank cell is left out."""
    texts = factories.row(person, item, **cells)
    keys = {title: key for key, title in TITLES.items()}
    row: dict[str, Any] = {keys[title]: text for title, text in texts.items() if text}
    return row | {key: value for key, value in cells.items() if not isinstance(value, str)}


def states(batch: Mapping[str, Any]) -> list[str]:
    """What became of the rows of a batch, in their order."""
    return [each["state"] for each in batch["results"]]


async def an_officer(username: str, department: str = DEPARTMENT, own: Person | None = None) -> StaffUser:
    """A colleague who is set up and may file, the same one each time."""
    known = await StaffUser.get_or_none(username=username)
    if known is None:
        known = await people.add_staff(username, "王办事", department, ["officer"])
        number = own.number if own is not None else number_of(username)
        await StaffUser.filter(id=known.id).update(own_number_digest=VAULT.digest(number, "citizen.number"))
    return await StaffUser.get(id=known.id).select_related("department")


async def an_admin() -> Any:
    """The administrator at work."""
    known = await StaffUser.get_or_none(username="admin")
    return await staff_of(known or await people.add_staff("admin", "李主任", DEPARTMENT, ["admin"]))


async def a_system(
    http: httpx.AsyncClient, username: str = "sjj-wang", department: str = DEPARTMENT, own: Person | None = None
) -> System:
    """A system of the department with a key that this officer answers for."""
    await an_officer(username, department, own)
    issued = await department_keys.issue(VAULT, await an_admin(), department, username, "执法办案系统", 12)
    return System(http, issued.key, issued.secret)
