"""Acting out the articles: written, handed in, reviewed by three, published, each through its real use case."""

import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

import msgspec

from backend.content import articles, files, flow
from backend.content.draft import Attachment, Draft
from backend.content.models import Article
from backend.demo.article_plan import Planned, Step
from backend.demo.article_stories import Drawn, Told
from backend.demo.darkroom import Darkroom
from backend.demo.life import Event
from backend.demo.staff import at_work
from backend.staff.permissions import Staff
from media.storage import Storage

_SOURCE, _AUTHOR = "诚信鲁山编辑部（示例）", "本刊编辑（示例）"


@dataclass
class ArticleLife:
    """`campaigns` has the id of each campaign of the year by its key, once they are made; `ids` those of articles."""

    storage: Storage
    darkroom: Darkroom
    campaigns: Mapping[str, UUID]
    ids: dict[str, UUID] = field(default_factory=dict)

    def events(self, plan: Iterable[Planned]) -> Iterator[Event]:
        """Each step of each article."""
        for each in plan:
            for step in each.steps:
                yield Event(step.moment, partial(self._take, each, step))

    async def _take(self, each: Planned, step: Step) -> None:
        staff = await at_work(step.by)
        if step.deed == "write":
            await self._write(staff, each)
            return
        article = await Article.get(id=self.ids[each.told.key])
        if step.deed == "submit":
            await flow.submit(staff, article.id, article.version)
        elif step.deed == "pass":
            await self._pass(staff, article, each.told, step.comment)
        elif step.deed == "send_back":
            await flow.send_back(staff, article.id, article.version, step.comment)
        else:
            await flow.retract(staff, article.id, step.comment)

    async def _write(self, staff: Staff, each: Planned) -> None:
        """Begun with its first paragraph; with the pictures comes the rest."""
        begun = Draft(title=each.told.title, channel=each.channel, html=each.told.first_words())
        article = await articles.create(staff, begun)
        self.ids[each.told.key] = article.id
        pictures = [await self._picture(staff, article.id, drawn) for drawn in each.told.drawn()]
        if pictures:
            await files.crop(self.storage, self.darkroom, staff, article.id, pictures[0], {})
        whole = Draft(
            title=each.told.title,
            channel=each.channel,
            summary=each.told.summary,
            source=_SOURCE,
            author=_AUTHOR,
            campaign_id=self.campaigns[each.told.campaign] if each.told.campaign else None,
            tags=each.told.tags,
            cover_id=pictures[0] if pictures else None,
            html=each.told.html_with([f"file:{picture}" for picture in pictures]),
            about_failure=each.told.about_failure,
            attachments=tuple([attached async for attached in self._attached(staff, article.id, each.told)]),
        )
        saved = await articles.save(staff, article.id, whole, from_version=article.version)
        if msgspec.structs.replace(whole, html=saved.html) != (await articles.load(article.id)).draft:
            raise RuntimeError(f"the article {each.told.key} was not kept as it was written")
        if each.goes_live is not None:
            await flow.schedule(staff, article.id, each.goes_live, None)

    async def _picture(self, staff: Staff, article_id: UUID, drawn: Drawn) -> UUID:
        return await self._upload(staff, files.article(article_id), await self.darkroom.made(drawn))

    async def _attached(self, staff: Staff, article_id: UUID, each: Told) -> AsyncIterator[Attachment]:
        for kind, name in each.attached():
            data = await self.darkroom.made(kind)
            yield Attachment(await self._upload(staff, files.article(article_id), data, name), name)

    async def _upload(self, staff: Staff, holder: files.Holder, data: bytes, name: str = "") -> UUID:
        with tempfile.TemporaryFile() as file:
            file.write(data)
            return (await files.upload(self.storage, self.darkroom, staff, holder, file, name)).id

    async def _pass(self, staff: Staff, article: Article, each: Told, comment: str) -> None:
        draft = (await articles.load(article.id)).draft
        confirmed = flow.needed_confirmations(draft, staff)
        passed = await flow.pass_review(staff, article.id, article.version, comment, confirmed)
        if each.pinned and passed.state == "passed":
            await flow.pin(staff, article.id, on=True)
