"""Puts the page together from `page/`: as the files of a folder, or all in one HTML file.

The scripts are the same in both; `asset` of ``assets.js`` finds a file beside the page or inside
it. In one file, scripts and style are known to the content security policy by their hashes, and
everything else is gzip in base64, in elements that browsers do not run.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import io
from collections.abc import Mapping
from pathlib import Path

import msgspec
from PIL import Image

from engine.core.places import resources_folder
from engine.core.version import product_version
from engine.export.web import serve
from engine.export.web.runtime_package import BUILDS, VERSION, Provider
from engine.export.web.source import DemoSource
from engine.imaging.codecs.rgb8 import load_rgb8

PAGE = "index.html"
_PAGE_FOLDER = Path(__file__).resolve().parent / "page"
_STYLE = "demo.css"
# In the order in which they need each other.
_SCRIPTS = ("assets.js", "upscaler.js", "compare.js", "photo.js", "demo.js")
_WORKER = "worker.js"
_LICENSE = "onnxruntime-license.txt"
# Part of a sample photo that is enlarged within seconds: windows, bricks and letters.
_SAMPLE = "house.jpg"
_SAMPLE_PART = (slice(140, 308), slice(4, 276))
# Of a canvas in Safari on phones (16,777,216 pixels); it shows nothing in a larger one.
_MOST_RESULT_PIXELS = 1 << 24
# Nothing may connect to another host. Workers and the runtime are Blobs, so that they are under
# the policy of the page; WebAssembly counts as a script.
_POLICY = "default-src 'none'; img-src blob:; worker-src blob:; base-uri 'none'; form-action 'none'"
_RUNTIME = "blob: data: 'wasm-unsafe-eval'"


def folder_files(source: DemoSource, runtime: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of a demo, by path in its folder.

    Args:
        source: Networks and tiles.
        runtime: Files of ONNX Runtime Web.
    """
    policy = f"{_POLICY}; script-src 'self' {_RUNTIME}; style-src 'self'; connect-src 'self'"
    scripts = "\n".join(f'<script src="{name}"></script>' for name in _SCRIPTS)
    page = _filled(
        source,
        runtime,
        policy=policy,
        style=f'<link rel="stylesheet" href="{_STYLE}">',
        scripts=scripts,
    )
    return {
        **_assets(source, runtime),
        **{name: _text(name).encode() for name in (_STYLE, *_SCRIPTS)},
        f"runtime/{_LICENSE}": _text(_LICENSE).encode(),
        "serve.py": Path(serve.__file__).read_bytes(),
        PAGE: page.encode(),
    }


def single_page(source: DemoSource, runtime: Mapping[str, bytes]) -> bytes:
    """Return the demo as one HTML file, which needs no server."""
    style = _text(_STYLE)
    scripts = [_text(name) for name in _SCRIPTS]
    allowed = " ".join(map(_hash, scripts))
    blocks = [
        f'<script type="application/gzip" id="file:{name}">{_packed(content)}</script>'
        for name, content in _assets(source, runtime).items()
    ]
    blocks += [f"<script>{script}</script>" for script in scripts]
    page = _filled(
        source,
        runtime,
        policy=f"{_POLICY}; script-src {allowed} {_RUNTIME}; style-src {_hash(style)}",
        style=f"<style>{style}</style>",
        scripts="\n".join(blocks),
    )
    return page.encode()


def _assets(source: DemoSource, runtime: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return what the scripts load, by the name they use."""
    return {
        _WORKER: _text(_WORKER).encode(),
        "sample.png": _sample(),
        **{f"models/{model.title}.onnx": model.content for model in source.models},
        **{f"runtime/{name}": content for name, content in runtime.items()},
    }


def _sample() -> bytes:
    photo = load_rgb8(resources_folder() / "samples" / _SAMPLE)
    buffer = io.BytesIO()
    Image.fromarray(photo[_SAMPLE_PART]).save(buffer, "PNG")
    return buffer.getvalue()


def _filled(
    source: DemoSource, runtime: Mapping[str, bytes], *, policy: str, style: str, scripts: str
) -> str:
    values = {
        "LICENSE": _text(_LICENSE),
        "POLICY": policy,
        # Names come from any bundle: nothing in them may act as markup.
        "NAME": html.escape(source.manifest.name),
        "SCALE": str(source.manifest.scale),
        "FOOTER": html.escape(_footer(source)),
        "SETTINGS": _settings(source, runtime),
        "STYLE": style,
        "SCRIPTS": scripts,
    }
    # Split at the marks first: a value that looks like one stays as it is.
    head, *rest = _text(PAGE).split("@")
    parts = [values[part] if at % 2 == 0 else part for at, part in enumerate(rest)]
    return head + "".join(parts)


def _settings(source: DemoSource, runtime: Mapping[str, bytes]) -> str:
    """Return what the scripts must know, as JSON."""
    manifest = source.manifest
    builds: dict[Provider, dict[str, str]] = {
        provider: {"script": f"runtime/{build.script}", "binary": f"runtime/{build.binary}"}
        for provider, build in BUILDS.items()
        if build.binary in runtime
    }
    text = msgspec.json.encode(
        {
            "scale": manifest.scale,
            "tile_px": manifest.tile_px,
            "overlap_px": manifest.overlap_px,
            "multiple": source.card.size_rules.multiple,
            "least_px": source.card.size_rules.min_px,
            "most_result_pixels": _MOST_RESULT_PIXELS,
            "models": [
                {
                    "title": model.title,
                    "file": f"models/{model.title}.onnx",
                    "input": model.input,
                    "output": model.output,
                    "size": model.size,
                }
                for model in source.models
            ],
            "runtimes": builds,
        }
    ).decode()
    # A name with "</script>" would end the element.
    return text.replace("<", "\\u003c")


def _footer(source: DemoSource) -> str:
    card = source.card
    return (
        f"{card.params:,} parameters; license of the network: {card.license}. It runs in ONNX "
        f"Runtime Web {VERSION} (MIT License, \u00a9 Microsoft Corporation). Made with MFAGAN "
        f"Studio {product_version()}."
    )


def _text(name: str) -> str:
    return (_PAGE_FOLDER / name).read_text(encoding="utf-8")


def _packed(content: bytes) -> str:
    # Without a time: the same bundle gives the same page.
    return base64.b64encode(gzip.compress(content, mtime=0)).decode("ascii")


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
    return f"'sha256-{digest}'"
