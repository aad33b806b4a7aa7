from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.config.degradation import BlurRecipe
from engine.data.blur_kernels import draw_blur, draw_sinc, no_blur, sinc_kernel


def test_every_kernel_keeps_the_mean() -> None:
    random = np.random.default_rng(0)

    kernels = [draw_blur(random, BlurRecipe()) for _ in range(60)]
    kernels += [draw_sinc(random, (7, 21)), no_blur()]

    assert all(kernel.shape == (21, 21) for kernel in kernels)
    assert all(float(kernel.sum()) == pytest.approx(1, abs=1e-4) for kernel in kernels)


def test_a_sinc_kernel_rings_and_is_round() -> None:
    kernel = sinc_kernel(1.5, 21)

    assert float(kernel.min()) < 0
    assert torch.allclose(kernel, kernel.T)
    assert torch.allclose(kernel, kernel.flip(0))
