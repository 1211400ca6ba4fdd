"""Every act that the product records is told on the audit's screen in words of its own."""

import ast
import re

from tests.architecture.source import Module, product
from voxanne_app import worker
from voxanne_app.audit.ui.wording import ACTS
from voxanne_app.foundation.job_queue import JOBS
from voxanne_app.identity.permissions import PERMISSIONS

_ACT = re.compile(r"[a-z]+\.[a-z_]+")
# Names of alerts, in a module that records acts too.
NO_ACTS = {"isolation.hole", "isolation.stale"}
# The names of acts that are put together where they are recorded.
PUT_TOGETHER = {act for act in ACTS if act.startswith("bookings.")}


def _acts_in(module: Module) -> set[str]:
    """What looks like an act in a module that records some, and is neither a permission nor a job."""
    if "voxanne_app.audit.trail" not in module.text:
        return set()
    written = {node.value for node in ast.walk(module.tree) if isinstance(node, ast.Constant)}
    return {value for value in written if isinstance(value, str) and _ACT.fullmatch(value)} - NO_ACTS


def test_every_act_has_words_and_every_word_an_act() -> None:
    worker.import_jobs()
    others = {*JOBS, *frozenset().union(*PERMISSIONS.values())}
    recorded = set().union(*(_acts_in(module) for module in product())) - others
    assert not recorded - ACTS.keys(), f"Say in audit/ui/wording.py what these are: {recorded - ACTS.keys()}"
    written = "".join(module.text for module in product() if module.domain != "audit")
    by_the_database = {"audit.anchored", "audit.closed", "access.refused", "audit.exported"}
    stale = {act for act in ACTS.keys() - PUT_TOGETHER - by_the_database if f'"{act}"' not in written}
    assert not stale, f"Nobody records these any more: {stale}"
