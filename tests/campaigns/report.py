"""What a campaign found."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Report:
    """Counts of one campaign.

    Attributes:
        name: Of the campaign.
        tried: How many inputs or moments.
        counts: Outcomes by name.
        wrong: A line for each thing that was not right.
    """

    name: str
    tried: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def count(self, outcome: str, number: int = 1) -> None:
        """Add to an outcome."""
        self.counts[outcome] = self.counts.get(outcome, 0) + number

    def blame(self, outcome: str, text: str) -> None:
        """Add one thing that was not right."""
        self.count(outcome)
        self.wrong.append(f"{outcome}: {text}")

    def row(self) -> str:
        """Return a line of a Markdown table."""
        counts = ", ".join(f"{number} {name}" for name, number in sorted(self.counts.items()))
        return f"| {self.name} | {self.tried} | {counts} | {len(self.wrong)} |"
