"""Reads, writes and lists device profiles: the shipped ones and the user's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from engine.core.atomic_file import make_folder, write_bytes_atomic
from engine.core.errors import ConfigError, OutputExistsError, UnknownNameError
from engine.core.regular_file import read_regular
from engine.core.suggestions import did_you_mean
from engine.runs.devices import (
    MAX_PROFILE_BYTES,
    own_profiles_folder,
    shipped_profiles_folder,
)
from engine.search.devices.profile import SCHEMA_VERSION, DeviceProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileEntry:
    """A profile of this installation.

    Attributes:
        profile: The profile.
        path: Its file.
        origin: Who put it there.
    """

    profile: DeviceProfile
    path: Path
    origin: Literal["shipped", "own"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenProfile:
    """A file that should be a profile, and why it is not."""

    path: Path
    reason: str


class _Header(Struct):
    schema_version: int = SCHEMA_VERSION


def read_profile(path: Path) -> DeviceProfile:
    """Return the profile in ``path``.

    Raises:
        ConfigError: If it is missing, not a profile, or of a newer version.
    """
    try:
        content = read_regular(path, max_bytes=MAX_PROFILE_BYTES)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    return decode_profile(content, source=str(path))


def decode_profile(content: bytes, *, source: str) -> DeviceProfile:
    """Return the profile that ``content`` holds.

    Args:
        content: JSON, UTF-8.
        source: Where it came from, for messages.

    Raises:
        ConfigError: If it is not a profile, or of a newer version.
    """
    try:
        version = msgspec.json.decode(content, type=_Header).schema_version
        if version > SCHEMA_VERSION:
            raise ConfigError(
                f"{source}: a device profile of version {version}, newer than this program reads "
                f"({SCHEMA_VERSION}); update MFAGAN Studio"
            )
        profile: DeviceProfile = msgspec.json.decode(content, type=DeviceProfile)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{source}: not a device profile: {error}") from error
    return profile


def encode_profile(profile: DeviceProfile) -> bytes:
    """Return ``profile`` as JSON, which `decode_profile` reads."""
    return msgspec.json.format(msgspec.json.encode(profile), indent=1) + b"\n"


def save_profile(profile: DeviceProfile, *, is_replacing: bool, path: Path | None = None) -> Path:
    """Write a profile and return its path.

    Args:
        profile: What to write.
        is_replacing: Whether a file of that name is replaced.
        path: File to write; a file in the user's folder when not given.

    Raises:
        OutputExistsError: If it exists and is not to be replaced.
        OutputError: If it cannot be written.
        ConfigError: If the profile breaks a rule of its own.
    """
    content = encode_profile(profile)
    # A struct made in Python was never checked against its field constraints.
    decode_profile(content, source=profile.id)
    path = path or own_profiles_folder() / f"{profile.id}.json"
    if path.exists() and not is_replacing:
        raise OutputExistsError(f"{path} exists; use another --id, or --replace")
    make_folder(path.parent)
    write_bytes_atomic(path, content)
    return path


def list_profiles() -> tuple[list[ProfileEntry], list[BrokenProfile]]:
    """Return all profiles, the user's own first, and the files that are none."""
    found: dict[str, ProfileEntry] = {}
    broken: list[BrokenProfile] = []
    for origin, path in _files():
        try:
            profile = read_profile(path)
        except ConfigError as error:
            broken.append(BrokenProfile(path=path, reason=str(error)))
            continue
        found.setdefault(profile.id, ProfileEntry(profile=profile, path=path, origin=origin))
    return list(found.values()), broken


def find_profile(name: str) -> DeviceProfile:
    """Return the profile of a file or an id.

    Args:
        name: Path of a JSON file, or the id of a profile of this installation.

    Raises:
        UnknownNameError: If there is none.
        ConfigError: If the file is not a profile.
    """
    if name.endswith(".json"):
        return read_profile(Path(name))
    entries, broken = list_profiles()
    for entry in entries:
        if entry.profile.id == name:
            return entry.profile
    for file in broken:
        if file.path.stem == name:
            raise ConfigError(file.reason)
    ids = [entry.profile.id for entry in entries]
    hint = did_you_mean(name, ids, otherwise="'mfagan device list' shows all.")
    raise UnknownNameError(f"No device profile {name!r}. {hint}")


def _files() -> Iterator[tuple[Literal["own", "shipped"], Path]]:
    for path in sorted(own_profiles_folder().glob("*.json")):
        yield "own", path
    for path in sorted(shipped_profiles_folder().glob("*.json")):
        yield "shipped", path
