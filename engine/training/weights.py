"""Reads weights from where a recipe may name them: a file, or a model of the catalog.

Nothing is ever unpickled: a pickle is a program and may do anything.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from engine.catalog.aliases import corner_files
from engine.catalog.catalog import Catalog
from engine.catalog.corner_names import find_corner
from engine.catalog.model_file import check_hash
from engine.config.parts import GeneratorRecipe, TeacherRecipe
from engine.core.errors import ConfigError, UnknownNameError
from engine.models.blocks.merged_conv import MergedConv3x3
from engine.models.dial import is_of_dial
from engine.models.onnx_network import SIZES_KEY, decode_sizes, read_onnx_network

_NAMED = 3
_FILES = frozenset({".onnx", ".safetensors"})
_PICKLES = frozenset({".pth", ".pt", ".ckpt", ".pkl", ".pickle", ".bin"})
_PICKLE_STARTS = (b"PK\x03\x04", b"\x80")  # torch's archives, and bare pickles


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Tensors by name, and the network they belong to.

    Attributes:
        source: The file or model, as the recipe names it.
        tensors: Named as in a run's checkpoint, or as in a folded network.
        sizes: The generator they belong to, if the source records it.
    """

    source: str
    tensors: dict[str, Tensor]
    sizes: GeneratorRecipe | None


def read_weights(source: str) -> Weights:
    """Read the weights that a recipe names.

    Args:
        source: A safetensors file, an ONNX file that `mfagan export` wrote, the id of a model
            of the catalog, or the name of a corner of a dial, such as ``mfa-s-x4-r0f1``.

    Raises:
        ConfigError: If there is no such file or model, or it cannot be read.
    """
    path = find_weights(source)
    if path.suffix.lower() == ".onnx":
        network = read_onnx_network(path)
        tensors = dict(network.generator.state_dict())
        weights = Weights(source=source, tensors=tensors, sizes=network.sizes)
    else:
        weights = _read_safetensors(path, source)
    # A diverged run may have saved NaNs; training on them would fail at the first step.
    for name, tensor in weights.tensors.items():
        if not bool(torch.isfinite(tensor.float()).all()):
            raise ConfigError(
                f"{source}: {name} contains values that are not finite; use another file"
            )
    return weights


def check_teacher(recipe: TeacherRecipe) -> None:
    """Check that the recipe names a teacher.

    Raises:
        ConfigError: If it does not.
    """
    if recipe.weights is None and recipe.onnx is None and not recipe.random:
        raise ConfigError(
            "teacher.weights: the recipe needs a teacher and names none. Set it to the id of "
            "a model (`mfagan models list`), an ONNX file that `mfagan export` wrote or a run's "
            "averaged.safetensors; or set teacher.onnx to the ONNX file of any network (--teacher "
            "FILE). teacher.random=true imitates random weights, which only tests need."
        )


def find_weights(source: str) -> Path:
    """Return the file that a recipe names, by its path or as a model of the catalog.

    Raises:
        ConfigError: If there is no such file or model, or it is a pickle.
    """
    path = Path(source)
    if path.suffix.lower() in _PICKLES:
        raise ConfigError(_no_pickle(path))
    return path if path.is_file() else _model_file(source)


def load_fitting(module: nn.Module, weights: Weights) -> tuple[str, ...]:
    """Load every tensor that ``module`` has in the same shape.

    A convolution that is trained as several branches also accepts the single kernel that
    they were folded into, and then computes the same.

    Returns:
        Names of the tensors of ``module`` that ``weights`` does not have.

    Raises:
        ConfigError: If nothing fits.
    """
    own = module.state_dict()
    fitting = {
        name: tensor
        for name, tensor in weights.tensors.items()
        if name in own and own[name].shape == tensor.shape
    }
    # Not strict: tensors that the module lacks are ignored, and missing ones are returned.
    module.load_state_dict(fitting, strict=False)
    loaded = {*fitting, *_load_folded_kernels(module, weights.tensors)}
    if not loaded:
        dial = "; it is of a network with a restoration dial" * is_of_dial(weights.tensors)
        raise ConfigError(f"{weights.source}: contains no tensor that fits this network{dial}")
    return tuple(name for name in own if name not in loaded)


