"""Networks that share one optimizer."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn
from torch.amp.grad_scaler import GradScaler
from torch.optim import Adam

from engine.core.errors import NonFiniteLossError

_BETAS = (0.9, 0.99)  # ESRGAN's, arXiv 1809.00219
_LEAST_SCALE = 1.0


class OptimizerGroup:
    """Networks that are updated together, by Adam with clipped gradients.

    Args:
        networks: Networks to update, by name, the main one first.
        learning_rate_factor: Multiplies the schedule's learning rate.
        clip_norm: Largest gradient norm.
        betas: Adam's decay rates of the gradient's mean and mean square.
    """

    def __init__(
        self,
        networks: Mapping[str, nn.Module],
        *,
        learning_rate_factor: float = 1.0,
        clip_norm: float = 1.0,
        betas: tuple[float, float] = _BETAS,
    ) -> None:
        self.networks = dict(networks)
        self._factor = learning_rate_factor
        self._clip_norm = clip_norm
        self._betas = betas
        self._parameters: list[nn.Parameter] = []
        self._scaler: GradScaler | None = None
        self.add({})

    def add(self, networks: Mapping[str, nn.Module]) -> None:
        """Add networks to the optimizer; only before the first step."""
        self.networks.update(networks)
        # A new optimizer forgets what the old one learned, hence only before the first step.
        self._parameters = [parameter for _, parameter in self.named_parameters()]
        self.optimizer = Adam(self._parameters, betas=self._betas)

    def named_parameters(self) -> Iterator[tuple[str, nn.Parameter]]:
        """Yield each parameter once, prefixed with its network's name except for the main one."""
        seen: set[int] = set()
        for number, (name, network) in enumerate(self.networks.items()):
            prefix = f"{name}." if number else ""
            for key, parameter in network.named_parameters():
                if parameter.requires_grad and id(parameter) not in seen:
                    seen.add(id(parameter))  # two networks may share layers
                    yield prefix + key, parameter

    def zero_grad(self) -> None:
        """Discard all gradients."""
        self.optimizer.zero_grad(set_to_none=True)

    def enable_loss_scaling(self, device: torch.device) -> None:
        """Enable loss scaling, which float16 needs."""
        # Gradients below 6e-8 are 0 in float16. Those of a loss times 65536 are not; they are
        # divided by the same factor again, in float32, before the step.
        self._scaler = GradScaler(device.type)

    def backward(self, loss: Tensor) -> None:
        """Add the gradients of ``loss`` to those that are there."""
        (loss if self._scaler is None else self._scaler.scale(loss)).backward()

    def step(self, learning_rate: float) -> None:
        """Clip the gradients and update the networks.

        With loss scaling, a gradient that is not finite skips the update and lowers the scale.

        Raises:
            NonFiniteLossError: If a gradient is not finite; nothing is updated.
        """
        # Set at every step: the schedule is a function of the step, with no state to restore.
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate * self._factor
        if self._scaler is not None:
            self._step_scaled(self._scaler)
            return
        # One norm over all networks of the group: its direction stays that of the gradient.
        norm = nn.utils.clip_grad_norm_(self._parameters, self._clip_norm)
        if not math.isfinite(norm.item()):
            raise NonFiniteLossError("a gradient is not finite")
        self.optimizer.step()

    def _step_scaled(self, scaler: GradScaler) -> None:
        # Unscaled first: the clip norm is about the true gradients.
        scaler.unscale_(self.optimizer)
        nn.utils.clip_grad_norm_(self._parameters, self._clip_norm)
        scaler.step(self.optimizer)
        scaler.update()
        if scaler.get_scale() < _LEAST_SCALE:
            raise NonFiniteLossError("a gradient is not finite in float16 at any scale")

    def gradient_scale(self) -> tuple[float, int] | None:
        """Return the loss scale and since how many steps it holds, or None without loss scaling."""
        if self._scaler is None:
            return None
        state = self._scaler.state_dict()
        return float(state["scale"]), int(state["_growth_tracker"])

    def restore_gradient_scale(self, scale: tuple[float, int]) -> None:
        """Continue with what `gradient_scale` returned; without loss scaling, do nothing."""
        if self._scaler is not None:
            state = self._scaler.state_dict()
            self._scaler.load_state_dict({**state, "scale": scale[0], "_growth_tracker": scale[1]})

    def optimizer_state(self) -> dict[str, Tensor]:
        """Return copies of the optimizer's state as ``<parameter>/<kind>``, on the CPU."""
        state = {}
        for name, parameter in self.named_parameters():
            for key, value in self.optimizer.state.get(parameter, {}).items():
                state[f"{name}/{key}"] = value.detach().contiguous().cpu().clone()
        return state

    def load_optimizer_state(self, state: Mapping[str, Tensor]) -> None:
        """Continue with what `optimizer_state` returned."""
        parameters = dict(self.named_parameters())
        for path, value in state.items():
            name, key = path.rsplit("/", 1)
            parameter = parameters[name]
            # Adam keeps its step counter on the CPU. Values take the memory order of their
            # parameter (channels last), or a resumed run would add in another order.
            here = value if key == "step" else value.to(parameter.device).view_as(parameter)
            self.optimizer.state[parameter][key] = here.clone(memory_format=torch.preserve_format)
