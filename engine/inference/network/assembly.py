"""Puts networks together as the user's settings ask: blended, back-projected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.core.errors import ConfigError
from engine.core.messages import say
from engine.inference.network.back_projection import BackProjected
from engine.inference.network.blend import FidelityBlend, check_fidelity
from engine.inference.network.model_source import ModelSource
from engine.inference.network.network_upscaler import NetworkUpscaler, notes_of
from engine.inference.network.precision import PrecisionChoice
from engine.inference.network.providers import AUTO, choose_provider
from engine.inference.network.session import find_providers
from engine.inference.network.session_pool import SessionPool
from engine.inference.network.upscaler import Upscaler


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """Which networks enlarge, and how they are run.

    Attributes:
        models: The networks at hand. Without ``fidelity`` the first of a scale is
            used; with it, the faithful and the vivid one of that scale.
        fidelity: None, or 0 (vivid) to 1 (faithful).
        back_projection: Whether the reduced result must equal the original.
        device: ``auto`` or a provider's name.
        precision: ``auto``, ``fp32``, ``fp16`` or ``int8``.
        thread_count: CPU threads; 0 takes all physical cores.
    """

    models: tuple[ModelSource, ...]
    fidelity: float | None = None
    back_projection: bool = False
    device: str = AUTO
    precision: PrecisionChoice = "auto"
    thread_count: int = 0

    @property
    def scales(self) -> frozenset[int]:
        """Scales that there is a network for."""
        return frozenset(model.card.scale for model in self.models)


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkUse:
    """How one network was run.

    Attributes:
        model_id: Its id.
        precision: The variant that made the result.
        reason: Why that variant was taken first.
        provider: Name of the provider really used.
        provider_label: The same for people.
    """

    model_id: str
    precision: str
    reason: str
    provider: str
    provider_label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """An upscaler and the networks inside it.

    Attributes:
        upscaler: What enlarges crops.
        networks: Its networks, loaded.
        notes: What the user should know about the choice.
    """

    upscaler: Upscaler
    networks: tuple[NetworkUpscaler, ...]
    notes: tuple[str, ...] = ()

    def uses(self) -> tuple[NetworkUse, ...]:
        """Return how the networks run now."""
        return tuple(
            NetworkUse(
                model_id=network.card.id,
                precision=network.variant.precision,
                reason=network.precision_reason,
                provider=network.provider.name,
                provider_label=network.provider.label,
            )
            for network in self.networks
        )

    def all_notes(self) -> tuple[str, ...]:
        """Return the notes of the choice and of what the networks met since."""
        return (*self.notes, *notes_of(self.networks))


def assemble(settings: ModelSettings, scale: int, *, pool: SessionPool | None = None) -> Assembly:
    """Load the networks of one scale and put them together.

    Args:
        settings: Which ones, and how to run them.
        scale: Enlargement wanted.
        pool: Where loaded networks are kept; a new one by default.

    Raises:
        ConfigError: If no network has that scale, or ``fidelity`` is not in ``[0, 1]``.
        UnknownNameError: If the device or the precision does not exist here.
        InferenceError: If a network cannot be loaded.
    """
    provider = choose_provider(settings.device, find_providers())
    sources, notes = choose_models(settings.models, scale, fidelity=settings.fidelity)
    networks = tuple(
        NetworkUpscaler(
            source,
            provider=provider,
            precision=settings.precision,
            thread_count=settings.thread_count,
            pool=pool,
        )
        for source in sources
    )
    upscaler: Upscaler = networks[0]
    if len(networks) > 1 and settings.fidelity is not None:
        vivid, faithful = networks
        upscaler = FidelityBlend(vivid=vivid, faithful=faithful, fidelity=settings.fidelity)
    if settings.back_projection and scale == 1:
        name = networks[0].card.id
        notes = (*notes, f"{name} restores the photo: back-projection would undo that, left out")
    elif settings.back_projection:
        upscaler = BackProjected(upscaler)
    return Assembly(upscaler=upscaler, networks=networks, notes=notes)


def choose_models(
    models: Sequence[ModelSource], scale: int, *, fidelity: float | None
) -> tuple[tuple[ModelSource, ...], tuple[str, ...]]:
    """Return the network to run, or the vivid and the faithful one to blend, and notes.

    Raises:
        ConfigError: If no network has that scale, or ``fidelity`` is not in ``[0, 1]``.
    """
    fitting = [model for model in models if model.card.scale == scale]
    if not fitting:
        raise ConfigError(
            say(
                "no-scale",
                "There is no network of scale {scale}; choose another model",
                scale=scale,
            )
        )
    if fidelity is None:
        return (fitting[0],), ()
    check_fidelity(fidelity)
    vivid = next((model for model in fitting if model.card.kind == "vivid"), None)
    faithful = next((model for model in fitting if model.card.kind == "faithful"), None)
    if vivid is None or faithful is None:
        lone = fitting[0].card
        note = say(
            "no-twin",
            "{model} has no {scale}x twin to blend with: fidelity had no effect on it",
            model=lone.id,
            scale=scale,
        )
        return (fitting[0],), (note,)
    if fidelity in {0, 1}:
        return (vivid if fidelity == 0 else faithful,), ()
    return (vivid, faithful), ()
