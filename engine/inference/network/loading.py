"""Loads the networks of a plan and puts them together: blended, back-projected."""

from __future__ import annotations

from dataclasses import dataclass

from engine.inference.network.back_projection import BackProjected
from engine.inference.network.blend import FidelityBlend
from engine.inference.network.network_upscaler import NetworkUpscaler, notes_of
from engine.inference.network.selection import NetworkPlan
from engine.inference.network.session_pool import SessionPool
from engine.inference.network.upscaler import Upscaler


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkUse:
    """How one network was run.

    Attributes:
        model_id: Its id.
        precision: The variant that made the result.
        reason: Why that variant was taken first.
        provider: Name of the provider that was really used.
        provider_label: The provider as users read it.
    """

    model_id: str
    precision: str
    reason: str
    provider: str
    provider_label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedNetworks:
    """The networks of a plan, ready to enlarge.

    Attributes:
        upscaler: Enlarges crops; all networks are inside it.
        networks: The networks themselves.
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
        """Return the notes of the choice and those of the networks since they were loaded."""
        return (*self.notes, *notes_of(self.networks))


def load_networks(plan: NetworkPlan, *, pool: SessionPool | None = None) -> LoadedNetworks:
    """Load the networks of ``plan`` and put them together.

    Args:
        plan: From `plan_networks`.
        pool: Keeps loaded networks; a new one by default.

    Raises:
        InferenceError: If a network cannot be loaded.
        BadCardError: If a file is missing or is not what its card describes.
    """
    networks = tuple(NetworkUpscaler(network, pool=pool) for network in plan.networks)
    upscaler: Upscaler = networks[0]
    if plan.fidelity is not None:
        vivid, faithful = networks
        upscaler = FidelityBlend(vivid=vivid, faithful=faithful, fidelity=plan.fidelity)
    if plan.is_back_projected:
        # Outermost: what is corrected is the picture that will be saved.
        upscaler = BackProjected(upscaler)
    return LoadedNetworks(upscaler=upscaler, networks=networks, notes=plan.notes)
