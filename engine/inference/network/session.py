"""Runs a network file; the only module that touches ONNX Runtime."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors
from typing_extensions import override

from engine.catalog.model_file import check_content_once
from engine.core.errors import InferenceError, OutOfMemoryError
from engine.inference.network.dial import mix_networks
from engine.inference.network.providers import CPU, Provider, known_providers, provider_of

BatchF32 = NDArray[np.float32]
"""``(N, C, H, W)`` float32."""

_QUIET = 4  # nothing that does not end the process; what matters reaches us as an exception
# ONNX Runtime has no error of its own for a lack of memory; each provider words it differently.
_MEMORY_WORDS = ("failed to allocate", "out of memory", "bad_alloc", "bfcarena", "cudamalloc")
_ERROR_NAMES = ("Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf", "NoSuchFile")
# Which classes exist depends on the version.
_RUNTIME_ERRORS: tuple[type[Exception], ...] = tuple(
    getattr(ort_errors, name)
    for name in (*_ERROR_NAMES, "NotImplemented", "EPFail", "RuntimeException", "ModelLoaded")
    if hasattr(ort_errors, name)
)
# Messages carry C++ conditions, source files and status codes; users need none of them:
# "[ONNXRuntimeError] : 1 : FAIL : /onnxruntime/core/x.cc:93 Status Message: reason" -> "reason".
_NODE = re.compile(r"while running (\w+) node")
_STATUS = re.compile(r"Status Message: (.+)", re.DOTALL)
_CODE = re.compile(r"^\[ONNXRuntimeError\] : \d+ : \w+ : ")
_CONDITION = re.compile(r"^\S*onnxruntime\S*:\d+ .*? was false\. ?", re.DOTALL)
_SOURCE_LINE = re.compile(r"^\S+\.(?:cc|h):\d+ (?:.*?\) (?=[A-Z])|\S+ )", re.DOTALL)
_MAX_REASON_LENGTH = 300


class ExecutionSession(Protocol):
    """A network that is loaded and can be run."""

    @property
    def provider(self) -> Provider:
        """Where it really runs."""
        ...

    def run(self, batch: BatchF32) -> BatchF32:
        """Return the network's output for ``batch``.

        Raises:
            OutOfMemoryError: If memory does not suffice for this size.
            InferenceError: If the network cannot be run.

        Shape:
            - ``batch``: ``(1, C, H, W)`` float32; the result is ``(1, C, sH, sW)``.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkFile:
    """A file of a network.

    Attributes:
        path: The ONNX file.
        sha256: Hash that the file must have: new weights under an old card are
            never run. None for a file without a card.
        share: Share of its weights in the network.
    """

    path: Path
    sha256: str | None = None
    share: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSpec:
    """The network to run, and what to run it on.

    Attributes:
        files: The file of a plain network, or the corners of a dial that have a share in it.
        provider: What it runs on; the CPU takes its place if that fails.
        thread_count: CPU threads of one run; 0 takes all physical cores.
    """

    files: tuple[NetworkFile, ...]
    provider: Provider = CPU
    thread_count: int = 0

    @classmethod
    def of_file(cls, path: Path, *, provider: Provider = CPU, thread_count: int = 0) -> SessionSpec:
        """Return what runs a file without a card."""
        return cls(files=(NetworkFile(path=path),), provider=provider, thread_count=thread_count)

    @property
    def name(self) -> str:
        """Names of the files, for messages."""
        return " + ".join(file.path.name for file in self.files)


def find_providers() -> tuple[Provider, ...]:
    """Return what this installation can run on, best first."""
    return known_providers(ort.get_available_providers())


def runtime_version() -> str:
    """Return the version of ONNX Runtime."""
    return str(ort.__version__)


class OrtSession(ExecutionSession):
    """A network loaded by ONNX Runtime. Safe to run from several threads."""

    def __init__(self, spec: SessionSpec) -> None:
        """Load the file, or mix those of a dial.

        Raises:
            InferenceError: If a file is missing or ONNX Runtime refuses it.
            OutOfMemoryError: If it does not fit into memory.
            BadCardError: If a file is not the one with the hash.
        """
        for file in spec.files:
            if file.sha256 is not None:
                check_content_once(file.path, file.sha256)
        self._name = spec.name
        # Always with the CPU behind it: it runs what the provider lacks an operator for.
        names = list(dict.fromkeys([spec.provider.runtime_name, CPU.runtime_name]))
        with _translated(f"{spec.files[0].path}: cannot be loaded"):
            self._session = ort.InferenceSession(
                _model_of(spec), sess_options=_options(spec.thread_count), providers=names
            )
        self._last_shape: tuple[int, ...] = ()
        tensor = self._session.get_inputs()[0]
        self._input_name: str = tensor.name
        self._input_dtype = np.float16 if tensor.type == "tensor(float16)" else np.float32

    @property
    @override
    def provider(self) -> Provider:
        return provider_of(self._session.get_providers()[0])

    @override
    def run(self, batch: BatchF32) -> BatchF32:
        size = " x ".join(str(side) for side in reversed(batch.shape[2:]))
        with _translated(f"{self._name}: cannot be run on {size} px"):
            feed: dict[str, Any] = {
                self._input_name: batch.astype(self._input_dtype, order="C", copy=False)
            }
            result = self._session.run(None, feed, self._run_options(batch.shape))[0]
        return np.asarray(result, dtype=np.float32)

    def _run_options(self, shape: tuple[int, ...]) -> ort.RunOptions | None:
        """Return options that release the memory of the previous shape, None for the same shape."""
        if shape == self._last_shape:
            return None
        self._last_shape = shape
        options = ort.RunOptions()
        options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        return options


