"""Small videos, sounds and PDFs made by code, with what must not get through them: places, names, scripts, files."""

import struct
import tempfile
from functools import cache
from io import BytesIO
from typing import Any

import av
import pikepdf
from pikepdf import Array, Dictionary, Name, String

from media import rewriting
from media.film_words import FileKind, Rewritten

SECRET = "Lushan secret 33.7401"
RATE = 44_100


@cache
def film(
    codec: str = "libx264", sound: str | None = "aac", container: str = "mp4", pixels: str = "yuv420p", seconds: int = 2
) -> bytes:
    """A video of 320×240 with 25 pictures a second."""
    file = BytesIO()
    options = {"x265-params": "log-level=none"} if codec == "libx265" else {}
    with av.open(file, "w", format=container) as made:
        made.metadata.update(comment=SECRET, location="+33.7401+112.9080/")
        pictures = made.add_stream(codec, rate=25, options=options)
        pictures.width, pictures.height, pictures.pix_fmt = 320, 240, pixels
        sounds = made.add_stream(sound, rate=RATE, layout="stereo") if sound else None
        for number in range(seconds * 25):
            frame = av.VideoFrame(320, 240, pixels)
            for plane in frame.planes:
                plane.update(bytes([number * 3 % 255]) * plane.buffer_size)
            frame.pts = number
            made.mux(pictures.encode(frame))
        made.mux(pictures.encode(None))
        if sounds is not None:
            _hum(made, sounds, seconds, 1152 if sound == "libmp3lame" else 1024)
    return file.getvalue()


@cache
def sound(codec: str = "libmp3lame", container: str = "mp3", seconds: int = 3) -> bytes:
    """A sound without pictures."""
    file = BytesIO()
    with av.open(file, "w", format=container) as made:
        made.metadata.update(title=SECRET)
        _hum(made, made.add_stream(codec, rate=RATE, layout="stereo"), seconds, 1152 if codec == "libmp3lame" else 1024)
    return file.getvalue()


def _hum(made: Any, stream: Any, seconds: int, samples: int) -> None:
    for number in range(seconds * RATE // samples):
        frame = av.AudioFrame(format="fltp", layout="stereo", samples=samples)
        frame.sample_rate, frame.pts = RATE, number * samples
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        made.mux(stream.encode(frame))
    made.mux(stream.encode(None))


def turned(data: bytes) -> bytes:
    """The same video as a phone held upright would have written it: to be turned by a quarter when it is shown."""
    matrix = data.index(b"tkhd") + 44
    quarter = struct.pack(">9i", 0, 0x10000, 0, -0x10000, 0, 0, 240 << 16, 0, 0x40000000)
    return data[:matrix] + quarter + data[matrix + len(quarter) :]


@cache
def paper(pages: int = 2, *, locked: str | None = None) -> bytes:
    """A PDF with everything in it that has no business on a reader's phone. `locked`: with this password."""
    made = pikepdf.new()
    font = made.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    script = made.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))
    evil = pikepdf.AttachedFileSpec(made, b"EVIL BYTES", filename="evil.exe")
    made.attachments["evil.exe"] = evil
    for number in range(pages):
        made.add_blank_page(page_size=(595, 842))
        page = made.pages[-1].obj
        page.Contents = made.make_stream(b"BT /F1 24 Tf 72 700 Td (Page %d) Tj ET /X0 Do" % (number + 1))
        drawn = made.make_stream(b"0 0 m", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 1, 1])
        drawn.Metadata, drawn.AF = made.make_stream(SECRET.encode()), Array([evil.obj])
        drawn.PieceInfo = Dictionary(App=Dictionary(Private=String(SECRET)))
        page.Resources = Dictionary(Font=Dictionary(F1=font), XObject=Dictionary(X0=drawn))
        page.AA = Dictionary(O=script)
        page.Annots = made.make_indirect(Array([_link(made), _field(made)]))
    made.Root.OpenAction = script
    made.Root.Names.JavaScript = Dictionary(Names=Array([String("run"), script]))
    fields = Array([page.obj.Annots[1] for page in made.pages])
    made.Root.AcroForm = Dictionary(Fields=fields, XFA=made.make_stream(b"<xfa/>"), NeedAppearances=True)
    made.Root.AcroForm.DR, made.Root.AcroForm.DA = Dictionary(Font=Dictionary(F1=font)), String("/F1 12 Tf 0 g")
    made.docinfo["/Author"] = SECRET
    with made.open_metadata() as told:
        told["dc:creator"] = [SECRET]
    file = BytesIO()
    lock = pikepdf.Encryption(owner="owner", user=locked) if locked is not None else False
    made.save(file, encryption=lock)
    return file.getvalue()


def _link(made: pikepdf.Pdf) -> pikepdf.Object:
    launch = Dictionary(S=Name.Launch, F=String("evil.exe"))
    return made.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 10, 10], A=launch))


def _field(made: pikepdf.Pdf) -> pikepdf.Object:
    about: dict[str, Any] = {"T": String("field"), "V": String("typed"), "DA": String("/F1 12 Tf 0 g"), "FT": Name.Tx}
    return made.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Widget, Rect=[72, 600, 300, 630], **about))


async def rewritten(kind: FileKind, data: bytes) -> tuple[Rewritten, bytes]:
    """What became of it, and the new file."""
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as target:
        source.write(data)
        made = await rewriting.rewrite(kind, source, target)
        target.seek(0)
        written = target.read()
    assert made.size == len(written)
    return made, written


def opened(data: bytes) -> bytes:
    """Everything that stands in a PDF, nothing of it packed."""
    file = BytesIO()
    with pikepdf.open(BytesIO(data)) as made:
        made.save(
            file,
            qdf=True,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return file.getvalue()
