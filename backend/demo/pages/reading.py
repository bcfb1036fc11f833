"""Pages of articles, which everybody may read: by channel, one whole, search; to like one, she signs in."""

from uuid import UUID

from sanic import HTTPResponse

from backend.content.look import ArticleLook, LookAttachment
from backend.demo.pages.reader import READING, Reader
from backend.errors import Invalid
from backend.pages.article_look import article_html
from backend.pages.formats import say_day
from backend.pages.forms import form_of, go_to
from miniprogram_api import article_counts, article_search, articles, campaigns
from miniprogram_api.article_search import SearchQuery
from miniprogram_api.article_shown import ArticleShown
from miniprogram_api.articles import ArticleQuery
from miniprogram_api.surface.pages import PageQuery

_MOST_SOUGHT = 40  # characters


async def list_articles(reader: Reader) -> HTTPResponse:
    """Articles of one channel or of all, the pinned ones first, with the campaigns that run now."""
    asked = reader.asked(ArticleQuery)
    shown = await articles.list_articles(asked)
    first = asked.cursor is None
    running = (await campaigns.list_campaigns(PageQuery())).items if first and asked.channel is None else ()
    return await reader.show(
        "reading.html",
        "articles",
        articles=shown.items,
        next_cursor=shown.next_cursor,
        later=not first,
        channels=(await articles.list_channels()).items,
        channel=asked.channel,
        running=[each for each in running if each.state == "running"],
    )


async def show_article(reader: Reader, article_id: UUID) -> HTTPResponse:
    """One article whole, and whether she likes it."""
    shown = await articles.show_article(article_id)
    mine = await article_counts.show_like(reader.account, reader.vault, article_id) if reader.account else None
    return await reader.show(
        "reading_article.html",
        "articles",
        article=article_html(_look(shown), _days(shown)),
        shown=shown,
        likes=mine.likes if mine else shown.likes,
        liked=mine is not None and mine.liked,
    )


async def like(reader: Reader, article_id: UUID) -> HTTPResponse:
    """Like an article, or no longer. Who is not signed in is told why that is needed, and finds back."""
    address = f"{READING}/articles/{article_id}"
    if reader.account is None:
        await articles.show_article(article_id)
        return await reader.show("reading_sign_in.html", "articles", deed="like", back=address)
    if form_of(reader.request).get("deed") == "take_back":
        await article_counts.unlike_article(reader.account, reader.vault, article_id)
    else:
        await article_counts.like_article(reader.account, reader.vault, article_id)
    return go_to(address)


async def search(reader: Reader) -> HTTPResponse:
    """What was found, with the sought words marked; a fault of what was typed stands at its field."""
    sought = " ".join(reader.request.args.get("q", "").split())
    found, fault = None, ""
    if sought:
        try:
            found = await article_search.search_articles(reader.asked(SearchQuery, q=sought))
        except Invalid as error:
            fault = " ".join(each.detail for each in error.fields) or error.detail
    return await reader.show(
        "reading_search.html",
        "search",
        status=422 if fault else 200,
        sought=sought,
        found=found,
        fault=fault,
        longest=_MOST_SOUGHT,
        later="cursor" in reader.request.args,
    )


def _look(shown: ArticleShown) -> ArticleLook:
    return ArticleLook(
        title=shown.title,
        channel=shown.channel_label,
        campaign=shown.campaign.name if shown.campaign else "",
        source=shown.source,
        author=shown.author,
        tags=shown.tags,
        minutes=shown.minutes,
        html=shown.html,
        attachments=tuple(
            LookAttachment(each.kind, each.name, each.url, each.size, each.seconds) for each in shown.attachments
        ),
    )


def _days(shown: ArticleShown) -> str:
    published = say_day(shown.published_at)
    return f"{published}（{say_day(shown.updated_at)}改过）" if shown.updated_at else published
