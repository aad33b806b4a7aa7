"""Builds the documentation site: the pages of this folder and a reference from the docstrings.

``make docs`` runs it. Sphinx, because its AutoAPI reads the sources without importing them,
so that no torch is needed, and because it fetches nothing.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

project = "MFAGAN Studio"
author = PROJECT["authors"][0]["name"]
release = PROJECT["version"]

extensions = ["myst_parser", "sphinx.ext.napoleon", "autoapi.extension"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["_build"]
# A single backtick names something of the code.
default_role = "py:obj"
myst_heading_anchors = 3
# Several classes have a field `bytes`; links to files outside docs/ work in the repository only.
suppress_warnings = ["ref.python", "myst.xref_missing", "autoapi.python_import_resolution"]

autoapi_dirs = [str(ROOT / "engine")]
# Commands are described by their --help.
autoapi_ignore = ["*/cli/commands/*"]
autoapi_root = "reference"
autoapi_options = ["members", "show-inheritance", "show-module-summary"]
autoapi_python_class_content = "both"

html_theme = "furo"
html_title = f"MFAGAN Studio {release}"

_SECTION = re.compile(r"(Args|Attributes|Returns|Yields|Raises|Shape|Example|Examples|Note):$")


def setup(app: Sphinx) -> None:
    """Register the treatment of sketches, before napoleon reads the sections."""
    # The event is there only when the reference is built.
    if "autodoc-process-docstring" in app.events.events:
        app.connect("autodoc-process-docstring", keep_sketches, priority=400)


def keep_sketches(
    _app: Sphinx, _what: str, _name: str, _obj: object, _options: object, lines: list[str]
) -> None:
    """Turn what is indented in a docstring, outside its sections, into a literal block."""
    result: list[str] = []
    is_section = is_sketch = False
    for line in lines:
        if line and not line[0].isspace():
            is_section, is_sketch = bool(_SECTION.match(line)), False
            if result and result[-1][:1].isspace():
                result.append("")
        elif line.strip() and not is_section and not is_sketch:
            is_sketch = True
            before = next((text for text in reversed(result) if text.strip()), "")
            result += [] if before.endswith("::") else ["", "::", ""]
        result.append(line)
    lines[:] = result
