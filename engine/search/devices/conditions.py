"""What a computer tells about the state in which something is measured on it."""

from __future__ import annotations

import os
from pathlib import Path

import psutil
from msgspec import Struct

_CPU_FOLDER = Path("/sys/devices/system/cpu/cpu0/cpufreq")
# Names of the sensors on CPUs: Intel, AMD, ARM boards.
_CPU_SENSORS = ("coretemp", "k10temp", "zenpower", "cpu_thermal", "cpu-thermal")


class Conditions(Struct, frozen=True, kw_only=True):
    """The state of a computer; None where the system does not tell, as in virtual machines.

    Attributes:
        governor: Name of the rule that selects the CPU's frequency.
        frequency_mhz: Present frequency of the CPU.
        temperature_c: The hottest sensor of the CPU, in degrees Celsius.
        load: Programs that computed or waited for a CPU, on average over the last minute.
    """

    governor: str | None = None
    frequency_mhz: float | None = None
    temperature_c: float | None = None
    load: float | None = None


def read_conditions(cpu_folder: Path = _CPU_FOLDER) -> Conditions:
    """Return the present state of this computer.

    Args:
        cpu_folder: Folder in which Linux describes the frequency of the first CPU.
    """
    return Conditions(
        governor=_governor(cpu_folder),
        frequency_mhz=_frequency_mhz(),
        temperature_c=_temperature_c(),
        load=os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    )


def _governor(cpu_folder: Path) -> str | None:
    try:
        text = (cpu_folder / "scaling_governor").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    return text.strip() or None


def _frequency_mhz() -> float | None:
    try:
        frequency = psutil.cpu_freq()
    # psutil raises whatever reading a system's files raises, and lacks the function on some.
    except (AttributeError, OSError, NotImplementedError, RuntimeError):
        return None
    # None in virtual machines, whatever its type says.
    found: object = getattr(frequency, "current", None)
    return float(found) if isinstance(found, int | float) else None


def _temperature_c() -> float | None:
    try:
        sensors = psutil.sensors_temperatures()
    except (AttributeError, OSError):
        return None
    found = [s.current for name in _CPU_SENSORS for s in sensors.get(name, ()) if s.current]
    return max(found, default=None)
