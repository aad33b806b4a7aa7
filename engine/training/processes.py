"""Training in several processes at once, with torch's DistributedDataParallel.

``torchrun`` starts the processes; each trains on its part of every batch, and
`torch.nn.parallel.DistributedDataParallel` averages their gradients. In a single
process these functions do nothing.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import torch
from torch import Tensor, distributed, nn
from torch.distributed import PrefixStore, Store, TCPStore  # type: ignore[attr-defined]
from torch.nn.parallel import DistributedDataParallel

ModuleT = TypeVar("ModuleT", bound=nn.Module)


@contextmanager
def process_group() -> Iterator[None]:
    """Join the processes that ``torchrun`` started, if any, and leave them at the end."""
    if "TORCHELASTIC_RUN_ID" not in os.environ:
        yield
        return
    # NCCL connects GPUs; Gloo is for CPUs.
    backend = "nccl" if torch.cuda.is_available() else "gloo"
    if _is_one_machine():
        distributed.init_process_group(
            backend,
            store=_fresh_store(),
            rank=int(os.environ["RANK"]),
            world_size=int(os.environ["WORLD_SIZE"]),
        )
    else:
        distributed.init_process_group(backend)
    try:
        yield
        # The first process is still writing when the others are done. A process that ends earlier
        # takes down the threads that serve the connections of its partners.
        distributed.barrier()
    finally:
        # Networks of the run refer to the group; it must end here and not with the program.
        gc.collect()
        distributed.destroy_process_group()


def _is_one_machine() -> bool:
    return os.environ["LOCAL_WORLD_SIZE"] == os.environ["WORLD_SIZE"]


def _fresh_store() -> Store:
    # torchrun keeps one store over all restarts. Under the same keys, processes that were
    # started again would find the addresses of those that died. Over several machines the
    # count of restarts differs; TORCH_DISABLE_SHARE_RDZV_TCP_STORE=1 gives each a new store.
    store = TCPStore(os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"]), is_master=False)
    return PrefixStore(f"attempt-{os.environ['TORCHELASTIC_RESTART_COUNT']}", store)


def rank() -> int:
    """Return the number of this process, from 0."""
    return distributed.get_rank() if distributed.is_initialized() else 0


def process_count() -> int:
    """Return the number of processes that train together."""
    return distributed.get_world_size() if distributed.is_initialized() else 1


def shared(network: ModuleT) -> ModuleT:
    """Return ``network`` so that its gradients are averaged over all processes.

    The result shares weights with ``network`` and is called like it.
    """
    if not distributed.is_initialized():
        return network
    # Unused parameters are normal: a narrow subnet uses a slice of its supernet's layers, and
    # skips blocks.
    return DistributedDataParallel(  # type: ignore[return-value]
        network, broadcast_buffers=False, find_unused_parameters=True
    )


def mean_over_processes(values: list[float]) -> list[float]:
    """Return each value's mean over all processes."""
    if not distributed.is_initialized():
        return values
    # NCCL exchanges tensors of GPUs only.
    device = "cuda" if distributed.get_backend() == "nccl" else "cpu"
    tensor = torch.tensor(values, dtype=torch.float64, device=device)
    distributed.all_reduce(tensor)
    return [float(value) for value in tensor / process_count()]


def is_any_true(*, value: bool) -> bool:
    """Return whether ``value`` is true in any process, so that all stop at the same step."""
    return mean_over_processes([float(value)])[0] > 0


def broadcast_tensor(tensor: Tensor) -> None:
    """Replace the values of ``tensor`` with those of the first process, in all of them."""
    if distributed.is_initialized():
        distributed.broadcast(tensor, src=0)


def broadcast_text(text: str) -> str:
    """Return the text of the first process, in all of them."""
    if not distributed.is_initialized():
        return text
    # A list, because its item is replaced in the processes that receive.
    box = [text]
    distributed.broadcast_object_list(box, src=0)
    return box[0]
