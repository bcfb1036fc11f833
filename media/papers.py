"""PDFs written anew: their pages and nothing else. The only file that knows pikepdf.

It runs in a child process (media/rewriter.py). What is kept is listed here, not what is taken away: a catalogue of
pages and layers, of each page what is drawn. Forms and notes are drawn into the page, then they are gone.
"""

import os
from pathlib import Path
from typing import BinaryIO

import pikepdf
from pikepdf import Dictionary, Name, Object, Pdf, Stream

from media.film_words import MOST_PAGES, Rewritten, file_damaged, not_a_pdf, pdf_locked, too_many_pages

_HEAD, _TAIL = 1024, 2048  # bytes in which readers look for the beginning and the end of a PDF
_OF_CATALOGUE = {"/Type", "/Pages", "/OCProperties", "/PageLabels", "/PageLayout", "/Lang"}
_OF_TREE = {"/Type", "/Parent", "/Kids", "/Count", "/Resources", "/MediaBox", "/CropBox", "/Rotate"}
_OF_PAGE = {"/Type", "/Parent", "/Resources", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Rotate"}
_OF_PAGE |= {"/Contents", "/Group", "/UserUnit"}
# Of what is drawn: who made it, files within and beside, and other documents' pages.
_NOT_OF_STREAM = {"/Metadata", "/PieceInfo", "/LastModified", "/AF", "/Ref", "/OPI", "/F", "/FFilter", "/FDecodeParms"}
_NOT_OF_STREAM |= {"/StructParent", "/StructParents", "/Measure", "/PtData"}


def rewrite_pdf(source: BinaryIO, target: str) -> Rewritten:
    """The pages alone, ordered for reading while it loads. Raises Invalid: not_a_pdf, pdf_locked, too_many_pages,
    file_damaged. `target` is the path of a file that is there."""
    _look_at_ends(source)
    try:
        with pikepdf.open(source, suppress_warnings=True) as paper:
            if paper.is_encrypted:
                raise pdf_locked()
            if not 0 < len(paper.pages) <= MOST_PAGES:
                raise too_many_pages() if len(paper.pages) else file_damaged("pdf")
            _bare(paper)
            with Path(target).open("wb") as file:
                paper.save(file, linearize=True, fix_metadata_version=False, deterministic_id=True)
    except pikepdf.PasswordError:
        raise pdf_locked() from None
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RuntimeError, RecursionError) as fault:
        raise file_damaged("pdf") from fault
    return Rewritten("pdf", Path(target).stat().st_size)


def _look_at_ends(source: BinaryIO) -> None:
    """The library mends a file that was cut short, and a part of the pages would pass for all of them."""
    source.seek(0)
    if b"%PDF-" not in source.read(_HEAD):
        raise not_a_pdf()
    size = source.seek(0, os.SEEK_END)
    source.seek(max(0, size - _TAIL))
    if b"%%EOF" not in source.read():
        raise file_damaged("pdf")
    source.seek(0)


def _bare(paper: Pdf) -> None:
    if Name.AcroForm in paper.Root:
        if Name.XFA in paper.Root.AcroForm:
            del paper.Root.AcroForm[Name.XFA]
        paper.generate_appearance_streams()
    paper.flatten_annotations("screen")
    for page in paper.pages:
        _keep(page.obj, _OF_PAGE)
    _keep(paper.Root, _OF_CATALOGUE)
    for key in list(paper.trailer.keys()):
        if key == "/Info":
            del paper.trailer[key]
    for each in paper.objects:
        _strip(each)


def _strip(each: Object) -> None:
    """One object of the file that something may still lead to."""
    if isinstance(each, Stream):
        if each.get(Name.Type) == Name.EmbeddedFile:
            each.write(b"")
        for key in _NOT_OF_STREAM:
            if key in each:
                del each[key]
    elif isinstance(each, Dictionary):
        if each.get(Name.Type) == Name.Pages:
            _keep(each, _OF_TREE)
        if isinstance(each.get(Name.EF), Dictionary):
            del each[Name.EF]


def _keep(each: Object, keys: set[str]) -> None:
    for key in set(each.keys()) - keys:
        del each[key]
