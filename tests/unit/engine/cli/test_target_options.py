from __future__ import annotations

import pytest

from engine.cli.target_options import read_target
from engine.core.errors import ConfigError
from engine.inference.job.target import OutputTarget, TargetKind


def read(*, default_factor: float = 4.0, **given: object) -> OutputTarget:
    nothing = dict.fromkeys(("scale", "long_edge", "megapixels", "print_size"))
    return read_target(**(nothing | given), default_factor=default_factor)


def test_nothing_means_four_times() -> None:
    assert read() == OutputTarget.factor(4)
    assert read(default_factor=1) == OutputTarget.factor(1)


def test_each_option_is_read() -> None:
    assert read(scale=2.5) == OutputTarget.factor(2.5)
    assert read(long_edge=6000) == OutputTarget.long_edge(6000)
    assert read(megapixels=24.0) == OutputTarget.megapixels(24)


@pytest.mark.parametrize("text", ["30cm@300", "300mm@300dpi", " 30 CM @ 300 DPI "])
def test_a_print_size_is_read_with_its_unit(text: str) -> None:
    target = read(print_size=text)
    assert (target.kind, target.dpi) == (TargetKind.PRINT, 300)
    assert target.value == pytest.approx(30 / 2.54 * 300)


def test_inches_are_inches() -> None:
    assert read(print_size="10in@150") == OutputTarget.print_size(10, unit="inch", dpi=150)


@pytest.mark.parametrize("text", ["30", "30cm", "30@300", "wide@300", "30m@300"])
def test_what_is_no_print_size_is_answered_with_an_example(text: str) -> None:
    with pytest.raises(ConfigError, match="30cm@300"):
        read(print_size=text)


def test_two_sizes_are_one_too_many() -> None:
    with pytest.raises(ConfigError, match="only one"):
        read(scale=2.0, long_edge=100)


def test_a_size_of_nothing_is_refused() -> None:
    with pytest.raises(ConfigError):
        read(scale=0.0)
