from __future__ import annotations

import subprocess
import sys

import msgspec
import pytest

from engine.core.typed_data import prepared

# Structs in structs: reading their declarations takes long enough for the threads to change turns
# in the middle of it. Without `prepared` this ends in a crash of the process, every time.
_CODE = """
import sys, threading
import msgspec
from engine.core.typed_data import prepared

depth = 60
lines = []
for level in range(depth):
    lines.append(f"class S{level}(msgspec.Struct, forbid_unknown_fields=True):")
    lines += [f"    f{n}: int | None = {n}" for n in range(20)]
    if level:
        lines.append(f"    inner: 'S{level - 1} | None' = None")
exec("\\n".join(lines))
tree = {"f0": 1}
for level in range(depth - 1):
    tree = {"f0": 1, "inner": tree}
values = [tree, tree["inner"], tree["inner"]["inner"], tree["inner"]["inner"]["inner"]]
kinds = [globals()[f"S{depth - 1 - n}"] for n in range(4)]
start, made = threading.Barrier(4), []
sys.setswitchinterval(1e-6)

def decode(number):
    start.wait()
    made.append(msgspec.convert(values[number], prepared(kinds[number])))

threads = [threading.Thread(target=decode, args=(number,)) for number in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(made) == 4, made
"""


def test_threads_that_decode_into_the_same_structs_for_the_first_time_do_not_crash() -> None:
    done = subprocess.run([sys.executable, "-c", _CODE], check=False, capture_output=True)

    assert done.returncode == 0, done.stderr.decode()


def test_what_msgspec_cannot_decode_into_is_refused_each_time() -> None:
    for _ in range(2):
        with pytest.raises(TypeError):
            msgspec.convert({}, prepared(list[int] | set[int]))
