"""Whatever the document allows, and whatever it does not: made up by the hundred, sent to the running server."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, TypeAlias

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import negative_data_rejection, response_schema_conformance

from backend.citizens.models import Citizen
from backend.demo.wechat_stand_in import StandIn
from backend.settings import Settings
from tests import article_factories, evidence_factories, factories
from tests.api.awards_to_try import Attempt, awards_to_try
from tests.contract import assert_announced, published
from tests.factories import CITIZEN, COUSIN, NEIGHBOUR
from tests.running_app import PREFIX
from tests.servers import RunningServer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.usefixtures("database"),
]

Operation: TypeAlias = APIOperation[Any, Any, Any, Any]

FEW = 5  # of each kind, for each operation, and always the same; `make soak` sends a hundred new ones
CHECKS = [not_a_server_error, response_schema_conformance, negative_data_rejection]
# Sent last, because they end what the others need: the points, the consent, the session.
ENDING = ("leave", "enrol", "decide_consent", "bind", "sign_out", "sign_out_everywhere")
KNOWN = {
    "entry_id": "entries",
    "record_id": "records",
    "notice_id": "notices",
}  # path arguments, and where one is found
FITTING, WRONG = GenerationMode.POSITIVE, GenerationMode.NEGATIVE


def in_order() -> list[Operation]:
    schema = schemathesis.openapi.from_dict(published())
    found = list(schema.get_all_operations())
    assert all(isinstance(each, Ok) for each in found), "an operation that schemathesis cannot read"
    readable: list[Operation] = [each.ok() for each in found if isinstance(each, Ok)]
    return sorted(readable, key=lambda each: ENDING.index(name_of(each)) if name_of(each) in ENDING else -1)


def name_of(operation: Operation) -> str:
    return str(operation.definition.raw["operationId"])


def takes_something(operation: Operation) -> bool:
    return bool(operation.definition.raw["parameters"]) or "requestBody" in operation.definition.raw


def send_many(
    url: str, operation: Operation, mode: GenerationMode, examples: int, tokens: Iterator[str], attempt: Attempt
) -> Counter[int]:
    """Send made-up requests to one operation; each answer must keep to the document. How often each status came."""
    seen: Counter[int] = Counter()
    bodies, known = attempt.bodies(), {"path_parameters": dict(attempt.path)} if attempt.path else {}

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode, **known))
    def send(case: Case[Operation]) -> None:
        headers = {"Authorization": f"Bearer {token}"} if (token := next(tokens)) else {}
        if change := next(bodies):
            case.body = case.body | change
        with requests.Session() as session:
            answer = case.call(base_url=url, session=session, headers=headers)
            if answer.status_code == 429 and mode is FITTING and not seen:  # a soak comes to the limits
                time.sleep(int(answer.headers["Retry-After"]))
                answer = case.call(base_url=url, session=session, headers=headers)
        case.validate_response(answer, checks=CHECKS)
        names = {name: values[0] for name, values in answer.headers.items() if name == "content-type"}
        received = httpx.Response(answer.status_code, headers=names, content=answer.content)
        assert_announced(operation.method.upper(), operation.path, received)
        seen[answer.status_code] += 1

    (seed(20261123)(send) if examples == FEW else send)()
    return seen


async def to_read() -> dict[str, str]:
    """What everybody may read, under the path argument that it is found by."""
    coming = await factories.load_tiny_catalogue(version="2099-1", in_force_from=date(2099, 1, 1))
    campaign = await article_factories.campaign(pledge=True)
    article = await article_factories.published(campaign_id=campaign.id, tags=("诚信",))
    return {"article_id": str(article), "campaign_id": str(campaign.id), "version": coming.version}


async def test_nothing_that_a_stranger_sends_gets_her_further_than_401(server: RunningServer) -> None:
    await a_stranger_sends(server, FEW)


async def a_stranger_sends(server: RunningServer, examples: int) -> None:
    await factories.load_sample_catalogue()

    def run() -> None:
        for operation in in_order():
            for mode in (FITTING, WRONG) if takes_something(operation) else (FITTING,):
                seen = send_many(server.url, operation, mode, examples, itertools.repeat(""), Attempt())
                if operation.definition.raw["security"]:
                    assert set(seen) == {401}, operation.label

    await asyncio.to_thread(run)


async def evidence_to_try(citizen: Citizen) -> dict[str, Attempt]:
    """For each operation on evidence something of hers that it works on."""
    sent = (await evidence_factories.submitted()).id
    drafts = [(await evidence_factories.draft(citizen)).id for _ in range(3)]
    on_evidence = ("show_evidence", "withdraw_evidence", "change_evidence", "submit_evidence", "delete_evidence")
    ids = zip(on_evidence, (sent, sent, *drafts), strict=True)
    return {name: Attempt({"evidence_id": str(each)}) for name, each in ids}


async def test_nothing_that_a_citizen_sends_breaks_the_server(
    server: RunningServer, wechat_stand_in: StandIn, settings: Settings
) -> None:
    await citizens_send(server, wechat_stand_in, settings, FEW)


async def citizens_send(server: RunningServer, wechat_stand_in: StandIn, settings: Settings, examples: int) -> None:
    people = (CITIZEN, NEIGHBOUR, COUSIN)
    for person in people:
        await factories.enrolled_citizen(person)
        await factories.file_records(factories.row(person), factories.row(person, factories.PENALTY))

    everybodys = await to_read()
    citizen = await evidence_factories.citizen_of(CITIZEN)
    mine = await evidence_to_try(citizen) | await awards_to_try(citizen, settings)

    def sign_in(user: str) -> str:
        answer = httpx.post(f"{server.url}{PREFIX}/sessions", json={"code": wechat_stand_in.code(user)})
        return str(answer.raise_for_status().json()["token"])

    def first_of(things: str, token: str) -> str:
        answer = httpx.get(f"{server.url}{PREFIX}/{things}", headers={"Authorization": f"Bearer {token}"})
        return str(answer.raise_for_status().json()["items"][0]["id"])

    def run() -> None:
        signed_in = [sign_in(person.wechat) for person in people]
        citizens, guests = itertools.cycle(signed_in), (sign_in(f"guest-{each}") for each in itertools.count())
        hers = {name: first_of(things, signed_in[0]) for name, things in KNOWN.items()} | everybodys
        answered = send_all(server.url, examples, mine, hers, citizens, guests, signed_in[0])
        assert {name: seen for name, seen in answered.items() if 401 in seen} == {}
        unreached = {name for name, seen in answered.items() if not seen.keys() & {200, 201, 204}}
        made_up = {"sign_in", "bind", "show_picture", "show_file", "show_what_if"}
        assert unreached == made_up, "a made-up code is no code, nor a made-up link or file one of ours"

    await asyncio.to_thread(run)


def send_all(
    url: str,
    examples: int,
    mine: Mapping[str, Attempt],
    hers: Mapping[str, str],
    citizens: Iterator[str],
    guests: Iterator[str],
    owner: str,
) -> dict[str, Counter[int]]:
    """Send to every operation; what is `mine` is tried by its owner first. What the fitting requests came to."""
    answered: dict[str, Counter[int]] = {}
    for operation in in_order():
        name = name_of(operation)
        tokens = guests if name in ENDING[-2:] else citizens
        first = [owner] if name in mine else []
        asked = {each["name"] for each in operation.definition.raw["parameters"]} & hers.keys()
        attempt = mine.get(name) or Attempt({each: hers[each] for each in asked})
        answered[name] = send_many(url, operation, FITTING, examples, itertools.chain(first, tokens), attempt)
        if takes_something(operation):
            send_many(url, operation, WRONG, examples, tokens, Attempt())
    return answered
