"""An article in the reader's look, for whichever page shows one. The page links /static/article.css."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from backend.content.look import ArticleLook

_KINDS = {"video": "视频", "audio": "音频", "pdf": "PDF 文件"}


def say_bytes(size: int) -> str:
    """3.4 MB, 120 KB; never 0."""
    if size >= 1024 * 1024:
        return f"{size / 1024 / 1024:.1f} MB"
    return f"{max(1, round(size / 1024))} KB"


def say_playing(seconds: int) -> str:
    """3 分 5 秒."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} 分 {rest} 秒" if minutes else f"{rest} 秒"


_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters |= {"bytes": say_bytes, "playing": say_playing}


def article_html(look: ArticleLook, day: str = "") -> Markup:
    """The article as a piece of a page; `day` as readers would read it, or nothing while it is not published."""
    html = _environment.get_template("article_look.html").render(look=look, day=day, kinds=_KINDS)
    return Markup(html)  # noqa: S704 (made by a template that escapes; its html went through content.rendering)
