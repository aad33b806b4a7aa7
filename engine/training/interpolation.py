"""Mixes the weights of two runs of one network.

This trades detail for fidelity without another training run, as in ESRGAN.
Paper: Wang et al. 2018, arXiv 1809.00219, section 3.4.
"""

from __future__ import annotations

from pathlib import Path

from safetensors import safe_open
from safetensors.torch import save

from engine.config.recipe_file import load_recipe
from engine.core.atomic_file import temporary_part
from engine.core.errors import ConfigError
from engine.inference.job.naming import Collision, ResultName
from engine.models.blocks.merged_conv import mix_weights
from engine.runs.run_folder import RunFolder
from engine.training.checkpoints import newest_checkpoint
from engine.training.weights import read_weights

_MIX = "mix"
_GATES = "gates.safetensors"


def interpolate_weights(faithful: Path, vivid: Path, target: Path, *, vividness: float) -> Path:
    """Write ``(1 - vividness) * faithful + vividness * vivid`` to ``target``.

    Kernels are mixed, not the branches that they were trained as. The file records what was
    mixed; see `name_weights`.

    Args:
        faithful: Safetensors file of one network.
        vivid: Safetensors file of the same network, fine-tuned.
        target: The file to write; if it exists, the new one gets a number in its name.
        vividness: Share of ``vivid``, 0 to 1.

    Returns:
        The file.

    Raises:
        ConfigError: If the share is out of range, the networks differ, or one is of a
            slim run, whose gates close other channels than the other's.
        OutputError: If the file cannot be written.
    """
    if not 0 <= vividness <= 1:
        raise ConfigError(f"vividness={vividness}: choose a share from 0 to 1")
    # Closed gates are part of the checkpoint but not of these weights: a mix would open them.
    for weights in (faithful, vivid):
        if (weights.parent / _GATES).exists():
            raise ConfigError(
                f"{weights}: is of a slim run, whose gates close channels of its own; "
                "train its artifacts/slim.safetensors on by init_weights and mix that run"
            )
    one, other = (read_weights(str(weights)).tensors for weights in (faithful, vivid))
    # Equal names and shapes do not prove that one was fine-tuned from the other: a mix of two
    # independent trainings is noise. That is the user's choice, as in ESRGAN's tool.
    shapes = [{name: t.shape for name, t in weights.items()} for weights in (one, other)]
    if shapes[0] != shapes[1]:
        raise ConfigError(f"{faithful} and {vivid} are of different networks")
    mixed = mix_weights(one, other, vividness)
    shares = ((1 - vividness, faithful), (vividness, vivid))
    text = " + ".join(f"{share:.4g} of {name_weights(weights)}" for share, weights in shares)
    name = ResultName(target, Collision.NUMBER)
    with temporary_part(target) as part:
        part.write_bytes(save(mixed, {_MIX: text}))
        name.publish(part)
    return name.path


def name_weights(weights: Path) -> str:
    """Return the run and step that a file of weights is of, or those that it was mixed from.

    For a file without this information it is the file's name.
    """
    checkpoint = weights.parent
    run = checkpoint.parent.parent
    if checkpoint.parent.name == "checkpoints" and (run / "recipe.yaml").is_file():
        return f"{load_recipe(run / 'recipe.yaml').name}, {checkpoint.name}"
    if weights.suffix != ".safetensors" or not weights.is_file():
        return weights.name
    with safe_open(weights, framework="pt") as file:
        metadata: dict[str, str] = file.metadata() or {}
    return metadata.get(_MIX, weights.name)


def averaged_weights(run: RunFolder) -> Path:
    """Return the EMA weights of the newest checkpoint of ``run``.

    Raises:
        ConfigError: If it has no checkpoint.
    """
    newest = newest_checkpoint(run.checkpoints)
    if newest is None:
        raise ConfigError(f"{run.path}: has no checkpoint yet")
    return newest / "averaged.safetensors"
