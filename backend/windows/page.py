"""The pages of this folder, and where they lie."""

from pathlib import Path

from backend.pages.rendering import Pages

_HERE = Path(__file__).parent
TEMPLATES = _HERE / "templates"
STATIC = _HERE / "static"

page = Pages(TEMPLATES).show
