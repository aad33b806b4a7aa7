"""Networks whose features are compared in perceptual losses, with weights from a file.

As they train generators, they never evaluate them: LPIPS, which does, is another network
from another file.
"""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from engine.config.parts import PerceptualRecipe
from engine.core.errors import ConfigError
from engine.core.regular_file import open_regular

# Keys of the convolutions whose outputs are returned, in groups with a pooling layer between.
_VGG_GROUPS = (("2", "5"), ("9", "12"), ("16",))
# What its training subtracted, in 8-bit levels.
_CAFFE_MEAN_BGR = (103.939, 116.779, 123.68)
_FIRES = tuple(f"fire{number}" for number in range(2, 10))
_POOL_BEFORE = frozenset({"fire2", "fire4", "fire6"})
_RETURNED = ("conv1", "fire3", "fire5", "fire9")


class FeatureNetwork(nn.Module):
    """A fixed network that turns pictures into feature maps."""

    @abstractmethod
    @override
    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Return the feature maps, shallow to deep.

        Shape:
            - ``image``: ``(N, 3, H, W)``, RGB in ``[0, 1]``.
        """

    @override
    def __call__(self, image: Tensor) -> tuple[Tensor, ...]:
        """Return the maps; typed, while `nn.Module` returns Any."""
        result: tuple[Tensor, ...] = super().__call__(image)
        return result


class Vgg19Features(FeatureNetwork):
    """Normalized VGG19 up to relu3_1; the mean of each map is about 0.7.

    Paper: Simonyan and Zisserman 2014, arXiv 1409.1556; normalized as Gatys et
    al. 2016 do. The maps are relu1_1, relu1_2, relu2_1, relu2_2 and relu3_1.
    """

    def __init__(self, weights: dict[str, Tensor]) -> None:
        """Build it from the tensors ``<index>.weight`` and ``<index>.bias``."""
        super().__init__()
        self.entry = _conv(weights, "0")
        self.groups = nn.ModuleList(
            nn.ModuleList(_conv(weights, key) for key in group) for group in _VGG_GROUPS
        )
        # Gradients pass through to the pictures, but the weights stay.
        self.requires_grad_(requires_grad=False)

    @override
    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Return the maps; see `FeatureNetwork`."""
        features: Tensor = self.entry(image)
        maps = []
        for number, group in enumerate(self.groups):
            features = functional.max_pool2d(features, 2) if number else features
            assert isinstance(group, nn.ModuleList)
            for conv in group:
                # Reflection: zeros would add an edge around the picture to the features.
                padded = functional.pad(features, (1, 1, 1, 1), mode="reflect")
                features = functional.relu(conv(padded))
                maps.append(features)
        return tuple(maps)


class SqueezeNetFeatures(FeatureNetwork):
    """SqueezeNet 1.1 with its Caffe weights; the maps are conv1 and fires 3, 5 and 9.

    Paper: Iandola et al. 2016, arXiv 1602.07360. Each pixel of a map is scaled to a mean
    square of 1 over its channels, because the magnitudes of the maps differ widely.
    """

    def __init__(self, weights: dict[str, Tensor]) -> None:
        """Build it from the tensors ``conv1.weight``, ``fire2.squeeze1x1.weight`` and so on."""
        super().__init__()
        self.conv1 = _conv(weights, "conv1", stride=2)
        self.fires = nn.ModuleDict(
            {
                fire: nn.ModuleDict(
                    {
                        part: _conv(weights, f"{fire}.{part}", padding=int(part == "expand3x3"))
                        for part in ("squeeze1x1", "expand1x1", "expand3x3")
                    }
                )
                for fire in _FIRES
            }
        )
        mean = torch.tensor(_CAFFE_MEAN_BGR).reshape(1, 3, 1, 1)
        self.register_buffer("mean", mean, persistent=False)
        self.mean: Tensor
        self.requires_grad_(requires_grad=False)

    @override
    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Return the maps; see `FeatureNetwork`."""
        # Caffe's networks expect BGR in 0 to 255 without the mean color.
        features = functional.relu(self.conv1(image.flip(1) * 255 - self.mean))
        maps = [features]
        for name, fire in self.fires.items():
            if name in _POOL_BEFORE:
                # Caffe rounds the size of pooled maps up.
                features = functional.max_pool2d(features, 3, stride=2, ceil_mode=True)
            assert isinstance(fire, nn.ModuleDict)
            squeezed = functional.relu(fire["squeeze1x1"](features))
            both = [fire["expand1x1"](squeezed), fire["expand3x3"](squeezed)]
            features = functional.relu(torch.cat(both, dim=1))
            if name in _RETURNED:
                maps.append(features)
        return tuple(_unit_scale(level) for level in maps)


def load_feature_network(recipe: PerceptualRecipe) -> FeatureNetwork:
    """Load the network that ``recipe`` names from its file.

    Raises:
        ConfigError: If no file is named, or it is missing or of another network.
    """
    if recipe.weights is None:
        raise ConfigError(
            f"perceptual.network: {recipe.network} needs its weights: set perceptual.weights "
            "to an .npz file, or perceptual.network to discriminator, which needs none"
        )
    path = Path(recipe.weights)
    builders = {"vgg19": Vgg19Features, "squeezenet": SqueezeNetFeatures}
    try:
        # Without pickles: an archive may come from anywhere.
        with open_regular(path) as file, np.load(file, allow_pickle=False) as arrays:
            weights = {key: torch.from_numpy(arrays[key]) for key in arrays.files}
        return builders[recipe.network](weights)
    # Archives of other things, damaged archives, and arrays that are not in an archive.
    except (OSError, ValueError, TypeError, AttributeError, EOFError, BadZipFile) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or error
        raise ConfigError(f"perceptual.weights: {path}: cannot be read ({reason})") from error
    except KeyError as error:
        raise ConfigError(
            f"perceptual.weights: {path}: is not a {recipe.network}: it lacks {error}"
        ) from error


def _conv(weights: dict[str, Tensor], name: str, *, stride: int = 1, padding: int = 0) -> nn.Conv2d:
    weight, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
    out_channels, in_channels, size, _ = weight.shape
    conv = nn.Conv2d(in_channels, out_channels, size, stride=stride, padding=padding)
    conv.load_state_dict({"weight": weight.float(), "bias": bias.float()})
    return conv


def _unit_scale(features: Tensor) -> Tensor:
    return features * torch.rsqrt(features.square().mean(dim=1, keepdim=True) + 1e-6)
