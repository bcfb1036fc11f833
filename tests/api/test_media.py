"""Sending photos: who may, what is refused, and that each is taken in once, however often it is sent."""

import asyncio
import json

import httpx
import pytest

from backend.citizens.models import IdempotencyKey
from media.models import Picture
from media.storage import Storage
from tests.answers import faults, refused
from tests.api.sending import FORM, Line, chunked, form, head, part, send_form, send_photo
from tests.factories import NEIGHBOUR
from tests.media.photos import a_photo
from tests.media.stored import files_in
from tests.running_app import RunningApp, both_databases

MOST = 10 * 1024 * 1024
PHOTO = a_photo()


async def nothing_is_kept(storage: Storage) -> bool:
    kept = (await Picture.all().count(), await IdempotencyKey.filter(operation="upload_picture").count())
    return kept == (0, 0) and await files_in(storage) == set()


async def test_a_citizen_sends_a_photo_and_sees_it(app: RunningApp) -> None:
    phone = await app.bound()
    shown = phone.succeeded(await send_photo(phone, a_photo(size=(3000, 2000))), 201)
    assert (shown["width"], shown["height"]) == (2560, 1707)
    sizes = []
    for url in (shown["url"], shown["middle_url"], shown["small_url"]):
        answer = await app.http.get(url)
        assert answer.status_code == 200
        assert answer.headers["content-type"] in {"image/webp", "image/jpeg"}
        sizes.append(len(answer.content))
    assert sizes == sorted(sizes, reverse=True)


async def test_who_is_nobody_or_only_a_guest_sends_nothing(app: RunningApp, storage: Storage) -> None:
    refused(await send_photo(app.phone(), PHOTO), 401, "sign_in_needed")
    guest = await app.guest()
    refused(await send_photo(guest, PHOTO), 403, "consent_needed")
    await guest.accept_texts()
    refused(await send_photo(guest, PHOTO), 403, "binding_needed")
    assert await nothing_is_kept(storage)


