"""Which devices latencies are known of, without reading what is known.

`engine.search.devices` reads and writes whole profiles; lists and charts need only their heads.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from engine.core.errors import ConfigError
from engine.core.places import data_folder, resources_folder
from engine.core.regular_file import read_regular
from engine.core.typed_data import prepared

# A profile of 500 networks has 300 kB.
MAX_PROFILE_BYTES = 16 << 20


class DeviceFacts(Struct, frozen=True, kw_only=True):
    """What a list or a chart says of a device profile.

    Attributes:
        id: Id of the profile.
        device: Name of the device.
        processor: What of it runs the network.
        kind: ``measured``, ``estimated-from-data-sheet`` or ``estimated-from-published``.
    """

    id: str
    device: str = ""
    processor: str = ""
    kind: str = msgspec.field(name="type", default="")

    @property
    def is_measured(self) -> bool:
        """Whether latencies are composed of times measured on the device."""
        return self.kind == "measured"


def own_profiles_folder() -> Path:
    """Return the folder of the user's profiles. It may not exist yet."""
    return data_folder() / "devices"


def shipped_profiles_folder() -> Path:
    """Return the folder of the profiles that are part of the product."""
    return resources_folder() / "devices"


def read_device(path: Path) -> DeviceFacts:
    """Return the head of the device profile in ``path``.

    Raises:
        ConfigError: If it is not a device profile.
    """
    try:
        content = read_regular(path, max_bytes=MAX_PROFILE_BYTES)
        return msgspec.json.decode(content, type=prepared(DeviceFacts))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{path}: not a device profile: {error}") from error


def find_devices() -> tuple[DeviceFacts, ...]:
    """Return the devices of this installation, the user's own first; broken profiles are left out.

    Of profiles with one id the user's own is taken, as a search takes it.
    """
    found: dict[str, DeviceFacts] = {}
    for folder in (own_profiles_folder(), shipped_profiles_folder()):
        for path in sorted(folder.glob("*.json")):
            with suppress(ConfigError):
                device = read_device(path)
                found.setdefault(device.id, device)
    return tuple(found.values())
