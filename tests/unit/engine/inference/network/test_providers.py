"""Tests of naming and choosing providers."""

from __future__ import annotations

import pytest

from engine.core.errors import UnknownNameError
from engine.inference.network.providers import CPU, known_providers, provider_of, select_provider

FOUND = known_providers(["AzureExecutionProvider", "CPUExecutionProvider", "CUDAExecutionProvider"])


def test_known_providers_are_found_best_first() -> None:
    assert [provider.name for provider in FOUND] == ["cuda", "cpu"]


def test_the_processor_is_always_there() -> None:
    assert known_providers([]) == (CPU,)


def test_auto_takes_the_best_and_a_name_takes_that_one() -> None:
    assert select_provider("auto", FOUND).name == "cuda"
    assert select_provider("cpu", FOUND) is CPU


def test_misspelled_name_gets_a_hint() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'cuda'"):
        select_provider("cudda", FOUND)


def test_hopeless_name_lists_what_there_is() -> None:
    with pytest.raises(UnknownNameError, match="Available here: auto, cuda, cpu"):
        select_provider("zzz", FOUND)


def test_provider_that_is_not_installed_says_so() -> None:
    with pytest.raises(UnknownNameError, match=r"cannot run on 'coreml'.*auto, cuda, cpu"):
        select_provider("coreml", FOUND)


def test_provider_we_do_not_know_still_has_a_name() -> None:
    assert provider_of("FancyExecutionProvider").name == "fancy"
    assert provider_of("CPUExecutionProvider") is CPU
