"""Decides which networks run, in what precision and on what, before anything is loaded.

The decisions fall in one order, each in one place::

    select_models     catalog, model id      -> the models that a job may use
    select_networks   models, scale, fidelity -> the one or two of them that run at a scale
    select_provider   device                 -> what they run on          (providers.py)
    select_variant    precision              -> which of their files runs (precision.py)

`plan_networks` asks the last three and gives a `NetworkPlan`; `load_networks` (loading.py)
opens the files that it names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.catalog.card import ModelCard, Variant
from engine.catalog.catalog import Catalog
from engine.core.errors import ConfigError
from engine.core.messages import say
from engine.inference.network.blend import check_fidelity
from engine.inference.network.model_source import ModelSource
from engine.inference.network.precision import PrecisionChoice, select_variant
from engine.inference.network.providers import AUTO, CPU, Provider, select_provider
from engine.inference.network.session import find_providers


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedNetwork:
    """One network and how it will run.

    Attributes:
        source: Its card and the folder of its files.
        variant: The file that runs first.
        reason: Why that file, as a sentence for users.
        provider: What it runs on first.
        thread_count: CPU threads; 0 takes all physical cores.
    """

    source: ModelSource
    variant: Variant
    reason: str
    provider: Provider = CPU
    thread_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPlan:
    """The networks of one scale and how they are combined.

    Attributes:
        networks: One network, or the vivid and the faithful one of a blend.
        fidelity: Share of the faithful one in a blend; None for one network.
        is_back_projected: Whether the result is corrected until, downscaled, it equals the photo.
        notes: What the user should know about the choice.
    """

    networks: tuple[PlannedNetwork, ...]
    fidelity: float | None = None
    is_back_projected: bool = False
    notes: tuple[str, ...] = ()

    @property
    def cards(self) -> tuple[ModelCard, ...]:
        """The cards of the networks."""
        return tuple(network.source.card for network in self.networks)

    @property
    def name(self) -> str:
        """The model's id; of a blend the faithful one's with the fidelity in percent."""
        model_id = self.cards[-1].id
        if self.fidelity is None:
            return model_id
        return f"{model_id}-fidelity{self.fidelity * 100:.4g}"

    @property
    def is_vivid(self) -> bool:
        """Whether a vivid network runs alone, or prevails in a blend."""
        if self.fidelity is not None:
            return self.fidelity < 0.5
        return any(card.kind == "vivid" for card in self.cards)

    @property
    def thread_count(self) -> int:
        """CPU threads; 0 takes all physical cores."""
        return max((network.thread_count for network in self.networks), default=0)


def select_models(
    catalog: Catalog, model_id: str | None, *, fidelity: float | None
) -> tuple[ModelSource, ...]:
    """Return the models that a job may use.

    Args:
        catalog: The models that exist.
        model_id: The one that was asked for; None for the default of every scale.
        fidelity: When given, the twin of each model is added, to be blended with it.

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
    sources = []
    for card in cards:
        sources.append(ModelSource(card=card, folder=catalog.entry(card.id).folder))
        twin = catalog.twin(card) if fidelity is not None else None
        if twin is not None:
            sources.append(ModelSource(card=twin, folder=catalog.entry(twin.id).folder))
    return tuple(sources)


def plan_networks(
    models: Sequence[ModelSource],
    scale: int,
    *,
    fidelity: float | None = None,
    back_projection: bool = False,
    device: str = AUTO,
    precision: PrecisionChoice = "auto",
    thread_count: int = 0,
) -> NetworkPlan:
    """Return which of ``models`` run at ``scale``, in what precision and on what.

    Args:
        models: The models that may be used.
        scale: Enlargement wanted.
        fidelity: None, or 0 (vivid) to 1 (faithful).
        back_projection: Whether the downscaled result must equal the original.
        device: ``auto`` or a provider's name.
        precision: ``auto``, ``fp32``, ``fp16`` or ``int8``.
        thread_count: CPU threads; 0 takes all physical cores.

    Raises:
        ConfigError: If no model has that scale, or ``fidelity`` is not in ``[0, 1]``.
        UnknownNameError: If the device or the precision does not exist here.
    """
    provider = select_provider(device, find_providers())
    sources, notes = select_networks(models, scale, fidelity=fidelity)
    if back_projection and scale == 1:
        # A restored photo differs from the original on purpose.
        name = sources[0].card.id
        notes = (*notes, f"{name} restores the photo: back-projection would undo that, left out")
    return NetworkPlan(
        networks=tuple(
            plan_network(source, provider=provider, precision=precision, thread_count=thread_count)
            for source in sources
        ),
        fidelity=fidelity if len(sources) > 1 else None,
        is_back_projected=back_projection and scale > 1,
        notes=notes,
    )


def plan_network(
    source: ModelSource,
    *,
    provider: Provider = CPU,
    precision: PrecisionChoice = "auto",
    thread_count: int = 0,
) -> PlannedNetwork:
    """Return how one network will run.

    Raises:
        UnknownNameError: If its card has no variant of ``precision``.
    """
    selected = select_variant(source.card, precision, provider=provider)
    return PlannedNetwork(
        source=source,
        variant=selected.variant,
        reason=selected.reason,
        provider=provider,
        thread_count=thread_count,
    )


def select_networks(
    models: Sequence[ModelSource], scale: int, *, fidelity: float | None
) -> tuple[tuple[ModelSource, ...], tuple[str, ...]]:
    """Return the network to run, or the vivid and the faithful one to blend, and notes.

    Without ``fidelity`` the first model of the scale runs, alone.

    Raises:
        ConfigError: If no model has that scale, or ``fidelity`` is not in ``[0, 1]``.
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
    # Twins may come in either order.
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
        # At an end of the scale the other network would be multiplied by 0: half the time.
        return (vivid if fidelity == 0 else faithful,), ()
    return (vivid, faithful), ()
