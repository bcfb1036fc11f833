"""What is said of a certificate on both sides of the workshop's pipe; nothing of Pillow."""

import msgspec

MOST_BYTES = 400_000  # of a certificate: a village's 4G
WIDTH, HEIGHT = 1080, 1440  # pixels: a phone's album shows it whole


class CertificateWords(msgspec.Struct, frozen=True):
    """All that stands on a certificate of honour, and nothing else does."""

    name: str
    award: str
    year: int
    owner: str  # the department that gives it
    number: str

    def __repr__(self) -> str:
        return f"CertificateWords({self.number})"  # the rest says who it is, and a repr ends up in logs
