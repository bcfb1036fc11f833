"""Every operation of the citizens' API: who speaks, what it publishes of itself, and that it keeps to it."""

import json
import re
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from sanic import Sanic

from backend.app import create_app
from backend.citizens.idempotency import Once
from backend.demo.wechat_stand_in import StandIn
from backend.settings import Settings, demo_settings
from miniprogram_api.all_routes import ALL_ROUTES
from miniprogram_api.surface.operation import Body, Bytes, Operation, Query, Streamed
from miniprogram_api.surface.pages import PageQuery
from miniprogram_api.surface.problem import CONTENT_TYPE
from miniprogram_api.surface.serving import PREFIX, SPEAKERS
from miniprogram_api.surface.upload import Upload
from tests.answers import refused
from tests.contract import assert_announced, codes_of, limited, operations, published, validator
from tests.running_app import running_app
from tests.write_openapi import KEPT, written

# Readable by anybody, signed in or not; sign_in is how one gets a session; for a picture its link speaks, which is
# sealed, ends within minutes and belongs to one live session. A new line here is a decision.
PUBLIC = {"list_texts", "show_catalogue", "list_checkpoints", "show_evidence_rules", "sign_in", "show_picture"}
PUBLIC |= {"list_catalogue_versions", "show_catalogue_version", "show_catalogue_changes"}
PUBLIC |= {"list_channels", "list_articles", "show_article", "search_articles", "show_file", "show_poster", "note_read"}
PUBLIC |= {"list_campaigns", "show_campaign"}
PUBLIC |= {"list_awards", "show_season", "show_season_notice"}
PUBLIC |= {"list_honours", "list_honour_choices", "show_honour", "show_honour_picture"}
PAGES = {"/", "/checkpoints", "/health", "/docs", "/docs/openapi.json", "/text-size", "/static/<__file_uri__:path>"}
PAGES |= {"/docs/department-openapi.json"}
PAGES |= {"/api/v1/wechat/pushes"}  # WeChat alone speaks there, by its signature
# Who has the link, which ends after a week, reads an article before it is published.
PAGES |= {"/preview/<token>", "/preview/<token>/files/<file_id:uuid>/<size>"}
# A code of WeChat works once, who is signed out stays so, and what counts once counts once: a repeat does nothing.
WITHOUT_KEY = {"sign_in", "sign_out", "sign_out_everywhere"}
WITHOUT_KEY |= {"note_read", "like_article", "unlike_article", "make_pledge"}
WITHOUT_KEY |= {"endorse_nominee", "take_back_endorsement"}
WITHOUT_KEY |= {"set_honour_visibility", "drop_honour_picture"}

OPERATIONS = [operation for routes in ALL_ROUTES for operation in routes.operations]
SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
CHINESE = re.compile(r"[一-鿿]")
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def speaker_of(operation: Operation) -> type | None:
    return next((kind for kind in SPEAKERS if operation.argument_of(kind)), None)


def test_every_operation_names_who_speaks_or_is_on_the_public_list() -> None:
    assert {each.id for each in OPERATIONS if speaker_of(each) is None} == PUBLIC
    assert {each.id for each in OPERATIONS if each.public} == PUBLIC
    for each in OPERATIONS:
        security = operations()[each.id]["security"]
        assert security == ([] if each.id in PUBLIC else [{"session": []}]), each.id


def test_every_route_of_the_app_is_an_operation_or_a_page_on_the_list() -> None:
    app = create_app(demo_settings())
    Sanic.unregister_app(app)
    app.finalize()
    paths = {f"/{route.path}".replace(":str>", ">") for route in app.router.routes}
    # Those of the console are guarded and listed in tests/console/test_guard.py, those that departments' systems call
    # in tests/department_api/test_contract.py.
    pages = {path for path in paths if path.split("/")[1] != "console" and not path.startswith("/api/department/")}
    assert pages - {PREFIX + each.path for each in OPERATIONS} == PAGES


@on_sqlite
async def test_a_stranger_gets_401_from_everything_personal_whatever_she_sends(
    settings: Settings, wechat_stand_in: StandIn
) -> None:
    async with running_app(settings, wechat_stand_in) as app:
        stranger = app.phone()
        for each in OPERATIONS:
            if each.public:
                continue
            for name in (str(uuid4()), "nonsense"):
                path = re.sub(r"<\w+>", name, each.path)
                good = json.dumps(example_of(each) or {}).encode()
                for body in (b"", b"{", b"[]", b"\xff" * 100, b'{"unknown": 1}', b"[" * 50_000, good):
                    for asked in ("", "?limit=0&cursor=x&nothing=1"):
                        answer = await stranger.send(each.method, path + asked, content=body)
                        refused(answer, 401, "sign_in_needed")


def example_of(operation: Operation) -> Any:
    body = operations()[operation.id].get("requestBody")
    return next(iter(body["content"].values()))["example"] if body else None


def test_operation_ids_are_unique_words() -> None:
    ids = [each.id for each in OPERATIONS]
    assert len(ids) == len(set(ids)) == len(operations())
    assert [each for each in ids if not SNAKE.fullmatch(each)] == []


def test_every_operation_says_in_chinese_what_it_is_for() -> None:
    for name, operation in operations().items():
        assert CHINESE.search(operation["summary"]), name
        assert len(CHINESE.findall(operation["description"])) >= 4, name
        assert operation["tags"], name


