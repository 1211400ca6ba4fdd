from typing import Any

import pytest

from voxanne_app.ui.payloads import fits


def choose(self: Any, row: str, page: int = 1) -> None: ...


def save(self: Any, form: dict[str, Any]) -> None: ...


@pytest.mark.parametrize("payload", [{"row": "a"}, {"row": {}}, {"row": None, "page": "x"}])
def test_the_handlers_own_arguments_fit_whatever_is_in_them(payload: dict[str, Any]) -> None:
    assert fits(choose, payload)


@pytest.mark.parametrize("payload", [{}, {"page": 1}, {"row": "a", "self": 1}, {"row": "a", "more": 1}])
def test_too_few_and_too_many_do_not(payload: dict[str, Any]) -> None:
    assert not fits(choose, payload)


def test_where_a_form_is_asked_for_only_a_form_fits() -> None:
    assert fits(save, {"form": {}})
    for other in ("", None, [], 7):
        assert not fits(save, {"form": other})
