"""What readers do to an article: read it, which is counted, and like it."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from backend.citizens.models import Account
from backend.content import likes
from backend.content.reading import article_not_found
from backend.content.reads import Reader, Reads
from backend.secrets import Vault
from miniprogram_api.surface.operation import Body, Routes, Visitor

routes = Routes("文章")


class ArticleRead(Body, frozen=True, kw_only=True):
    """That an article was opened and read."""

    reader: Annotated[
        str,
        Meta(
            max_length=64,
            pattern="^[0-9A-Za-z_-]*$",
            description="小程序自己生成的随机字符，只用来区分同一网络下的几部手机；不保存",
            examples=["Zk3v9Q0m"],
        ),
    ] = ""


class LikeShown(Struct, frozen=True):
    """Whether I like an article, and how many do."""

    liked: bool
    likes: int


@routes.add(
    "POST",
    "/articles/<article_id>/reads",
    summary="文章已阅读",
    errors=[article_not_found],
    public=True,
    limit="600/minute",
)
async def note_read(reads: Reads, article_id: UUID, visitor: Visitor, said: ArticleRead) -> None:
    """读者真正打开文章后调用一次，只累计次数，不记录谁读过。同一读者一天内重复阅读只算一次；几秒后写入，最迟一分钟后显示。"""
    await reads.note(article_id, Reader(visitor.network, visitor.agent, said.reader))


@routes.add("GET", "/articles/<article_id>/like", summary="我是否赞过", errors=[article_not_found])
async def show_like(account: Account, vault: Vault, article_id: UUID) -> LikeShown:
    """是否赞过这篇文章，以及此刻的总赞数。文章和列表里的赞数最多晚一分钟。"""
    return _shown(await likes.liked(vault, account, article_id))


@routes.add("PUT", "/articles/<article_id>/like", summary="赞", errors=[article_not_found])
async def like_article(account: Account, vault: Vault, article_id: UUID) -> LikeShown:
    """每人对一篇文章只能赞一次，重复提交结果不变。"""
    return _shown(await likes.like(vault, account, article_id))


@routes.add("DELETE", "/articles/<article_id>/like", summary="取消赞", errors=[article_not_found])
async def unlike_article(account: Account, vault: Vault, article_id: UUID) -> LikeShown:
    """没有赞过也不报错；文章已撤稿或过期也可以取消。"""
    return _shown(await likes.take_back(vault, account, article_id))


def _shown(found: likes.Liked) -> LikeShown:
    return LikeShown(found.mine, found.likes)
