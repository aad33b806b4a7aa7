"""Networks that one optimizer moves."""

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
    """One side of the training: its networks and its optimizer.

    Args:
        networks: Networks to move, by name, the main one first.
        learning_rate_factor: Step size against that of the schedule.
        clip_norm: Largest gradient norm.
        betas: Decays of Adam's two moments.
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
        self.adopt({})

    def adopt(self, networks: Mapping[str, nn.Module]) -> None:
        """Move ``networks`` too from now on; before the first move only."""
        self.networks.update(networks)
        self._parameters = [parameter for _, parameter in self.named_parameters()]
        self.optimizer = Adam(self._parameters, betas=self._betas)

    def named_parameters(self) -> Iterator[tuple[str, nn.Parameter]]:
        """Yield what is moved, each once; all but the main network's names carry a prefix."""
        seen: set[int] = set()
        for number, (name, network) in enumerate(self.networks.items()):
            prefix = f"{name}." if number else ""
            for key, parameter in network.named_parameters():
                if parameter.requires_grad and id(parameter) not in seen:
                    seen.add(id(parameter))  # two networks may share layers
                    yield prefix + key, parameter

    def forget_gradients(self) -> None:
        """Drop all gradients."""
        self.optimizer.zero_grad(set_to_none=True)

    def scale_gradients(self, device: torch.device) -> None:
        """Take gradients of enlarged losses from now on, or float16 would round small ones to 0."""
        self._scaler = GradScaler(device.type)

    def backward(self, loss: Tensor) -> None:
        """Add the gradients of ``loss``."""
        (loss if self._scaler is None else self._scaler.scale(loss)).backward()

    def move(self, learning_rate: float) -> None:
        """Take one step down the gradients.

        With scaled gradients, one that is not finite only makes the next scale smaller.

        Raises:
            NonFiniteLossError: If a gradient is not finite; nothing is moved.
        """
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate * self._factor
        if self._scaler is not None:
            self._move_scaled(self._scaler)
            return
        norm = nn.utils.clip_grad_norm_(self._parameters, self._clip_norm)
        if not math.isfinite(norm.item()):
            raise NonFiniteLossError("a gradient is not finite")
        self.optimizer.step()

    def _move_scaled(self, scaler: GradScaler) -> None:
        scaler.unscale_(self.optimizer)
        nn.utils.clip_grad_norm_(self._parameters, self._clip_norm)
        scaler.step(self.optimizer)
        scaler.update()
        if scaler.get_scale() < _LEAST_SCALE:
            raise NonFiniteLossError("a gradient is not finite in float16 at any scale")

    def gradient_scale(self) -> tuple[float, int] | None:
        """Return by what losses are enlarged and for how many steps so, if they are."""
        if self._scaler is None:
            return None
        state = self._scaler.state_dict()
        return float(state["scale"]), int(state["_growth_tracker"])

    def restore_gradient_scale(self, scale: tuple[float, int]) -> None:
        """Take over what `gradient_scale` returned; without scaling, do nothing."""
        if self._scaler is not None:
            state = self._scaler.state_dict()
            self._scaler.load_state_dict({**state, "scale": scale[0], "_growth_tracker": scale[1]})

    def moments(self) -> dict[str, Tensor]:
        """Return copies of the optimizer's memory, by parameter and kind."""
        moments = {}
        for name, parameter in self.named_parameters():
            for key, value in self.optimizer.state.get(parameter, {}).items():
                moments[f"{name}/{key}"] = value.detach().contiguous().cpu().clone()
        return moments

    def restore_moments(self, moments: Mapping[str, Tensor]) -> None:
        """Take over what `moments` returned."""
        parameters = dict(self.named_parameters())
        for path, value in moments.items():
            name, key = path.rsplit("/", 1)
            parameter = parameters[name]
            # Adam keeps its step counter on the CPU.
            here = value if key == "step" else value.to(parameter.device).view_as(parameter)
            self.optimizer.state[parameter][key] = here.clone(memory_format=torch.preserve_format)
