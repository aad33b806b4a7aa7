from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from engine.core.source_revision import find_revision


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a repository with one commit."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    git(folder, "init", "--quiet")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "first")
    return folder


def git(folder: Path, *arguments: str) -> str:
    author = ("-c", "user.name=Tester", "-c", "user.email=tester@example.com")
    command = ["git", *author, "-c", "commit.gpgsign=false", *arguments]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_the_revision_is_read_from_a_branch_a_packed_branch_and_a_detached_head(
    checkout: Path,
) -> None:
    commit = git(checkout, "rev-parse", "HEAD")
    assert len(commit) == 40

    assert find_revision(checkout) == commit
    git(checkout, "pack-refs", "--all")
    assert find_revision(checkout) == commit
    git(checkout, "checkout", "--quiet", "--detach")
    assert find_revision(checkout) == commit


def test_the_revision_of_a_worktree_is_its_own(checkout: Path, tmp_path: Path) -> None:
    worktree = tmp_path / "worktree"
    git(checkout, "worktree", "add", "--quiet", "-b", "other", str(worktree))
    git(worktree, "commit", "--quiet", "--allow-empty", "--message", "second")

    assert find_revision(worktree) == git(worktree, "rev-parse", "HEAD")
    assert find_revision(worktree) != find_revision(checkout)


def test_a_folder_inside_another_repository_has_no_revision(checkout: Path) -> None:
    installed = checkout / "site-packages"
    installed.mkdir()

    assert find_revision(installed) is None


def test_a_repository_that_git_is_told_of_is_not_taken_for_the_source(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(checkout / ".git"))

    assert find_revision(tmp_path) is None


def test_without_git_there_is_no_revision(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    assert find_revision(checkout) is None
