"""Searching what is published, for everyone; what somebody sought is kept nowhere (charter 10)."""

from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta, Struct

from backend.content import search
from backend.content.search_marks import Piece
from miniprogram_api.article_shown import ArticleLine, lines_of
from miniprogram_api.surface.operation import Routes
from miniprogram_api.surface.pages import PageQuery, decode_numbers, encode_cursor

routes = Routes("文章")


class SearchQuery(PageQuery, frozen=True, kw_only=True):
    """What is sought."""

    q: Annotated[str, Meta(min_length=1, max_length=40, description="要找的词，几个词用空格分开；都有的文章才算")]


class TextPiece(Struct, frozen=True):
    """A stretch of plain text, and whether it is what was sought."""

    text: str
    marked: bool


class ArticleHit(Struct, frozen=True):
    """One article that was found; title and excerpt are plain text in pieces, never HTML."""

    article: ArticleLine
    title: tuple[TextPiece, ...]
    excerpt: tuple[TextPiece, ...]


class ArticleHits(Struct, frozen=True):
    """Hits: in the title, then in the summary, then in the text; of each the newest first."""

    items: tuple[ArticleHit, ...]
    next_cursor: str | None


@routes.add("GET", "/article-search", summary="搜索文章", public=True, kept=True)
async def search_articles(asked: SearchQuery) -> ArticleHits:
    """在标题、摘要和正文里找，一个字也可以。标题里有的排在前面，其次是摘要、正文；同样的从新到旧。不记录谁搜了什么。"""
    numbers = decode_numbers(asked.cursor, len(search.TIERS), search.BEYOND)
    found = await search.find(asked.q, search.Place(*numbers) if numbers else None, asked.limit)
    lines = await lines_of([each.publication for each in found.hits])
    hits = [
        ArticleHit(line, _pieces(hit.title), _pieces(hit.excerpt)) for line, hit in zip(lines, found.hits, strict=True)
    ]
    return ArticleHits(tuple(hits), encode_cursor(f"{found.next.tier}:{found.next.number}") if found.next else None)


def _pieces(pieces: Iterable[Piece]) -> tuple[TextPiece, ...]:
    return tuple(TextPiece(each.text, each.marked) for each in pieces)
