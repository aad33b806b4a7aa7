from __future__ import annotations

from pathlib import Path

import pytest

from engine.bench.chromium import BrowserError, Chromium, find_chromium


@pytest.fixture
def ended(tmp_path: Path) -> Path:
    """A program that ends at once."""
    program = tmp_path / "ended"
    program.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    return program


@pytest.fixture
def answering(tmp_path: Path) -> Path:
    """A program that answers the first command after an event, and refuses the second."""
    program = tmp_path / "answering"
    program.write_text(
        "#!/bin/sh\n"
        'printf \'{"method":"Early.event","sessionId":"s","params":{"at":1}}\\0\' >&4\n'
        'printf \'{"id":1,"result":{"product":"Fake/1"}}\\0\' >&4\n'
        'printf \'{"id":2,"error":{"message":"no such thing"}}\\0\' >&4\n'
        "cat <&3 >/dev/null\n",
        encoding="utf-8",
    )
    program.chmod(0o755)
    return program


def test_a_browser_that_is_missing_is_named_with_the_way_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)

    with pytest.raises(BrowserError, match="apt-get install chromium"):
        find_chromium()
    with pytest.raises(BrowserError, match="no-such-browser"):
        find_chromium(Path("no-such-browser"))


def test_the_named_browser_is_taken(ended: Path) -> None:
    assert find_chromium(ended) == ended


def test_a_browser_that_ends_is_an_error_and_leaves_nothing(ended: Path) -> None:
    with Chromium(ended) as browser, pytest.raises(BrowserError, match=r"ended"):
        browser.call("Browser.getVersion")

    assert not Path(browser._profile.name).exists()


def test_answers_are_told_from_events_and_refusals(answering: Path) -> None:
    with Chromium(answering) as browser:
        assert browser.call("Browser.getVersion") == {"product": "Fake/1"}
        assert [event["params"] for event in browser.events("s")] == [{"at": 1}]
        assert browser.events("other") == []
        with pytest.raises(BrowserError, match=r"Page\.fly: no such thing"):
            browser.call("Page.fly")


def test_a_browser_that_does_not_answer_is_not_waited_for(answering: Path) -> None:
    with Chromium(answering) as browser:
        for _ in range(2):
            try:
                browser.call("Any.method")
            except BrowserError:
                continue
        with pytest.raises(BrowserError, match="does not answer Slow"):
            browser.call("Slow.method", timeout_s=0.05)
