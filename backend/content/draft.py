"""What an editor writes, as one value: every save keeps it whole as a revision."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

LONGEST_HTML = 200_000  # characters; a long article of a 公众号 has about 60,000 with its markup
MOST_ATTACHMENTS = 9
MOST_TAGS = 6

Title = Annotated[str, Meta(min_length=1, max_length=64)]


class Attachment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A video, sound or PDF under the article, in the editor's words."""

    file_id: UUID
    name: Annotated[str, Meta(min_length=1, max_length=80)]


class Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An article at one moment. `html` is clean, with pictures as `src="file:ID"`; a cover is one of its files."""

    title: Title
    channel: str  # of CHANNELS
    summary: Annotated[str, Meta(max_length=120)] = ""
    source: Annotated[str, Meta(max_length=40)] = ""
    author: Annotated[str, Meta(max_length=40)] = ""
    campaign_id: UUID | None = None
    tags: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=12)], ...], Meta(max_length=MOST_TAGS)] = ()
    cover_id: UUID | None = None
    html: Annotated[str, Meta(max_length=LONGEST_HTML)] = ""
    attachments: Annotated[tuple[Attachment, ...], Meta(max_length=MOST_ATTACHMENTS)] = ()
    about_failure: bool = False  # 典型案例 of a failure: the final reviewer confirms that nobody is identifiable
    shows_person: bool = False  # a person is shown or praised: it says how she agreed
    consent_note: Annotated[str, Meta(max_length=200)] = ""
