"""Which files a draft may show: those uploaded for its article, and those that a published article shows."""

from collections.abc import Collection, Mapping
from uuid import UUID

from backend.content import cleaning
from backend.content.draft import Draft
from backend.content.draft_faults import invalid_fields
from backend.content.models import Campaign, PublishedFile
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


async def _kinds(wanted: Collection[UUID], article_id: UUID | None) -> dict[UUID, str]:
    """Of the files that she may use: what kind each is."""
    if not wanted:
        return {}
    rows = await PublishedMedia.filter(id__in=list(wanted)).values_list("id", "kind", "held_by")
    others = [file_id for file_id, _, holder in rows if holder != f"article:{article_id}"]
    published = await PublishedFile.filter(file_id__in=others).values_list("file_id", flat=True) if others else []
    return {file_id: kind for file_id, kind, _ in rows if file_id not in others or file_id in published}


def _faults(
    field: str, files: Collection[UUID], kinds: Mapping[UUID, str], allowed: Collection[str], detail: str
) -> list[FieldError]:
    wrong = any(kinds.get(each) not in allowed for each in files)
    return [FieldError(field, "file_not_found", detail)] if wrong else []