class GraphSession:
    """A graph with any inputs and one output that matters, run on the CPU."""

    def __init__(self, spec: SessionSpec) -> None:
        """Load the file; raises as `OrtSession` does."""
        self._name = spec.name
        with _translated(f"{spec.files[0].path}: cannot be loaded"):
            self._session = ort.InferenceSession(
                _model_of(spec),
                sess_options=_options(spec.thread_count),
                providers=[CPU.runtime_name],
            )

    @property
    def input_names(self) -> tuple[str, ...]:
        """Names of the inputs."""
        return tuple(tensor.name for tensor in self._session.get_inputs())

    def run(self, feed: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float32]:
        """Return the first output for the inputs ``feed``, by name.

        Raises:
            OutOfMemoryError: If memory does not suffice.
            InferenceError: If the graph cannot be run.
        """
        with _translated(f"{self._name}: cannot be run"):
            result = self._session.run(None, dict(feed))[0]
        return np.asarray(result, dtype=np.float32)


class ProbeSession:
    """A network from untrusted bytes, run on one CPU thread."""

    def __init__(self, content: bytes) -> None:
        """Load it; no other file is read.

        Raises:
            InferenceError: If ONNX Runtime refuses it.
            OutOfMemoryError: If it does not fit into memory.
        """
        options = _options(thread_count=1)
        # An arena takes memory in doubling steps, and what it takes is limited here.
        options.enable_cpu_mem_arena = False
        with _translated("it cannot be loaded"):
            self._session = ort.InferenceSession(
                content, sess_options=options, providers=[CPU.runtime_name]
            )
        tensor = self._session.get_inputs()[0]
        self._input_name: str = tensor.name
        self._dtype = np.float16 if tensor.type == "tensor(float16)" else np.float32

    def run(self, batch: BatchF32) -> BatchF32:
        """Return the output for ``batch``, whatever shape it has.

        Raises:
            OutOfMemoryError: If memory does not suffice.
            InferenceError: If the network cannot be run on this size.
        """
        size = " x ".join(str(side) for side in reversed(batch.shape[2:]))
        feed = {self._input_name: batch.astype(self._dtype, order="C", copy=False)}
        with _translated(f"it cannot be run on {size} px"):
            result = self._session.run(None, feed)[0]
        return np.asarray(result, dtype=np.float32)


def fold_constants(content: bytes) -> bytes:
    """Return a model with all that does not depend on its inputs computed.

    Args:
        content: A model whose inputs have fixed shapes.

    Raises:
        InferenceError: If ONNX Runtime refuses it.
        OutOfMemoryError: If memory does not suffice.
    """
    options = _options(thread_count=1)
    # At this level the result is still plain ONNX.
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    with _passing_file() as path, _translated("it cannot be loaded"):
        options.optimized_model_filepath = str(path)
        ort.InferenceSession(
            content,
            sess_options=options,
            providers=[CPU.runtime_name],
            # Nodes that are joined or dropped would take their names with them.
            disabled_optimizers=["Level1_RuleBasedTransformer"],
        )
        return path.read_bytes()


@contextmanager
def _passing_file() -> Iterator[Path]:
    """Give a file that is gone afterwards, on Linux also when the process is killed."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("folded")
        try:
            yield Path(f"/proc/self/fd/{descriptor}")
        finally:
            os.close(descriptor)
    else:
        with TemporaryDirectory(prefix="mfagan-fold-") as folder:
            yield Path(folder, "folded.onnx")


def open_session(spec: SessionSpec) -> ExecutionSession:
    """Load the network that ``spec`` describes.

    Raises:
        InferenceError: If a file is missing or ONNX Runtime refuses it.
        OutOfMemoryError: If it does not fit into memory.
    """
    return OrtSession(spec)


def _model_of(spec: SessionSpec) -> str | bytes:
    """Return what ONNX Runtime loads: the path of a plain network, or a mixed one's content."""
    if len(spec.files) == 1:
        return os.fspath(spec.files[0].path)
    try:
        contents = [file.path.read_bytes() for file in spec.files]
    except OSError as error:
        raise InferenceError(
            f"{error.filename}: cannot be read ({error.strerror}); install the model again"
        ) from error
    try:
        return mix_networks(contents, [file.share for file in spec.files])
    except InferenceError as error:
        raise InferenceError(f"{spec.files[0].path}: {error}; install the model again") from error


def _options(thread_count: int) -> ort.SessionOptions:
    options = ort.SessionOptions()
    # Measured with a 16-block network: this level's blocked layout is worth 1.24-1.35x.
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    # One plan of memory per shape is kept otherwise: 609 against 353 MB over eight shapes.
    options.enable_mem_pattern = False
    # Threads that wait by spinning keep a core busy between two tiles; no speed is lost.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.intra_op_num_threads = thread_count
    options.inter_op_num_threads = 1
    options.log_severity_level = _QUIET
    return options


@contextmanager
def _translated(what: str) -> Iterator[None]:
    try:
        yield
    except MemoryError as error:
        raise OutOfMemoryError(f"{what}: out of memory") from error
    except _RUNTIME_ERRORS as error:
        text = str(error)
        if any(word in text.lower() for word in _MEMORY_WORDS):
            raise OutOfMemoryError(f"{what}: out of memory") from error
        raise InferenceError(f"{what} ({_reason(text)})") from error


def _reason(text: str) -> str:
    """Return ONNX Runtime's message without error numbers and source lines."""
    node, status = _NODE.search(text), _STATUS.search(text)
    message = _CODE.sub("", text) if status is None else status[1]
    message = _SOURCE_LINE.sub("", _CONDITION.sub("", message))
    message = " ".join(message.split())[:_MAX_REASON_LENGTH]
    return message if node is None else f"{node[1]}: {message}"
