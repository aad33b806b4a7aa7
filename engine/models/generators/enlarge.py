"""Runs a generator on one picture of NumPy."""

from __future__ import annotations

import numpy as np
import torch

from engine.core.images import ImageF32
from engine.models.generators.base import Generator


def enlarge(generator: Generator, lr: ImageF32) -> ImageF32:
    """Return the generator's picture of ``lr``, computed in eval mode on its own device.

    Shape:
        - ``lr``: ``(H, W, 3)`` float32 in ``[0, 1]``; result ``(s·H, s·W, 3)`` float32, may
          leave the range.
    """
    device = next(generator.parameters()).device
    # A view: the pixels stay interleaved, which is torch's channels-last format. Another
    # layout may run another kernel, whose sums differ in the last bit.
    batch = torch.from_numpy(lr)[None].permute(0, 3, 1, 2).to(device)
    was_training = generator.training
    generator.eval()
    with torch.inference_mode():
        sr = generator(batch)[0]
    generator.train(was_training)
    return np.ascontiguousarray(sr.permute(1, 2, 0).cpu().numpy())
