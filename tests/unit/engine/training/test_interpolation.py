from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.cli.main import run
from engine.core.atomic_file import write_bytes_atomic
from engine.core.errors import ConfigError
from engine.models.dial import DialNetwork
from engine.models.generators.mfanet import MfaNet
from engine.runs.run_folder import RunFolder
from engine.training.interpolation import (
    averaged_weights,
    interpolate_weights,
    name_weights,
)


def write(path: Path, value: float, size: int = 3) -> Path:
    save_file({"a": torch.full((size,), value)}, path)
    return path


@pytest.mark.parametrize(("vividness", "expected"), [(0.0, 1.0), (0.25, 2.0), (1.0, 5.0)])
def test_weights_are_mixed(tmp_path: Path, vividness: float, expected: float) -> None:
    one, other = write(tmp_path / "one", 1.0), write(tmp_path / "other", 5.0)

    interpolate_weights(one, other, tmp_path / "mixed", vividness=vividness)

    assert load_file(tmp_path / "mixed")["a"].tolist() == [expected] * 3


def test_the_kernels_of_merged_convolutions_are_mixed_and_not_their_branches(
    tmp_path: Path,
) -> None:
    kernels = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        network = MfaNet(scale=2, channels=6, blocks=1)
        with torch.no_grad():
            for parameter in network.parameters():
                parameter.add_(0.05 * torch.randn_like(parameter))
        save_file(network.state_dict(), tmp_path / f"{seed}")
        kernels.append(network.folded().state_dict())

    interpolate_weights(tmp_path / "1", tmp_path / "2", tmp_path / "mixed", vividness=0.3)

    mixed = MfaNet(scale=2, channels=6, blocks=1)
    mixed.load_state_dict(load_file(tmp_path / "mixed"))
    found = mixed.folded().state_dict()
    for name, kernel in found.items():
        wanted = 0.7 * kernels[0][name] + 0.3 * kernels[1][name]
        assert torch.allclose(kernel, wanted, atol=1e-6), name


def test_networks_with_a_dial_are_mixed_end_by_end(tmp_path: Path) -> None:
    networks = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        network = DialNetwork([MfaNet(scale=2, channels=6, blocks=1) for _ in range(2)])
        save_file(network.state_dict(), tmp_path / f"{seed}")
        networks.append(network)

    interpolate_weights(tmp_path / "1", tmp_path / "2", tmp_path / "mixed", vividness=0.3)

    mixed = DialNetwork([MfaNet(scale=2, channels=6, blocks=1) for _ in range(2)])
    mixed.load_state_dict(load_file(tmp_path / "mixed"))
    for restoration in (0.0, 0.6, 1.0):
        found, one, other = (
            network.fixed(restoration).state_dict() for network in (mixed, *networks)
        )
        for name, kernel in found.items():
            assert torch.allclose(kernel, 0.7 * one[name] + 0.3 * other[name], atol=1e-5), name


@pytest.mark.parametrize("vividness", [0.0, 1.0])
def test_a_mix_of_one_network_alone_is_that_network(tmp_path: Path, vividness: float) -> None:
    torch.manual_seed(4)
    both = [MfaNet(scale=2, channels=4, blocks=1) for _ in range(2)]
    for number, network in enumerate(both):
        save_file(network.state_dict(), tmp_path / f"{number}")

    interpolate_weights(tmp_path / "0", tmp_path / "1", tmp_path / "mixed", vividness=vividness)

    mixed = MfaNet(scale=2, channels=4, blocks=1)
    mixed.load_state_dict(load_file(tmp_path / "mixed"))
    lr = torch.rand(1, 3, 8, 8)
    with torch.no_grad():
        assert torch.allclose(mixed(lr), both[int(vividness)](lr), atol=1e-5)


def test_networks_that_differ_are_refused(tmp_path: Path) -> None:
    one, other = write(tmp_path / "one", 1.0), write(tmp_path / "other", 5.0, size=4)

    with pytest.raises(ConfigError, match="different networks"):
        interpolate_weights(one, other, tmp_path / "mixed", vividness=0.5)
    with pytest.raises(ConfigError, match=r"vividness=1\.5"):
        interpolate_weights(one, one, tmp_path / "mixed", vividness=1.5)


def test_slim_runs_are_not_mixed(tmp_path: Path) -> None:
    one = write(tmp_path / "one", 1.0)
    (tmp_path / "slim").mkdir()
    other = write(tmp_path / "slim" / "averaged.safetensors", 2.0)
    write(tmp_path / "slim" / "gates.safetensors", 0.0)

    with pytest.raises(ConfigError, match="slim run"):
        interpolate_weights(one, other, tmp_path / "mixed", vividness=0.5)
    assert not (tmp_path / "mixed").exists()


def test_the_command_mixes_the_newest_weights_of_two_runs(tmp_path: Path) -> None:
    for name, value in (("first", 1.0), ("second", 3.0)):
        folder = RunFolder.create_at(
            tmp_path / name, recipe_yaml="name: a\ndata: {folder: photos}\nschedule: {steps: 1}\n"
        )
        with pytest.raises(ConfigError, match="no checkpoint"):
            averaged_weights(folder)
        (folder.checkpoints / "step-1").mkdir()
        write(folder.checkpoints / "step-1" / "averaged.safetensors", value)
        write_bytes_atomic(folder.checkpoints / "last", b"step-1")
    target = tmp_path / "mixed.safetensors"

    words = ["runs", "mix", "first", "second", "--runs", str(tmp_path), "-o", str(target)]

    assert run([*words, "--vividness", "0.5"]) == 0
    assert load_file(target)["a"].tolist() == [2.0] * 3
    assert name_weights(target) == "0.5 of a, step-1 + 0.5 of a, step-1"


def test_weights_without_a_record_are_named_by_their_file(tmp_path: Path) -> None:
    assert name_weights(write(tmp_path / "plain.safetensors", 1.0)) == "plain.safetensors"
    assert name_weights(tmp_path / "gone.safetensors") == "gone.safetensors"
