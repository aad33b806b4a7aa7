"""Loads the network of a plan and puts what is around it in place: back-projection, notes."""

from __future__ import annotations

from dataclasses import dataclass

from engine.inference.network.back_projection import BackProjected
from engine.inference.network.network_upscaler import NetworkUpscaler
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
        restoration: Restoration of a dial; None for a model without it.
        fidelity: Fidelity of a dial; None for a model without it.
    """

    model_id: str
    precision: str
    reason: str
    provider: str
    provider_label: str
    restoration: float | None = None
    fidelity: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedNetwork:
    """The network of a plan, ready to enlarge.

    Attributes:
        plan: The plan.
        upscaler: Enlarges crops; the network is inside it.
        network: The network itself.
    """

    plan: NetworkPlan
    upscaler: Upscaler
    network: NetworkUpscaler

    def use(self) -> NetworkUse:
        """Return how the network runs now."""
        network, dial = self.network, self.plan.dial
        return NetworkUse(
            model_id=network.card.id,
            precision=network.variant.precision,
            reason=network.precision_reason,
            provider=network.provider.name,
            provider_label=network.provider.label,
            restoration=None if dial is None else dial.restoration,
            fidelity=None if dial is None else dial.fidelity,
        )

    def all_notes(self) -> tuple[str, ...]:
        """Return the notes of the choice and those of the network since it was loaded."""
        return tuple(dict.fromkeys([*self.plan.notes, *self.network.notes]))


def load_network(plan: NetworkPlan, *, pool: SessionPool | None = None) -> LoadedNetwork:
    """Load the network of ``plan``.

    Args:
        plan: From `plan_networks`, with the restoration of a dial estimated.
        pool: Keeps loaded networks; a new one by default.

    Raises:
        InferenceError: If the network cannot be loaded.
        BadCardError: If a file is missing or is not what its card describes.
        ValueError: If the restoration of a dial was not estimated yet.
    """
    network = NetworkUpscaler(plan, pool=pool)
    # Outermost: what is corrected is the picture that will be saved.
    upscaler: Upscaler = BackProjected(network) if plan.is_back_projected else network
    return LoadedNetwork(plan=plan, upscaler=upscaler, network=network)
