"""``mfagan version``: show the version."""

from __future__ import annotations

import platform

from engine.cli.command_app import make_app
from engine.cli.common_options import JsonOption
from engine.cli.output import Output
from engine.core.version import DISTRIBUTION, product_version

app = make_app()


@app.command()
def version(*, is_json: JsonOption = False) -> None:
    """Show the version of MFAGAN Studio and of Python."""
    output = Output(is_json=is_json)
    if is_json:
        output.document({"version": product_version(), "python": platform.python_version()})
    output.text(f"{DISTRIBUTION} {product_version()} (Python {platform.python_version()})")
