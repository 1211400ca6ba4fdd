"""Which module may know which: the contracts of pyproject.toml, and what they cannot say."""

from functools import lru_cache

import grimp
from importlinter.cli import lint_imports

from tests.architecture.source import ROOT

APP = "voxanne_app"


@lru_cache(maxsize=1)
def imports() -> set[tuple[str, str]]:
    graph = grimp.build_graph(APP, cache_dir=None)
    return {(m, known) for m in graph.modules for known in graph.find_modules_directly_imported_by(m)}


def _folder(module: str) -> str:
    return ".".join(module.split(".")[:2])


def test_the_contracts_hold(capsys) -> None:
    failed = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert not failed, capsys.readouterr().out


def test_the_sandbox_and_the_product_know_nothing_of_each_other() -> None:
    starts_it = (f"{APP}.cli", f"{APP}.sandbox.__main__")
    crossing = {
        (module, known)
        for module, known in imports() - {starts_it}
        if (_folder(module) == f"{APP}.sandbox") != (_folder(known) == f"{APP}.sandbox")
    }
    assert not crossing, f"The sandbox plays other companies: they meet on the wire only. {crossing}"


def test_a_domain_leaves_the_tables_of_others_alone() -> None:
    # The demo puts whole weeks into all tables at once, which no use case does.
    free = (f"{APP}.tables", f"{APP}.demo", f"{APP}.demo_data")
    crossing = {
        (module, known)
        for module, known in imports()
        if known.endswith(".models") and _folder(module) not in (_folder(known), *free)
    }
    assert not crossing, f"Ask the other domain's queries or use cases: {crossing}"


def test_an_integration_knows_only_the_parts_that_it_plays() -> None:
    at_home = (f"{APP}.integrations", f"{APP}.foundation")
    crossing = {
        (module, known)
        for module, known in imports()
        if module.startswith(f"{APP}.integrations.")
        if _folder(known) not in at_home and not known.endswith(".ports")
    }
    assert not crossing, f"Let the domain's ports.py say it: {crossing}"
