"""ETags: what names the bytes of an answer, and whether a client has them already."""

import hashlib


def etag_of(data: bytes) -> str:
    """A strong ETag: the same for the same bytes, on every process."""
    return f'"{hashlib.sha256(data).hexdigest()[:32]}"'


def names(if_none_match: list[str], etag: str) -> bool:
    """Whether the client has it already (RFC 9110, 13.1.2): in a list, or made weak by a proxy that compresses."""
    tags = {tag.strip().removeprefix("W/") for line in if_none_match for tag in line.split(",")}
    return etag in tags or "*" in tags
