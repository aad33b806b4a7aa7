"""Reads untrusted YAML: recipes, plans, and values on the command line.

With aliases, a few hundred bytes can expand to more values than memory can hold ("billion
laughs"), so aliases are refused; size and depth are limited for the same reason. The result is
a tree of plain values.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml
from typing_extensions import override

from engine.core.errors import ConfigError
from engine.core.regular_file import read_regular

_MAX_BYTES = 1 << 20  # real recipes have a few thousand bytes
_DEEPEST = 40


def read_yaml_file(path: Path) -> object:
    """Return the values in a YAML file.

    Raises:
        ConfigError: If it cannot be read, or is not YAML of the kind that is accepted.
    """
    try:
        content = read_regular(path, max_bytes=_MAX_BYTES)
        return parse_yaml(content.decode("utf-8"), source=str(path))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not YAML: {error}") from error


def parse_yaml(text: str, *, source: str) -> object:
    """Return the values in ``text``.

    Args:
        text: YAML.
        source: Where it comes from, for error messages.

    Raises:
        ConfigError: If it is not YAML of the kind that is accepted.
    """
    try:
        return yaml.load(text, Loader=_PlainLoader)
    # Numbers and dates that Python cannot represent raise the errors of their constructors.
    except (yaml.YAMLError, ValueError, OverflowError, TypeError) as error:
        raise ConfigError(f"{source}: is not YAML: {' '.join(str(error).split())}") from error


def yaml_lines(text: str) -> dict[str, int]:
    """Return the line of each name in ``text``, counted from 1, by its dotted name.

    Text that is not YAML of the kind that is accepted has none.
    """
    try:
        node = yaml.compose(text, Loader=_PlainLoader)
    except (yaml.YAMLError, ValueError, OverflowError, TypeError):
        return {}
    return dict(_lines(node, ""))


def _lines(node: yaml.Node | None, prefix: str) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield f"{prefix}{key.value}", key.start_mark.line + 1
            yield from _lines(value, f"{prefix}{key.value}.")


class _PlainLoader(yaml.SafeLoader):
    """Refuses aliases, deep nesting, duplicate names, and names that are not text."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._depth = 0

    @override
    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        # Refused before anything is composed, when an alias still costs nothing.
        if self.check_event(yaml.AliasEvent):
            raise self._refusal("aliases (*name) are not accepted; write the value out")
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._refusal(f"values are nested more than {_DEEPEST} deep")
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def _refusal(self, problem: str) -> yaml.MarkedYAMLError:
        mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
        return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)

    @override
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[str, object]:  # type: ignore[override]
        # PyYAML lets the last of two equal names win silently, and makes `on: 1` a boolean name.
        names: set[str] = set()
        for key, _ in node.value:
            name = key.value
            if not isinstance(name, str) or key.tag != "tag:yaml.org,2002:str":
                raise yaml.MarkedYAMLError(
                    problem="the names of values must be text", problem_mark=key.start_mark
                )
            if name in names:
                raise yaml.MarkedYAMLError(
                    problem=f"{name!r} is given twice", problem_mark=key.start_mark
                )
            names.add(name)
        return super().construct_mapping(node, deep=deep)  # type: ignore[return-value]
