"""An article as a reader's page shows it: cleaned once more, its pictures at this audience's addresses."""

from collections.abc import Callable, Mapping
from uuid import UUID

from backend.content.blocks import Picture, Table, Writer
from backend.content.cleaning import stored_blocks

SIZE = "middle"  # of the pictures inside an article


class _ReadersWriter(Writer):
    def __init__(self, address: Callable[[UUID, str], str], sizes: Mapping[UUID, tuple[int, int]]) -> None:
        self._address = address
        self._sizes = sizes

    def picture(self, picture: Picture) -> str:
        file_id = UUID(picture.source.removeprefix("file:"))
        attributes = {"src": self._address(file_id, SIZE), "alt": picture.alt, "loading": "lazy"}
        if file_id in self._sizes:  # the page does not jump when a picture comes
            width, height = self._sizes[file_id]
            attributes |= {"width": str(width), "height": str(height)}
        return self.opening("img", attributes)

    def link(self, href: str, inner: str) -> str:
        return self.wrapped("a", inner, {"href": href, "rel": "noopener noreferrer"})

    def table(self, table: Table) -> str:
        """Wide tables scroll in a box of their own."""
        return self.wrapped("div", super().table(table), {"class": "table"})


def addressed(
    html: str, address: Callable[[UUID, str], str], *, sizes: Mapping[UUID, tuple[int, int]] | None = None
) -> str:
    """The html of a page from an article's stored html, whatever may have got into that.

    `address` makes a picture's address of its id and a size's name; `sizes` are width and height in pixels of the
    pictures whose size is known.
    """
    return _ReadersWriter(address, sizes or {}).write(stored_blocks(html))
