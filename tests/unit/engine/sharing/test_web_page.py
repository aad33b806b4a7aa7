from __future__ import annotations

import base64
import hashlib
import io
import re

import numpy as np
from lxml import html as lxml_html
from lxml.html import HtmlElement
from PIL import Image

from engine.sharing.comparison import SharedComparison
from engine.sharing.web_page import PageTexts, web_page

_EVIL = '<script>alert("1")</script>&"\'>'


def _comparison(name: str = "Before") -> SharedComparison:
    return SharedComparison(
        before=np.full((40, 60, 3), 50, np.uint8),
        after=np.full((40, 60, 3), 220, np.uint8),
        title=name,
        before_name=name,
        after_name="After",
    )


def _text(**changes: str) -> str:
    return web_page(_comparison(**changes), share=0.25, texts=PageTexts()).decode("utf-8")


def _parsed(text: str) -> HtmlElement:
    return lxml_html.fromstring(text.encode("utf-8"))


def test_both_pictures_are_inside() -> None:
    page = _parsed(_text())

    grays: list[int] = []
    for source in page.xpath("//img/@src"):
        kind, content = source.split(",")
        assert kind == "data:image/webp;base64"
        image = Image.open(io.BytesIO(base64.b64decode(content)))
        assert image.size == (60, 40)
        grays.append(int(np.asarray(image.convert("RGB"))[20, 30, 0]))
    assert np.abs(np.subtract(grays, (50, 220))).max() < 4


def test_nothing_is_loaded_from_anywhere() -> None:
    text = _text()
    page = _parsed(text)

    assert (
        page.xpath("//link | //iframe | //script[@src] | //img[not(starts-with(@src,'data:'))]")
        == []
    )
    assert "http" not in re.sub("http-equiv", "", text)
    assert "url(" not in text
    assert "@import" not in text


def test_the_policy_allows_its_own_script_and_style_and_nothing_else() -> None:
    page = _parsed(_text())
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]

    assert policy.startswith("default-src 'none'; img-src data:; ")
    for name in ("script", "style"):
        (content,) = page.xpath(f"//{name}/text()")
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    # The policy would forbid these.
    assert page.xpath("//@style | //@onclick") == []


def test_the_slider_can_be_used_by_keys_and_is_named() -> None:
    (slider,) = _parsed(_text()).xpath("//input")

    assert slider.get("type") == "range"
    assert slider.get("value") == "250"
    assert slider.get("aria-label") == "Share of the picture that shows before"
    names = _parsed(_text()).xpath("//button/text()")
    assert names == ["Before", "After", "Actual size"]


def test_pictures_have_descriptions() -> None:
    assert _parsed(_text()).xpath("//img/@alt") == ["Before", "After"]


def test_names_of_files_are_text_and_never_markup() -> None:
    page = _parsed(_text(name=_EVIL))

    assert len(page.xpath("//script")) == 1
    assert page.xpath("//title/text()") == [_EVIL]
    assert page.xpath("//h1/text()") == [_EVIL]
    assert page.xpath("//img/@alt")[0] == _EVIL


def test_the_words_are_those_that_were_given() -> None:
    texts = PageTexts(language="de", slider="Anteil", actual="Originalgröße", footer="{size} Pixel")

    page = _parsed(web_page(_comparison(), share=0.5, texts=texts).decode("utf-8"))

    assert page.get("lang") == "de"
    assert page.xpath("//footer/text()") == ["60 \u00d7 40 Pixel"]
    assert page.xpath("//input/@aria-label") == ["Anteil"]
