"""Ends a process of ours that opens an internet socket, also from native code.

Python's audit events see sockets that Python opens. This is a filter in the Linux kernel, which
sees those of C++ libraries as well: ``socket(AF_INET)`` and ``socket(AF_INET6)`` end the process.
It needs no rights and holds for the process's children too.
"""

from __future__ import annotations

import ctypes
import platform
import socket
import struct

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_ALLOW, _KILL_PROCESS = 0x7FFF0000, 0x80000000
_LOAD_WORD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_NUMBER_AT, _DOMAIN_AT = 0, 16  # of struct seccomp_data: the call, its first argument
_SOCKET_CALLS = {"x86_64": 41, "aarch64": 198}

KILLED = -31
"""Return code of a process that was ended so: SIGSYS."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filters", ctypes.c_char_p))


def forbid_internet_sockets() -> None:
    """Install the filter in this process; for ``preexec_fn``, since it cannot be taken away."""
    call = _SOCKET_CALLS[platform.machine()]
    steps = (
        (_LOAD_WORD, 0, 0, _NUMBER_AT),
        (_JUMP_IF_EQUAL, 0, 4, call),  # another call: allow
        (_LOAD_WORD, 0, 0, _DOMAIN_AT),
        (_JUMP_IF_EQUAL, 1, 0, int(socket.AF_INET)),
        (_JUMP_IF_EQUAL, 0, 1, int(socket.AF_INET6)),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_RETURN, 0, 0, _ALLOW),
    )
    code = b"".join(struct.pack("HBBI", *step) for step in steps)
    program = _Program(len(steps), code)
    libc = ctypes.CDLL(None, use_errno=True)
    for arguments in (
        (_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0),
    ):
        if libc.prctl(*arguments):
            raise OSError(ctypes.get_errno(), "prctl")
