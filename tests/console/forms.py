"""What a browser would send of a form on a page: every field as it stands there."""

from html.parser import HTMLParser


def fields_of(html: str, action: str) -> dict[str, str]:
    """The named fields of the form with this address, below /console, as they are filled in; empty ones too."""
    reader = _Form(f"/console{action}")
    reader.feed(html)
    assert reader.found, f"there is no form {action}"
    return reader.fields


class _Form(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__()
        self.action = action
        self.found = self.inside = False
        self.fields: dict[str, str] = {}
        self.open: str | None = None  # the textarea or select that is being read

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = said.get("action") == self.action
            self.found |= self.inside
        elif self.inside:
            self._take(tag, said)

    def _take(self, tag: str, said: dict[str, str]) -> None:
        if tag in {"textarea", "select"}:
            self.open = said["name"]
            self.fields[self.open] = ""
        elif tag == "option" and self.open and "selected" in said:
            self.fields[self.open] = said["value"]
        elif tag == "input" and (said.get("type") not in {"checkbox", "radio"} or "checked" in said):
            self.fields[said["name"]] = said.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"textarea", "select"}:
            self.open = None
        elif tag == "form":
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside and self.open and self.get_starttag_text().startswith("<textarea"):  # type: ignore[union-attr]
            self.fields[self.open] += data
