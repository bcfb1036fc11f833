"""Pure: what the three demo citizens have handed in, so that each ending can be seen on a phone."""

from datetime import date, datetime, timedelta

from backend.demo.handed_in import FIRST, SECOND, HandedIn, Turn, office_hour, workday_before
from backend.demo.joining import at
from backend.demo.photos.camera import Photo
from backend.demo.stories import wechat_user
from backend.repairs.content import DonationContent, ServiceContent

_FILED_ON = 16  # the day of each month on which 鲁小梅's filed hours were served: the same day would look like twice


def evidence_of_stories(today: date) -> list[HandedIn]:
    """Six pieces: approved in part, waiting for more, a draft; rejected; approved and unspent."""
    return [*_xiaomei(today), _zhiqiang(today), _xin(today)]


def _xiaomei(today: date) -> list[HandedIn]:
    return [_in_part(today), _asked(today), _draft(today)]


def _in_part(today: date) -> HandedIn:
    served_on = _not_filed(today - timedelta(days=60))
    content = _service("敬老院陪护", "下汤镇敬老志愿服务队（示例）", "下汤镇敬老院（示例）", served_on, 8, 8.0)
    decided = office_hour(served_on + timedelta(days=5), 1)
    words = "活动从九点到下午三点，往返路上的两个小时不计入。"
    return HandedIn(
        wechat_user("xiaomei"),
        content,
        (Photo("care_home", 1, sideways=True, located=True), Photo("group", 3, located=True, heic=True)),
        at(served_on + timedelta(days=2), 19, 20),
        (Turn(decided, "approve", FIRST, 6.0, words=words),),
    )


def _asked(today: date) -> HandedIn:
    asked_on = workday_before(today)
    served_on = _not_filed(asked_on - timedelta(days=6))
    content = _service("社区环境清洁", "露峰街道志愿服务队（示例）", "老城街（示例）", served_on, 8, 4.0)
    ask = Turn(at(asked_on, 10, 30), "ask", SECOND, reason="clearer_photo", words="请把签到表拍得近一些，看得清日期。")
    photos = (Photo("street", 2), Photo("sign_in_sheet", 1, located=True))
    return HandedIn(wechat_user("xiaomei"), content, photos, at(asked_on - timedelta(days=2), 20, 5), (ask,))


def _draft(today: date) -> HandedIn:
    content = DonationContent(recipient="鲁山示例慈善会", amount_fen=20_000, donated_on=today - timedelta(days=3))
    moment = at(today - timedelta(days=1), 20, 40)
    return HandedIn(wechat_user("xiaomei"), content, (Photo("receipt", 1),), moment, draft=True)


def _zhiqiang(today: date) -> HandedIn:
    served_on = today - timedelta(days=24)
    content = _service("景区文明引导", "尧山镇志愿服务队（示例）", "示例景区门口", served_on, 9, 7.0)
    decided = office_hour(served_on + timedelta(days=6), 2)
    words = "照片是夜里拍的，与填写的上午时间对不上。"
    reject = Turn(decided, "reject", SECOND, reason="times_wrong", words=words)
    moment = at(served_on + timedelta(days=1), 21)
    return HandedIn(wechat_user("zhiqiang"), content, (Photo("gate", 1, located=True),), moment, (reject,))


def _xin(today: date) -> HandedIn:
    served_on = today - timedelta(days=24)
    content = _service("留守儿童课业辅导", "琴台街道青年志愿队（示例）", "示例小学", served_on, 14, 5.0)
    approve = Turn(office_hour(served_on + timedelta(days=5), 3), "approve", SECOND, 5.0)
    moment = at(served_on + timedelta(days=2), 12, 15)
    return HandedIn(wechat_user("xin"), content, (Photo("lessons", 2, located=True),), moment, (approve,))


def _service(activity: str, organisation: str, place: str, day: date, hour: int, hours: float) -> ServiceContent:
    starts_at: datetime = at(day, hour)
    return ServiceContent(
        organisation=organisation,
        activity=activity,
        place=place,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=hours),
        hours=hours,
    )


def _not_filed(day: date) -> date:
    return day - timedelta(days=1) if day.day == _FILED_ON else day
