"""Pictures in the tables and the store without anybody decoding one: for tests of who holds and sweeps them."""

from collections.abc import Sequence
from uuid import UUID

from uuid_utils.compat import uuid7

from media.intake import Stored, keep, store
from media.models import Picture
from media.pictures import Encoded, Mark, TakenIn
from media.storage import Storage
from media.workshop import Workshop

OWNER = UUID(int=1)
NEIGHBOUR = UUID(int=2)


class QuickWorkshop(Workshop):
    """Takes anything for a picture of one pixel, with the marks that it was given."""

    def __init__(self, *bits: int) -> None:
        super().__init__()
        self.marks = tuple(Mark(f"part {number}", each) for number, each in enumerate(bits))

    async def take_in(self, data: bytes) -> TakenIn:
        one = Encoded("webp", 1, 1, data)
        return TakenIn(one, one, one, self.marks)


async def put_files(storage: Storage, owner: UUID = OWNER, data: bytes = b"", bits: Sequence[int] = ()) -> Stored:
    """A picture whose files are written and whose row is not; its bytes are its own unless they are given."""
    return await store(storage, QuickWorkshop(*bits), owner, data or uuid7().bytes)


async def put(storage: Storage, owner: UUID = OWNER, data: bytes = b"", bits: Sequence[int] = ()) -> Picture:
    """A picture of an owner that nobody holds yet."""
    return await keep(await put_files(storage, owner, data, bits))


async def files_in(storage: Storage) -> set[str]:
    """The keys of everything that is stored."""
    return {kept.key async for kept in storage.list("pictures")}
