"""Which files a draft may show: those uploaded for its article, those that a published article shows, and its own.

Its own are those that stood in it before: another article may have been published without them since.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from backend.content import cleaning
from backend.content.draft import Draft
from backend.content.draft_faults import invalid_fields
from backend.content.models import Campaign, PublishedFile, Revision
from backend.errors import FieldError
from media.models import PublishedMedia

ATTACHED = ("video", "audio", "pdf")


async def check_shown(draft: Draft, article_id: UUID | None) -> None:
    """Raises Invalid, with every field, for a file of another article, one of a wrong kind, and for no campaign.

    `article_id` None is an article that is only now made, for which nothing was uploaded yet.
    """
    pictures = cleaning.files_in(draft.html)
    attached = [each.file_id for each in draft.attachments]
    cover = [draft.cover_id] if draft.cover_id else []
    kinds = await _kinds({*pictures, *attached, *cover}, article_id)
    faults = [
        *_faults("html", pictures, kinds, ("picture",), "正文里有图片不属于这篇文章，请重新上传。"),
        *_faults("attachments", attached, kinds, ATTACHED, "有附件不属于这篇文章，请重新上传。"),
        *_faults("cover_id", cover, kinds, ("picture",), "封面不属于这篇文章，请重新上传。"),
    ]
    if draft.campaign_id and not await Campaign.exists(id=draft.campaign_id):
        faults.append(FieldError("campaign_id", "campaign_not_found", "没有这个宣传活动，请重新选择。"))
    if faults:
        raise invalid_fields(faults)


async def named_by(article_id: UUID, files: Collection[UUID]) -> set[UUID]:
    """Those of the files that some revision of the article names, the newest ones asked first."""
    named: set[UUID] = set()
    numbers = await Revision.filter(article_id=article_id).order_by("-number").values_list("number", flat=True)
    for number in numbers:
        if named == set(files):
            break
        named |= named_in(await Revision.filter(article_id=article_id, number=number), files)
    return named


def named_in(revisions: Iterable[Revision], files: Collection[UUID]) -> set[UUID]:
    """Those of the files that one of the revisions names, as a picture, an attachment or the cover."""
    texts = [json.dumps(each.content) for each in revisions]
    return {file_id for file_id in files if any(str(file_id) in text for text in texts)}


async def _kinds(wanted: Collection[UUID], article_id: UUID | None) -> dict[UUID, str]:
    """Of the files that she may use: what kind each is."""
    if not wanted:
        return {}
    rows = await PublishedMedia.filter(id__in=list(wanted)).values_list("id", "kind", "held_by")
    others = {file_id for file_id, _, holder in rows if holder != f"article:{article_id}"}
    if others:
        others -= set(await PublishedFile.filter(file_id__in=list(others)).values_list("file_id", flat=True))
    if others and article_id is not None:
        others -= await named_by(article_id, others)
    return {file_id: kind for file_id, kind, _ in rows if file_id not in others}


def _faults(
    field: str, files: Collection[UUID], kinds: Mapping[UUID, str], allowed: Collection[str], detail: str
) -> list[FieldError]:
    wrong = any(kinds.get(each) not in allowed for each in files)
    return [FieldError(field, "file_not_found", detail)] if wrong else []