async def test_what_is_no_photo_is_refused_with_a_reason(app: RunningApp, storage: Storage) -> None:
    phone = await app.bound()
    refused(await send_photo(phone, b"no picture at all"), 422, "not_a_picture")
    refused(await send_photo(phone, PHOTO[: len(PHOTO) // 2]), 422, "picture_damaged")
    assert await nothing_is_kept(storage)


async def test_a_form_that_is_none_is_refused(app: RunningApp, storage: Storage) -> None:
    phone = await app.bound()
    whole = form(part(PHOTO))
    for kind in (None, "application/json", "image/jpeg", "multipart/form-data", "multipart/mixed; boundary=x"):
        refused(await send_form(phone, whole, kind), 422, "not_multipart")
    for boundary in ("", "b" * 71, "照片"):
        kind = f"multipart/form-data; boundary={boundary}".encode()
        refused(await send_form(phone, whole, kind), 422, "not_multipart")  # type: ignore[arg-type]
    assert await nothing_is_kept(storage)


async def test_a_broken_or_cut_form_is_refused(app: RunningApp, storage: Storage) -> None:
    phone = await app.bound()
    whole = form(part(PHOTO))
    nameless, typed = part(PHOTO, b"nothing=1"), b"--" + FORM.split("=")[1].encode() + b"\r\n\r\n" + PHOTO
    bodies = [b"", b"\r\n" * 9, b"junk", PHOTO, whole[:-10], whole[:300], part(PHOTO), form(nameless), form(typed)]
    bodies += [form(part(b"\xff", b'name="text"'), part(PHOTO)), whole.replace(b"Content-Type", b"Content Type")]
    bodies += [form(*(part(b"x", b'name="f%d"' % number) for number in range(11)), part(PHOTO))]
    for body in bodies:
        refused(await send_form(phone, body), 422, "unreadable_upload")
    assert await nothing_is_kept(storage)


async def test_a_form_has_one_file_and_nothing_else(app: RunningApp, storage: Storage) -> None:
    phone = await app.bound()
    file, text = part(PHOTO), part(b"x", b'name="note"')
    for body, wrong in (
        (form(), {"file": "required"}),
        (form(part(b"")), {"file": "required"}),
        (form(text), {"file": "required"}),
        (form(file, text), {"note": "unknown_field"}),
        (form(file, file), {"file": "given_twice"}),
        (form(text, text, file), {"note": "given_twice"}),
        (form(part(PHOTO, b'name="%b"' % (b"n" * 41))), {"n" * 40: "unknown_field"}),
        (form(part(b"x" * 5000, b'name="note"'), file), {"note": "too_long"}),
    ):
        answer = await send_form(phone, body)
        if body == form():
            refused(answer, 422, "invalid_fields")
        assert faults(answer) == wrong
    assert await nothing_is_kept(storage)


async def test_a_photo_over_ten_megabytes_is_refused_whatever_its_length_was_said_to_be(
    app: RunningApp, storage: Storage
) -> None:
    phone = await app.bound()
    refused(await send_photo(phone, bytes(MOST + 1)), 413, "too_large")
    refused(await send_photo(phone, bytes(MOST + 1_000_000)), 413, "too_large")
    async with Line(phone) as line:
        await line.send(head(phone, b"Transfer-Encoding: chunked"), *chunked(form(part(bytes(MOST + 300_000)))))
        assert (await line.answer())[0] == 413
    refused(await send_photo(phone, PHOTO + bytes(MOST - len(PHOTO) + 1)), 413, "too_large")
    assert await nothing_is_kept(storage)


async def test_a_photo_without_a_length_is_taken_in(app: RunningApp) -> None:
    phone = await app.bound()
    async with Line(phone) as line:
        await line.send(head(phone, b"Transfer-Encoding: chunked"), *chunked(form(part(PHOTO)), 999))
        status, answer = await line.answer()
    assert status == 201, answer
    assert await Picture.all().count() == 1


async def test_a_repeat_with_the_same_key_is_the_same_photo(app: RunningApp, storage: Storage) -> None:
    phone, neighbour = await app.bound(), await app.bound(NEIGHBOUR)
    first = phone.succeeded(await send_photo(phone, PHOTO, key="one-and-the-same"), 201)
    again = phone.succeeded(await send_photo(phone, PHOTO, key="one-and-the-same"), 201)
    assert again["id"] == first["id"]
    refused(await send_photo(phone, a_photo(2), key="one-and-the-same"), 409, "idempotency_key_reused")
    hers = phone.succeeded(await send_photo(neighbour, PHOTO, key="one-and-the-same"), 201)
    assert hers["id"] != first["id"]
    assert (await Picture.all().count(), len(await files_in(storage))) == (2, 6)
    await Picture.filter(id=first["id"]).delete()
    refused(await send_photo(phone, PHOTO, key="one-and-the-same"), 422, "no_such_picture")


@both_databases
async def test_the_same_photo_twice_at_once_with_one_key_is_kept_once(app: RunningApp, storage: Storage) -> None:
    phone = await app.bound()
    answers = await asyncio.gather(*(send_photo(phone, PHOTO, key="one-and-the-same") for _ in range(3)))
    assert {phone.succeeded(answer, 201)["id"] for answer in answers} == {str((await Picture.get()).id)}
    assert len(await files_in(storage)) == 3


async def test_a_write_without_a_proper_key_is_refused_before_the_photo_is_read(app: RunningApp) -> None:
    phone = await app.bound()
    refused(await phone.post("/media", key=None, files={"file": PHOTO}), 422, "idempotency_key_needed")
    refused(await phone.post("/media", key="short", files={"file": PHOTO}), 422, "idempotency_key_needed")


async def test_of_ten_at_once_three_go_and_the_rest_finish_when_they_try_again(app: RunningApp) -> None:
    phone = await app.bound()
    photos = [a_photo(number) for number in range(10)]

    async def until_done(number: int) -> int:
        tries = 0
        while True:
            answer = await send_photo(phone, photos[number], key=f"photo-of-ten-{number}")
            tries += 1
            if answer.status_code == 201:
                return tries
            refused(answer, 429, "uploads_at_once")
            assert int(answer.headers["Retry-After"]) > 0
            await asyncio.sleep(0.4)

    tries = await asyncio.gather(*map(until_done, range(10)))
    assert sum(tries) > 10, "some had to wait"
    assert await Picture.all().count() == 10


@pytest.mark.usefixtures("one_window")
async def test_too_many_photos_in_a_minute_are_refused(app: RunningApp) -> None:
    phone = await app.bound()
    answers: list[httpx.Response] = []
    while len(answers) <= 60:
        answers.append(await send_form(phone, b"junk"))
    refused(answers[-1], 429, "too_often")
    assert {answer.status_code for answer in answers[:-1]} == {422}


async def test_an_answer_to_a_picture_is_in_the_document_of_the_api(app: RunningApp) -> None:
    published = json.loads((await app.http.get("/docs/openapi.json")).text)["paths"]
    assert published["/api/v1/media"]["post"]["requestBody"]["content"].keys() == {"multipart/form-data"}
    shown = published["/api/v1/pictures/{token}"]["get"]["responses"]["200"]["content"]
    assert shown.keys() == {"image/webp", "image/jpeg"}
