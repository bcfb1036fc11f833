"""From a scene to the bytes that a phone would send: light, grain, an EXIF note of where it was, sideways or HEIC."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from random import Random

import pillow_heif
from PIL import ExifTags, Image, ImageEnhance, ImageFilter

from backend.demo.photos import indoors, outdoors
from backend.demo.photos.brushes import HEIGHT, WIDTH

SCENES: dict[str, Callable[[Random], Image.Image]] = {
    "street": outdoors.street,
    "river": outdoors.river,
    "planting": outdoors.planting,
    "gate": outdoors.gate,
    "group": outdoors.group,
    "care_home": indoors.care_home,
    "lessons": indoors.lessons,
    "goods": indoors.goods,
    "receipt": indoors.receipt,
    "certificate": indoors.certificate,
    "sign_in_sheet": indoors.sign_in_sheet,
}

_SIDEWAYS = 6  # EXIF orientation: turn it a quarter to the right
# Degrees and minutes of a place in the county that nobody stood at: the scene was painted.
_SOMEWHERE = {1: "N", 2: (33.0, 44.0, 0.0), 3: "E", 4: (112.0, 54.0, 0.0)}


@dataclass(frozen=True)
class Photo:
    """One photo as it comes from a phone. The same values make the same bytes."""

    scene: str  # of SCENES
    seed: int
    sideways: bool = False
    located: bool = False
    heic: bool = False
    sent_on: bool = False  # as somebody else has it after it went round in a chat: lighter, cut a little, smaller


def develop(photo: Photo) -> bytes:
    """The photo's bytes: JPEG of about 1.2 megapixels, or HEIC."""
    random = Random(f"{photo.scene} {photo.seed}")  # noqa: S311 (a made-up photo, always the same)
    image = _light(SCENES[photo.scene](random), random)
    if photo.sent_on:
        cut = image.crop((12, 9, WIDTH - 12, HEIGHT - 9)).resize((WIDTH * 3 // 4, HEIGHT * 3 // 4))
        image = ImageEnhance.Brightness(cut).enhance(1.07)
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "LUSHAN EXAMPLE"
    if photo.located:
        exif.get_ifd(ExifTags.IFD.GPSInfo).update(_SOMEWHERE)
    if photo.sideways:
        image = image.transpose(Image.Transpose.ROTATE_90)
        exif[ExifTags.Base.Orientation] = _SIDEWAYS
    return _encode(image, exif, heic=photo.heic)


def _light(image: Image.Image, random: Random) -> Image.Image:
    """Soft as a lens, grainy as a sensor, and in the colour of its hour."""
    image = image.filter(ImageFilter.BoxBlur(0.8))
    size = (WIDTH // 2, HEIGHT // 2)
    grain = Image.frombytes("L", size, random.randbytes(size[0] * size[1])).resize((WIDTH, HEIGHT))
    image = Image.blend(image, Image.merge("RGB", (grain, grain, grain)), 0.045)
    warmth = Image.new("RGB", image.size, random.choice(((255, 214, 160), (190, 210, 240), (236, 236, 230))))
    image = Image.blend(image, warmth, random.uniform(0.02, 0.1))
    return ImageEnhance.Brightness(image).enhance(random.uniform(0.86, 1.08))


def _encode(image: Image.Image, exif: Image.Exif, *, heic: bool) -> bytes:
    out = BytesIO()
    if heic:
        pillow_heif.from_pillow(image).save(out, quality=60, exif=exif.tobytes(), enc_params={"preset": "ultrafast"})
    else:
        image.save(out, "JPEG", quality=84, exif=exif)
    return out.getvalue()
