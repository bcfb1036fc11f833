"""Pictures: sent one by one, each with its own retry, and shown by links that belong to one session."""

from uuid import UUID

from msgspec import Struct

from backend import clock
from backend.citizens.idempotency import Once, done_before, once
from backend.citizens.models import Citizen, Session
from backend.nominations.models import Nomination
from backend.nominations.nominations import holder_of
from backend.nominations.nominee_pictures import seen_by
from backend.secrets import Vault
from media import intake, links
from media.links import Size
from media.models import Picture
from media.pictures import not_a_picture, picture_animated, picture_damaged, too_many_pixels
from media.storage import Storage, file_gone, store_away, store_full
from media.workshop import Workshop, workshop_away, workshop_busy
from miniprogram_api.surface.operation import Bytes, Routes, Token
from miniprogram_api.surface.serving import PREFIX
from miniprogram_api.surface.upload import Upload

routes = Routes("照片")

VIEWER = "account-session"
MEDIA_TYPES = {"webp": "image/webp", "jpeg": "image/jpeg"}
_REFUSED = (not_a_picture, picture_animated, picture_damaged, too_many_pixels, intake.too_many_waiting)
_AWAY = (workshop_busy, workshop_away, store_away, store_full)


class MediaShown(Struct, frozen=True):
    """A picture that was taken in: its id to attach, and links that last ten minutes."""

    id: UUID
    width: int
    height: int
    url: str
    middle_url: str
    small_url: str


class PictureShown(Struct, frozen=True):
    """A picture of something that was handed in; without links once its files are deleted on schedule."""

    id: UUID
    width: int
    height: int
    url: str | None
    middle_url: str | None
    small_url: str | None
    deleted: bool


@routes.add(
    "POST",
    "/media",
    summary="上传一张照片",
    errors=[*_REFUSED, *_AWAY, intake.no_such_picture],
    status=201,
    limit="60/minute",
)
async def upload_picture(
    session: Session, citizen: Citizen, vault: Vault, storage: Storage, workshop: Workshop, upload: Upload, write: Once
) -> MediaShown:
    """每次一张，最多 10 MB；网络断了用同一个编号重传。照片里的位置等信息会去掉；一天之内没有用上的会删除。"""
    picture_id = await done_before(write)
    if picture_id is None:
        stored = await intake.store(storage, workshop, citizen.id, upload.data)

        async def deed() -> str:
            return str((await intake.keep(stored)).id)

        picture_id = await once(write, deed)
        if picture_id != str(stored.picture.id):
            await intake.discard(storage, stored)
    return _taken_in(vault, session.id, await intake.own_picture(citizen.id, UUID(picture_id)))


@routes.add(
    "GET",
    "/pictures/<token>",
    summary="看一张照片",
    errors=[links.link_gone, file_gone, store_away],
    public=True,
    media_types=tuple(MEDIA_TYPES.values()),
)
async def show_picture(token: Token, vault: Vault, storage: Storage) -> Bytes:
    """链接只给当时登录的这部手机用，十分钟后失效；退出登录后立即失效。推荐里的照片，微信检查内容时也由这里取。"""
    link = links.open_link(vault, token)
    to_wechat = link.viewer.startswith(f"{links.WECHAT}:")
    picture = await (_shown_to_wechat(link) if to_wechat else _shown_to_this_phone(vault, link))
    data = await storage.get(intake.file_key(picture.id, link.size, picture.format))
    return Bytes(MEDIA_TYPES[picture.format], data)


def picture_shown(vault: Vault, session_id: UUID, picture: Picture) -> PictureShown:
    """A picture with links for this session."""
    deleted = picture.deleted_at is not None
    url, middle, small = (None,) * 3 if deleted else _urls(vault, session_id, picture)
    return PictureShown(picture.id, picture.width, picture.height, url, middle, small, deleted)


def _taken_in(vault: Vault, session_id: UUID, picture: Picture) -> MediaShown:
    return MediaShown(picture.id, picture.width, picture.height, *_urls(vault, session_id, picture))


def _urls(vault: Vault, session_id: UUID, picture: Picture) -> tuple[str, str, str]:
    def url(size: Size) -> str:
        return f"{PREFIX}/pictures/{links.sign_link(vault, picture.id, size, f'{VIEWER}:{session_id}')}"

    return url("master"), url("middle"), url("small")


async def _shown_to_this_phone(vault: Vault, link: links.Link) -> Picture:
    """The picture, while the session that the link was made for lives and its citizen may see it: most, their owner."""
    kind, _, session_id = link.viewer.partition(":")
    live = Session.filter(id=session_id, expires_at__gt=clock.now()).select_related("account")
    session = await live.first() if kind == VIEWER else None
    picture = await Picture.get_or_none(id=link.picture_id, deleted_at=None)
    citizen_id = session.account.citizen_id if session is not None else None
    if picture is None or citizen_id is None:
        raise links.link_gone()
    if citizen_id != picture.owner_id and not await seen_by(vault, citizen_id, picture):
        raise links.link_gone()
    return picture


async def _shown_to_wechat(link: links.Link) -> Picture:
    """A picture of the nomination that the link names, as long as that is neither decided nor withdrawn."""
    nomination_id = UUID(link.viewer.partition(":")[2])
    picture = await Picture.get_or_none(id=link.picture_id, deleted_at=None, held_by=holder_of(nomination_id))
    if picture is None or not await Nomination.filter(id=nomination_id, state__in=["checking", "waiting"]).exists():
        raise links.link_gone()
    return picture
