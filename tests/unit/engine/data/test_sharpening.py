from __future__ import annotations

import torch

from engine.data.sharpening import sharpen


def test_sharpening_steepens_edges_and_leaves_flat_places_alone() -> None:
    edge = torch.full((1, 3, 96, 96), 0.3)
    edge[:, :, :, 48:] = 0.7

    sharp = sharpen(edge)

    assert float(sharp[:, :, :, 49].mean()) > 0.75
    assert float((sharp[:, :, :, :8] - 0.3).abs().max()) < 1e-3
    assert torch.allclose(sharpen(torch.full_like(edge, 0.4)), torch.full_like(edge, 0.4))
