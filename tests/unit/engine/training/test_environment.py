from __future__ import annotations

import torch

from engine.training.environment import describe_environment


def test_the_environment_names_what_a_repetition_needs() -> None:
    environment = describe_environment(
        device=torch.device("cpu"), seed=5, processes=2, data_manifest_sha256="ab"
    )

    assert environment.torch == str(torch.__version__)
    assert (environment.seed, environment.processes, environment.device) == (5, 2, "cpu")
