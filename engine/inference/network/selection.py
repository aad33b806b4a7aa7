"""Decides which network runs, in what precision and on what, before anything is loaded.

The decisions fall in one order, each in one place::

    select_models     catalog, model id       -> the models that a job may use
    plan_scale        models, scale           -> the one of them that runs at a scale
    dial_setting      restoration, fidelity   -> the point of its dial        (dial.py)
    select_provider   device                  -> what it runs on              (providers.py)
    select_variant    precision               -> which of its variants runs   (precision.py)

`plan_network` asks the last ones and gives a `NetworkPlan`; `load_network` (loading.py)
opens the files that it names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.catalog.card import ModelCard, Variant
from engine.catalog.catalog import Catalog
from engine.core.errors import ConfigError
from engine.core.messages import say
from engine.inference.network.dial import DialSetting, dial_setting
from engine.inference.network.model_source import ModelSource
from engine.inference.network.precision import PrecisionChoice, select_variant
from engine.inference.network.providers import AUTO, CPU, Provider, select_provider
from engine.inference.network.session import find_providers


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPlan:
    """The network of one pass and how it will run.

    Attributes:
        source: Its card and the folder of its files.
        variant: The variant that runs first.
        reason: Why that variant, as a sentence for users.
        dial: Where its dial is set; None for a plain model.
        provider: What it runs on first.
        thread_count: CPU threads; 0 takes all physical cores.
        is_back_projected: Whether the result is corrected until, downscaled, it equals the photo.
        notes: What the user should know about the choice.
    """

    source: ModelSource
    variant: Variant
    reason: str
    dial: DialSetting | None = None
    provider: Provider = CPU
    thread_count: int = 0
    is_back_projected: bool = False
    notes: tuple[str, ...] = ()

    @property
    def card(self) -> ModelCard:
        """The card of the network."""
        return self.source.card

    @property
    def name(self) -> str:
        """The model's id, with the values of its dial in percent where the user chose others."""
        parts = [self.card.id]
        if self.dial is not None and self.card.dial is not None:
            # An estimate is not a choice: all photos of a batch are named alike.
            if self.dial.restoration is not None and not self.dial.is_auto:
                parts.append(f"restoration{self.dial.restoration * 100:.0f}")
            if self.dial.fidelity not in {None, self.card.dial.default_fidelity}:
                parts.append(f"fidelity{self.dial.fidelity * 100:.0f}")
        return "-".join(parts)

    @property
    def is_vivid(self) -> bool:
        """Whether the network invents detail, or the larger share of it does."""
        if self.dial is not None and self.dial.fidelity is not None:
            return self.dial.fidelity < 0.5
        return self.card.kind == "vivid"

    def with_dial(self, dial: DialSetting | None) -> NetworkPlan:
        """Return the plan with another setting of the dial."""
        return replace(self, dial=dial)

    def after_first_pass(self) -> NetworkPlan:
        """Return the plan for a picture that a pass has restored: nothing is left to restore."""
        if self.dial is None or not self.card.has_restoration:
            return self
        return self.with_dial(DialSetting(restoration=0.0, fidelity=self.dial.fidelity))


def select_models(catalog: Catalog, model_id: str | None) -> tuple[ModelSource, ...]:
    """Return the models that a job may use.

    Args:
        catalog: The models that exist.
        model_id: The one that was asked for; None for the default of every scale.

    Raises:
        UnknownNameError: If there is no such model.
        ModelError: If there is no model at all.
    """
    if model_id is not None:
        cards = [catalog.get(model_id)]
    else:
        scales = sorted({card.scale for card in catalog.list() if card.scale > 1})
        # An empty catalog is asked for scale 2: its error names what is missing.
        cards = [catalog.default(scale) for scale in scales or (2,)]
    return tuple(ModelSource(card=card, folder=catalog.entry(card.id).folder) for card in cards)


def plan_scale(
    models: Sequence[ModelSource],
    scale: int,
    *,
    restoration: float | None = None,
    fidelity: float | None = None,
    back_projection: bool = False,
    device: str = AUTO,
    precision: PrecisionChoice = "auto",
    thread_count: int = 0,
) -> NetworkPlan:
    """Return how the first of ``models`` that has ``scale`` will run.

    Args:
        models: The models that may be used.
        scale: Enlargement wanted.
        restoration: 0 to 1; None to estimate it from the photo.
        fidelity: 0 (vivid) to 1 (faithful); None for the default of the model.
        back_projection: Whether the downscaled result must equal the original.
        device: ``auto`` or a provider's name.
        precision: ``auto``, ``fp32``, ``fp16`` or ``int8``.
        thread_count: CPU threads; 0 takes all physical cores.

    Raises:
        ConfigError: If no model has that scale, or a value is not in ``[0, 1]``.
        UnknownNameError: If the device or the precision does not exist here.
    """
    provider = select_provider(device, find_providers())
    fitting = [model for model in models if model.card.scale == scale]
    if not fitting:
        raise ConfigError(
            say(
                "no-scale",
                "There is no network of scale {scale}; choose another model",
                scale=scale,
            )
        )
    plan = plan_network(
        fitting[0],
        restoration=restoration,
        fidelity=fidelity,
        provider=provider,
        precision=precision,
        thread_count=thread_count,
    )
    if not back_projection:
        return plan
    if scale == 1:
        # A restored photo differs from the original on purpose.
        note = f"{plan.card.id} restores the photo: back-projection would undo that, left out"
        return replace(plan, notes=(*plan.notes, note))
    return replace(plan, is_back_projected=True)


def plan_network(
    source: ModelSource,
    *,
    restoration: float | None = None,
    fidelity: float | None = None,
    provider: Provider = CPU,
    precision: PrecisionChoice = "auto",
    thread_count: int = 0,
) -> NetworkPlan:
    """Return how one model will run.

    Args:
        source: The model.
        restoration: 0 to 1; None to estimate it from the photo.
        fidelity: 0 (vivid) to 1 (faithful); None for the default of the model.
        provider: What it runs on.
        precision: ``auto``, ``fp32``, ``fp16`` or ``int8``.
        thread_count: CPU threads; 0 takes all physical cores.

    Raises:
        ConfigError: If a value is not in ``[0, 1]``.
        UnknownNameError: If its card has no variant of ``precision``.
    """
    selected = select_variant(source.card, precision, provider=provider)
    return NetworkPlan(
        source=source,
        variant=selected.variant,
        reason=selected.reason,
        dial=dial_setting(source.card, restoration=restoration, fidelity=fidelity),
        provider=provider,
        thread_count=thread_count,
        notes=_unused(source.card, restoration=restoration, fidelity=fidelity),
    )


def _unused(
    card: ModelCard, *, restoration: float | None, fidelity: float | None
) -> tuple[str, ...]:
    """Return a note for each value that was chosen and that the model does not have."""
    notes = []
    if restoration is not None and not card.has_restoration:
        notes.append(
            say("no-restoration", "{model} has no restoration: it had no effect", model=card.id)
        )
    if fidelity is not None and not card.has_fidelity:
        notes.append(say("no-fidelity", "{model} has no fidelity: it had no effect", model=card.id))
    return tuple(notes)
