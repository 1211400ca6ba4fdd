"""The product's source, as the tests of its manner read it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Module:
    path: Path

    @property
    def place(self) -> str:
        """Its path in the repository."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def name(self) -> str:
        return self.place.removesuffix(".py").replace("/", ".")

    @property
    def domain(self) -> str:
        """The folder or file directly under voxanne_app."""
        return self.name.split(".")[1]

    @cached_property
    def text(self) -> str:
        return self.path.read_text()

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.place)

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
        return (node for node in ast.walk(self.tree) if isinstance(node, kinds))


@lru_cache(maxsize=1)
def package() -> list[Module]:
    """All of voxanne_app."""
    return [Module(path) for path in sorted((ROOT / "voxanne_app").rglob("*.py"))]


@lru_cache(maxsize=1)
def product() -> list[Module]:
    """What serves clinics: not the sandbox, which plays others, nor the benchmarks."""
    return [module for module in package() if module.domain not in ("sandbox", "bench")]


@lru_cache(maxsize=1)
def everything() -> list[Module]:
    """Every Python file of ours."""
    folders = ("voxanne_app", "tests", "alembic")
    return [Module(path) for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def called(call: ast.Call) -> str:
    """`transaction`, `session.commit`, `Claims.system`: the name as it is written."""
    return ast.unparse(call.func)
