"""The XML inside an .xlsx, read as a stream: no document type, no entities, nothing kept."""

from collections.abc import Iterator
from typing import IO
from xml.parsers import expat

_CHUNK = 65_536


class DoctypeError(Exception):
    """No spreadsheet program writes a document type: it is there to define entities that expand."""


def new_parser() -> expat.XMLParserType:
    """A parser that names elements as "namespace name", joins text, and raises DoctypeError."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def local_name(name: str) -> str:
    """The name without its namespace: both the usual and the "strict" namespaces are in use."""
    return name.rpartition(" ")[2]


def feed(parser: expat.XMLParserType, stream: IO[bytes]) -> Iterator[None]:
    """Give the stream to the parser piece by piece, pausing after each so that what was found can be used."""
    while chunk := stream.read(_CHUNK):
        parser.Parse(chunk, False)
        yield
    parser.Parse(b"", True)
    yield


def elements(stream: IO[bytes]) -> list[tuple[str, dict[str, str]]]:
    """All elements of a small part in order: name and attributes, both without namespaces."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        found.append((local_name(name), {local_name(key): value for key, value in attributes.items()}))

    def end(name: str) -> None:
        found.append(("/" + local_name(name), {}))

    parser = new_parser()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    for _ in feed(parser, stream):
        pass
    return found


def _refuse_doctype(*_: object) -> None:
    raise DoctypeError