def test_every_request_and_answer_has_a_schema_and_an_example_that_fits_it() -> None:
    for each in OPERATIONS:
        operation = operations()[each.id]
        success = operation["responses"][str(204 if each.answer is None else each.status)]
        contents = [success.get("content"), operation.get("requestBody", {}).get("content")]
        kinds = [each.answer, (each.argument_of(Body) or each.argument_of(Upload) or (None, None))[1]]
        for content, kind in zip(contents, kinds, strict=True):
            assert (content is None) == (kind is None), each.id
            if content is not None and kind is not None and not issubclass(kind, (Bytes, Streamed, Upload)):
                assert_example_fits(content["application/json"], kind)


def assert_example_fits(media: dict[str, Any], kind: type[msgspec.Struct]) -> None:
    assert "example" in media, f"{kind.__name__} has no example in miniprogram_api/examples.json"
    faults = [fault.message for fault in validator(media["schema"]["$ref"]).iter_errors(media["example"])]
    assert faults == [], kind.__name__
    assert msgspec.to_builtins(msgspec.convert(media["example"], kind)).keys() >= media["example"].keys()


def test_every_file_is_described_where_it_is_sent_and_where_it_is_answered() -> None:
    for each in OPERATIONS:
        operation = operations()[each.id]
        sent = operation.get("requestBody", {"content": {}})["content"].get("multipart/form-data")
        assert (sent is not None) == each.takes_file, each.id
        if sent is not None:
            schema = sent["schema"]
            assert (schema["required"], schema["additionalProperties"]) == (["file"], False), each.id
            assert schema["properties"]["file"]["format"] == "binary", each.id
            assert sent["example"].keys() == {"file"}, each.id
        answered = operation["responses"].get(str(each.status), {}).get("content", {})
        binary = {kind for kind, content in answered.items() if content["schema"].get("format") == "binary"}
        assert binary == set(each.media_types), each.id


def test_every_announced_error_is_a_problem_that_means_the_same_everywhere() -> None:
    examples = published()["components"]["examples"]
    announced = {(code, status) for each in operations().values() for code, status in codes_of(each).items()}
    assert announced == {(code, example["value"]["status"]) for code, example in examples.items()}
    for code, example in examples.items():
        problem = example["value"]
        assert [fault.message for fault in validator("#/components/schemas/Problem").iter_errors(problem)] == [], code
        assert problem["code"] == code
        assert SNAKE.fullmatch(code), code
        assert CHINESE.search(problem["detail"]), code
        UUID(problem["request_id"])


def test_a_code_has_one_sentence_in_whatever_operation() -> None:
    told: dict[str, set[str]] = {}
    for each in OPERATIONS:
        for make in each.errors:
            told.setdefault(make().code, set()).add(make().detail)
    assert {code: details for code, details in told.items() if len(details) > 1} == {}


def test_every_write_is_safe_to_repeat() -> None:
    for each in OPERATIONS:
        assert each.method in {"GET", "POST", "PUT", "DELETE"}, each.id
        keyed = each.argument_of(Once) is not None
        assert keyed == (each.method != "GET" and each.id not in WITHOUT_KEY), each.id


def test_every_list_goes_by_cursor() -> None:
    for each in OPERATIONS:
        listed = each.argument_of(PageQuery) is not None
        fields = {field.name for field in msgspec.structs.fields(each.answer)} if each.answer else set()
        assert listed == ({"items", "next_cursor"} <= fields), each.id


def test_every_name_is_in_snake_case() -> None:
    for name, schema in published()["components"]["schemas"].items():
        assert [field for field in schema.get("properties", {}) if not SNAKE.fullmatch(field)] == [], name


def test_everything_that_is_sent_has_limits() -> None:
    unlimited = []
    for each in OPERATIONS:
        for base in (Body, Query):
            argument = each.argument_of(base)
            if argument:
                _, schemas = msgspec.json.schema_components([argument[1]])
                schema = schemas[argument[1].__name__]
                assert schema["additionalProperties"] is False, each.id
                unlimited += [
                    f"{each.id}.{name}" for name, kind in schema["properties"].items() if not limited(kind, schemas)
                ]
    assert unlimited == []


def test_the_document_is_openapi_3_1() -> None:
    assert published()["openapi"] == "3.1.0"
    assert [fault.message for fault in OpenAPIV31SpecValidator(published()).iter_errors()] == []


def test_the_document_in_the_repository_is_the_one_that_is_served() -> None:
    hint = "the API has changed: if that is meant, renew the file (.venv/bin/python -m tests.write_openapi)"
    assert KEPT.read_text("utf-8") == written(), hint


@on_sqlite
async def test_the_server_serves_that_document(settings: Settings, wechat_stand_in: StandIn) -> None:
    async with running_app(settings, wechat_stand_in) as app:
        answer = await app.http.get("/docs/openapi.json")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json() == published()


@pytest.mark.parametrize(
    ("status", "answered"),
    [
        (418, {}),
        (200, {"state": "guest"}),
        (404, {"code": "entry_not_found"}),
        (401, {"code": "not_announced"}),
        (401, {"detail": 7}),
    ],
)
def test_the_yardstick_of_all_these_tests_can_fail(status: int, answered: dict[str, Any]) -> None:
    example = published()["components"]["examples"]["sign_in_needed"]
    kind = "application/json" if status == 200 else CONTENT_TYPE
    good = httpx.Response(401, headers={"content-type": CONTENT_TYPE}, json=example["value"])
    assert_announced("GET", "/api/v1/me", good)
    bad = httpx.Response(status, headers={"content-type": kind}, json=example["value"] | answered)
    with pytest.raises(AssertionError, match="show_me"):
        assert_announced("GET", "/api/v1/me", bad)
