"""Measures the style budget of the code and fails where a figure is out of its limits.

Usage: python packaging/style_budget.py [--json]
"""

from __future__ import annotations

import ast
import io
import json
import statistics
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("app", "engine")
Function = ast.FunctionDef | ast.AsyncFunctionDef

LARGEST_FILE_LINES = 400


@dataclass(frozen=True)
class Budget:
    """What was measured over all sources."""

    files: int
    source_lines: int
    longest_file_lines: int
    annotated_percent: float
    documented_percent: float
    function_median_lines: float
    function_p95_lines: float
    comments_per_100_lines: float
    tests_per_source_line: float


@dataclass(frozen=True)
class Limit:
    """The least or the most a figure may be."""

    least: float = float("-inf")
    most: float = float("inf")


# Comments: too few leave tricky places unexplained, too many repeat the code.
LIMITS = {
    "longest_file_lines": Limit(most=LARGEST_FILE_LINES),
    "annotated_percent": Limit(least=100),
    "documented_percent": Limit(least=100),
    "function_median_lines": Limit(most=10),
    "function_p95_lines": Limit(most=50),
    "comments_per_100_lines": Limit(least=2, most=10),
    "tests_per_source_line": Limit(least=0.6),
}


def measure(root: Path) -> tuple[Budget, list[str]]:
    """Return the figures of the tree at ``root`` and the places that break a rule."""
    paths = sorted(p for source in SOURCES for p in (root / source).rglob("*.py"))
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}
    functions = [node for tree in trees.values() for node in _functions(tree)]
    publics = [item for path, tree in trees.items() for item in _publics(path, tree)]
    bare = [f"{p}:{f.lineno} {f.name}" for p, t in trees.items() for f in _functions(t) if _bare(f)]
    undocumented = [place for place, documented in publics if not documented]
    lines = {path: _code_lines(path) for path in paths}
    source_lines = sum(lines.values())
    lengths = sorted((f.end_lineno or f.lineno) - f.lineno + 1 for f in functions)
    long_files = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    budget = Budget(
        files=len(paths),
        source_lines=source_lines,
        longest_file_lines=max(long_files.values()),
        annotated_percent=_percent(len(functions) - len(bare), len(functions)),
        documented_percent=_percent(len(publics) - len(undocumented), len(publics)),
        function_median_lines=statistics.median(lengths),
        function_p95_lines=lengths[int(len(lengths) * 0.95)],
        comments_per_100_lines=round(100 * sum(map(_comments, paths)) / source_lines, 1),
        tests_per_source_line=round(
            sum(_code_lines(p) for p in (root / "tests").rglob("*.py")) / source_lines, 2
        ),
    )
    places = [f"not fully annotated: {place}" for place in bare]
    places += [f"no docstring: {place}" for place in undocumented]
    places += [f"{n} lines: {p}" for p, n in long_files.items() if n > LARGEST_FILE_LINES]
    return budget, places


def broken(budget: Budget) -> list[str]:
    """Return a sentence for every figure outside its limits."""
    figures = asdict(budget)
    return [
        f"{name} is {figures[name]}, allowed is {limit.least} to {limit.most}"
        for name, limit in LIMITS.items()
        if not limit.least <= figures[name] <= limit.most
    ]


def main() -> int:
    """Print the figures; return 1 where one is out of bounds."""
    budget, places = measure(ROOT)
    if "--json" in sys.argv:
        print(json.dumps(asdict(budget), indent=2))
    else:
        for name, value in asdict(budget).items():
            print(f"{name:28} {value}")
    problems = broken(budget)
    if problems:
        print("\n".join([*places, *problems]), file=sys.stderr)
    return bool(problems)


def _functions(tree: ast.AST) -> Iterator[Function]:
    return (n for n in ast.walk(tree) if isinstance(n, Function))


def _bare(function: Function) -> bool:
    """Whether an argument or the result has no type."""
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    named += [a for a in (arguments.vararg, arguments.kwarg) if a]
    untyped = [a for a in named if a.annotation is None and a.arg not in {"self", "cls"}]
    return bool(untyped) or function.returns is None


def _publics(path: Path, tree: ast.Module) -> Iterator[tuple[str, bool]]:
    """Yield each public name that can carry a docstring, and whether it does."""
    yield f"{path}", ast.get_docstring(tree) is not None
    owners: list[ast.Module | ast.ClassDef] = [tree]
    owners += [node for node in tree.body if isinstance(node, ast.ClassDef)]
    for owner in owners:
        if isinstance(owner, ast.ClassDef) and owner.name.startswith("_"):
            continue
        for node in owner.body:
            if isinstance(node, Function | ast.ClassDef) and not _is_exempt(node):
                yield f"{path}:{node.lineno} {node.name}", ast.get_docstring(node) is not None


def _is_exempt(node: Function | ast.ClassDef) -> bool:
    """Private names, protocol methods of Python and overrides need no docstring of their own."""
    if node.name.startswith("_"):
        return True
    marks = {ast.unparse(mark).split(".")[-1] for mark in node.decorator_list}
    return bool(marks & {"override", "overload", "setter"})


def _code_lines(path: Path) -> int:
    """Lines that hold more than blanks, comments and docstrings."""
    content = path.read_text(encoding="utf-8")
    held: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(content).readline):
        if token.type in {tokenize.NAME, tokenize.OP, tokenize.NUMBER}:
            held.update(range(token.start[0], token.end[0] + 1))
    return len(held)


def _comments(path: Path) -> int:
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline)
    return sum(token.type == tokenize.COMMENT for token in tokens)


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1)


if __name__ == "__main__":
    sys.exit(main())
