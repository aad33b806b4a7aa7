"""One web page with a slider between before and after: a single file that loads nothing else."""

from __future__ import annotations

import base64
import hashlib
import html
from dataclasses import dataclass

from engine.core.version import product_version
from engine.sharing.comparison import RgbImage, SharedComparison
from engine.sharing.files import encode_picture

_STYLE = """
:root { color-scheme: light dark; --ground: #f7f7f7; --ink: #17191c; --soft: #55606b;
  --accent: #0b7362; --pill: rgba(16, 17, 19, .84); }
@media (prefers-color-scheme: dark) { :root { --ground: #141517; --ink: #eceef0;
  --soft: #adb4bd; --accent: #4cc9b0; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; align-items: center;
  gap: 12px; padding: 16px; background: var(--ground); color: var(--ink);
  font: 15px/1.4 system-ui, sans-serif; }
h1 { margin: 0; font-size: 18px; overflow-wrap: anywhere; }
main { width: 100%; display: flex; flex-direction: column; align-items: center; gap: 12px; }
.frame { width: 100%; overflow: auto; }
.stage { position: relative; margin: 0 auto; direction: ltr; touch-action: pan-y; cursor: ew-resize;
  user-select: none; }
.wide .stage { touch-action: auto; }
.stage img { display: block; width: 100%; height: auto; }
.after { position: absolute; inset: 0; clip-path: inset(0 0 0 calc(var(--at, .5) * 100%)); }
.line { position: absolute; top: 0; bottom: 0; left: calc(var(--at, .5) * 100%); width: 2px;
  margin-left: -1px; background: #fff; box-shadow: 0 0 2px #000; pointer-events: none; }
.name { position: absolute; top: 10px; padding: 3px 9px; border-radius: 5px; font-weight: 600;
  font-size: 13px; color: #f5f6f7; background: var(--pill); pointer-events: none;
  max-width: 45%; }
.name.first { left: 10px; } .name.second { right: 10px; }
.tools { display: flex; flex-wrap: wrap; align-items: center; justify-content: center; gap: 10px;
  width: min(100%, 1040px); }
input[type=range] { flex: 1 1 240px; max-width: 480px; direction: ltr;
  accent-color: var(--accent); height: 28px; }
button { font: inherit; color: inherit; background: none; border: 1px solid var(--soft);
  border-radius: 6px; padding: 5px 12px; min-height: 36px; cursor: pointer; }
button[aria-pressed=true] { border-color: var(--accent); color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
footer { color: var(--soft); font-size: 13px; text-align: center; }
@media (pointer: coarse) { button, input[type=range] { min-height: 44px; } }
@media (max-width: 560px) { input[type=range] { order: -1; flex-basis: 100%; max-width: none; } }
"""

_SCRIPT = """
"use strict";
const stage = document.querySelector(".stage");
const slider = document.querySelector("input[type=range]");
const actual = document.querySelector("#actual");
function show(share) {
  const at = Math.min(Math.max(share, 0), 1);
  slider.value = String(Math.round(at * 1000));
  draw();
}
function draw() {
  const at = Number(slider.value) / 1000;
  stage.style.setProperty("--at", String(at));
  slider.setAttribute("aria-valuetext", Math.round(at * 100) + " %");
  document.querySelector(".name.first").hidden = at < 0.12;
  document.querySelector(".name.second").hidden = at > 0.88;
}
function follow(event) {
  const box = stage.getBoundingClientRect();
  show((event.clientX - box.left) / box.width);
}
slider.addEventListener("input", draw);
stage.addEventListener("pointerdown", (event) => {
  // A finger moves a picture that is wider than the page; the slider still moves the divider.
  if (event.pointerType === "touch" && actual.getAttribute("aria-pressed") === "true") return;
  event.preventDefault();
  stage.setPointerCapture(event.pointerId);
  follow(event);
  slider.focus();
});
stage.addEventListener("pointermove", (event) => { if (event.buttons & 1) follow(event); });
document.querySelector("#before").addEventListener("click", () => show(1));
document.querySelector("#after").addEventListener("click", () => show(0));
actual.addEventListener("click", () => {
  const on = actual.getAttribute("aria-pressed") !== "true";
  actual.setAttribute("aria-pressed", String(on));
  // Pixels of the screen, which are finer than those of a page on dense screens.
  const width = stage.querySelector("img").naturalWidth / window.devicePixelRatio;
  stage.style.width = on ? width + "px" : "";
  document.querySelector(".frame").classList.toggle("wide", on);
});
draw();
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTexts:
    """The words of the page, in the language of its readers.

    Attributes:
        language: Code of the language, such as ``en``.
        slider: What the slider does.
        actual: The button that shows one pixel of the result on one pixel of the page.
        footer: What made the pictures; ``{product}`` and ``{size}`` are filled in.
    """

    language: str = "en"
    slider: str = "Share of the picture that shows before"
    actual: str = "Actual size"
    footer: str = "{size} pixels, made with {product}. This page loads nothing from the internet."


def web_page(comparison: SharedComparison, *, share: float, texts: PageTexts) -> bytes:
    """Return the page as UTF-8: pictures, style and script are inside.

    Its content security policy forbids every connection, and every script and style but its own.

    Args:
        comparison: What is compared; names are shown as plain text.
        share: Where the slider begins, 0 to 1.
        texts: The words of the page.
    """
    # Names of files come from anywhere: nothing in them may act as markup.
    title, before, after = map(
        html.escape, (comparison.title, comparison.before_name, comparison.after_name)
    )
    width, height = comparison.width_px, comparison.height_px
    footer = texts.footer.format(
        product=f"MFAGAN Studio {product_version()}", size=f"{width} \u00d7 {height}"
    )
    # As large as the window, but no larger than its pixels; both pictures have this one box.
    style = f"{_STYLE}.stage {{ width: min(100%, {78 * width / height:.2f}vh, {width}px); }}\n"
    policy = (
        "default-src 'none'; img-src data:; "
        f"style-src 'sha256-{_hash(style)}'; script-src 'sha256-{_hash(_SCRIPT)}'"
    )
    start = round(min(max(share, 0.0), 1.0) * 1000)
    page = f"""<!doctype html>
<html lang="{html.escape(texts.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<h1>{title}</h1>
<main>
<div class="frame"><div class="stage">
<img src="{_source(comparison.before)}" width="{width}" height="{height}" alt="{before}">
<div class="after"><img src="{_source(comparison.after)}" alt="{after}"></div>
<div class="line"></div>
<span class="name first" aria-hidden="true">{before}</span>
<span class="name second" aria-hidden="true">{after}</span>
</div></div>
<div class="tools">
<button type="button" id="before">{before}</button>
<input type="range" min="0" max="1000" step="5" value="{start}"
 aria-label="{html.escape(texts.slider)}">
<button type="button" id="after">{after}</button>
<button type="button" id="actual" aria-pressed="false">{html.escape(texts.actual)}</button>
</div>
</main>
<footer>{html.escape(footer)}</footer>
<script>{_SCRIPT}</script>
</body>
</html>
"""
    return page.encode("utf-8")


def _source(picture: RgbImage) -> str:
    content = base64.b64encode(encode_picture(picture, ".webp")).decode("ascii")
    return f"data:image/webp;base64,{content}"


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
