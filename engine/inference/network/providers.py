"""The execution providers of ONNX Runtime, and the choice of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.core.errors import UnknownNameError
from engine.core.suggestions import did_you_mean

AUTO = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One kind of device or library that runs networks.

    Attributes:
        name: Its name in options: ``cuda``.
        runtime_name: Its name in ONNX Runtime: ``CUDAExecutionProvider``.
        label: Its name in texts for users.
        is_quantized_fast: Whether int8 variants gain speed on it.
    """

    name: str
    runtime_name: str
    label: str
    is_quantized_fast: bool = False


# Best first: `auto` takes the first one that the installed build has.
KNOWN_PROVIDERS: tuple[Provider, ...] = (
    Provider(name="cuda", runtime_name="CUDAExecutionProvider", label="NVIDIA GPU (CUDA)"),
    Provider(name="directml", runtime_name="DmlExecutionProvider", label="GPU (DirectML)"),
    Provider(name="coreml", runtime_name="CoreMLExecutionProvider", label="Apple (Core ML)"),
    Provider(
        name="qnn",
        runtime_name="QNNExecutionProvider",
        label="Qualcomm NPU (QNN)",
        is_quantized_fast=True,
    ),
    Provider(
        name="openvino",
        runtime_name="OpenVINOExecutionProvider",
        label="Intel (OpenVINO)",
        is_quantized_fast=True,
    ),
    Provider(name="cpu", runtime_name="CPUExecutionProvider", label="CPU", is_quantized_fast=True),
)
CPU = KNOWN_PROVIDERS[-1]


def known_providers(runtime_names: Sequence[str]) -> tuple[Provider, ...]:
    """Return the providers of ``runtime_names`` that we know, best first; always the CPU."""
    # Others are left out: whether int8 gains speed on them is not known.
    return tuple(p for p in KNOWN_PROVIDERS if p.runtime_name in runtime_names or p is CPU)


def provider_of(runtime_name: str) -> Provider:
    """Return the provider with this name in ONNX Runtime, known to us or not."""
    for provider in KNOWN_PROVIDERS:
        if provider.runtime_name == runtime_name:
            return provider
    plain = runtime_name.removesuffix("ExecutionProvider")
    return Provider(name=plain.lower(), runtime_name=runtime_name, label=plain)


def select_provider(name: str, found: Sequence[Provider]) -> Provider:
    """Return the provider to run on.

    Args:
        name: ``auto`` for the best one found, or a provider's name.
        found: What this installation has, best first.

    Raises:
        UnknownNameError: If there is no such provider, or this installation lacks it.
    """
    if name == AUTO:
        return found[0]
    for provider in found:
        if provider.name == name:
            return provider
    here = ", ".join([AUTO, *(provider.name for provider in found)])
    names = [provider.name for provider in KNOWN_PROVIDERS]
    if name in names:
        raise UnknownNameError(
            f"The installed ONNX Runtime cannot run on {name!r}; here it offers: {here}. "
            "Install the ONNX Runtime package for that device, or choose another"
        )
    hint = did_you_mean(name, [AUTO, *names])
    sentences = (f"Unknown device {name!r}.", hint, f"Available here: {here}")
    raise UnknownNameError(" ".join(filter(None, sentences)))
