"""The database away: what needs it says so and when to come back, and the rest works."""

from backend.demo.wechat_stand_in import StandIn
from backend.settings import demo_settings
from tests.answers import refused
from tests.running_app import running_app
from tests.servers import HERE, free_port


async def test_without_the_database_people_are_told_to_come_back(wechat_stand_in: StandIn) -> None:
    nobody = f"postgres://nobody@{HERE}:{free_port()}/nothing"
    settings = demo_settings(database_url=nobody, wechat_api_url=wechat_stand_in.url)
    async with running_app(settings, wechat_stand_in) as app:
        phone = app.phone()
        code = wechat_stand_in.code(phone.person.wechat)
        somebody = {"Authorization": "Bearer kq8JfV0m7cXlW3tRzN1aYb5HdP9sUe2GiO4xK6yTuQw"}
        for answer in (
            await phone.post("/sessions", {"code": code}, key=None),
            await phone.get("/me", headers=somebody),
            await phone.post("/consents", {"text": "terms", "version": 1, "given": True}, headers=somebody),
            await phone.get("/catalogue"),
        ):
            refused(answer, 503, "database_away")
            assert int(answer.headers["Retry-After"]) > 0
        assert (await phone.get("/texts")).status_code == 200
        refused(await phone.get("/me"), 401, "sign_in_needed")