def load_all(module: nn.Module, weights: Weights) -> None:
    """Load all tensors of ``module``.

    Raises:
        ConfigError: If some are missing.
    """
    missing = load_fitting(module, weights)
    if missing:
        raise ConfigError(
            f"{weights.source}: is of another network: {describe_missing(weights, missing)}"
        )


def describe_missing(weights: Weights, missing: tuple[str, ...]) -> str:
    """Return a sentence on the tensors that ``weights`` lacks, and the network it is of."""
    named = ", ".join(missing[:_NAMED])
    more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
    text = f"{named}{more} are not in it in this shape"
    return f"{text}; it contains {describe_sizes(weights.sizes)}" if weights.sizes else text


def describe_sizes(sizes: GeneratorRecipe) -> str:
    """Return the sizes of a generator as a recipe writes them."""
    values = [
        f"{name}={json.dumps(value) if isinstance(value, tuple) else value}"
        for name, value in ((name, getattr(sizes, name)) for name in sizes.__struct_fields__)
        if value is not None
    ]
    return "generator." + ", generator.".join(values)


def _load_folded_kernels(module: nn.Module, tensors: dict[str, Tensor]) -> list[str]:
    loaded = []
    for name, layer in module.named_modules():
        if not isinstance(layer, MergedConv3x3):
            continue
        # A folded layer is called `weight` where the trained one has `kernel` and its branches.
        kernel, bias = tensors.get(f"{name}.weight"), tensors.get(f"{name}.bias")
        if kernel is None or kernel.shape != layer.kernel.shape:
            continue
        if bias is not None and bias.shape == layer.bias.shape:
            layer.set_kernel(kernel, bias)
            loaded += [f"{name}.{own}" for own in layer.state_dict()]
    return loaded


def _model_file(source: str) -> Path:
    """Return the float32 file of the model called ``source``."""
    # A path, or a name with the suffix of a weights file, is never the id of a model.
    if Path(source).name != source or Path(source).suffix.lower() in _FILES:
        raise ConfigError(f"{source}: there is no such file of weights")
    catalog = Catalog.open_default()
    if corner := find_corner(catalog, source):
        return check_hash(corner[1], corner[0].folder)
    # A model of an earlier version is now a corner of a dial; its weights are those of the corner.
    alias = catalog.alias(source)
    model_id = source if alias is None else alias.model_id
    try:
        card = catalog.get(model_id)
    except UnknownNameError as error:
        raise ConfigError(f"{source}: is neither a file of weights nor a model. {error}") from error
    variant = card.variant("fp32")
    if variant is None:
        raise ConfigError(
            f"{source}: has no float32 file; only float32 weights can be trained further"
        )
    files = variant.files if alias is None else corner_files(variant.files, alias)
    if len(files) > 1:
        names = ", ".join(Path(file.file).stem for file in files)
        raise ConfigError(f"{source}: is a dial; name the weights of one of its corners: {names}")
    return check_hash(files[0], catalog.entry(model_id).folder)


def _read_safetensors(path: Path, source: str) -> Weights:
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            encoded = (file.metadata() or {}).get(SIZES_KEY)
        sizes = None if encoded is None else decode_sizes(encoded)
    except OSError as error:
        raise ConfigError(f"{source}: cannot be read ({error})") from error
    except (SafetensorError, ValueError) as error:
        # A pickle under the name of a safetensors file gets the explanation for pickles.
        if _starts_as_pickle(path):
            raise ConfigError(_no_pickle(path)) from error
        raise ConfigError(f"{source}: is not a safetensors file ({error})") from error
    return Weights(source=source, tensors=tensors, sizes=sizes)


def _starts_as_pickle(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4).startswith(_PICKLE_STARTS)


def _no_pickle(path: Path) -> str:
    return (
        f"{path}: pickled weights are never opened, because a pickle can run any program. "
        "Convert the file to safetensors where you trust it, or name an ONNX file that "
        "`mfagan export` wrote or the id of a model."
    )
