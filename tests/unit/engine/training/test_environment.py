from __future__ import annotations

from pathlib import Path

import torch

from engine.training.environment import describe_environment, find_revision


def test_the_environment_names_what_a_repetition_needs() -> None:
    environment = describe_environment(
        device=torch.device("cpu"), seed=5, processes=2, data_manifest_sha256="ab"
    )

    assert environment.torch == str(torch.__version__)
    assert (environment.seed, environment.processes, environment.device) == (5, 2, "cpu")


def test_the_revision_is_read_from_a_detached_a_loose_and_a_packed_head(tmp_path: Path) -> None:
    git = tmp_path / ".git"
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "HEAD").write_text("1234\n", encoding="ascii")
    assert find_revision(tmp_path) == "1234"

    (git / "HEAD").write_text("ref: refs/heads/main\n", encoding="ascii")
    (git / "packed-refs").write_text("# pack\nabcd refs/heads/main\n", encoding="ascii")
    assert find_revision(tmp_path) == "abcd"

    (git / "refs" / "heads" / "main").write_text("5678\n", encoding="ascii")
    assert find_revision(tmp_path) == "5678"


def test_a_folder_that_is_no_checkout_has_no_revision(tmp_path: Path) -> None:
    assert find_revision(tmp_path) is None
