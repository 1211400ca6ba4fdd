"""What tests said of exactly what is to be published: a look before publishing, not a lock."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Checks:
    """How many of an agent's tests passed, failed, and have not come to an end."""

    passed: int = 0
    failed: int = 0
    unrun: int = 0

    @property
    def all_pass(self) -> bool:
        return not (self.failed or self.unrun)

    @property
    def in_words(self) -> str:
        """`3 of 4 tests pass. 1 was not run.`"""
        total = self.passed + self.failed + self.unrun
        words = f"{self.passed} of {total} {'test passes' if total == 1 else 'tests pass'}."
        return (
            f"{words} {self.unrun} {'has' if self.unrun == 1 else 'have'} no result." if self.unrun else words
        )

    def as_details(self) -> dict[str, int]:
        """For the audit; nothing where there are no tests."""
        counted = {"tests_passed": self.passed, "tests_failed": self.failed, "tests_not_run": self.unrun}
        return counted if any(counted.values()) else {}


NO_CHECKS = Checks()
