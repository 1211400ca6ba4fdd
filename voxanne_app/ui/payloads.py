"""Whether what a browser sends along with an event has the form that its handler asks for."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from inspect import Parameter, signature
from typing import Any, get_origin


def fits(method: Callable[..., Any], payload: Mapping[str, Any]) -> bool:
    """The handler's own arguments and no others, and a form where it takes one. What is in them it reads."""
    parameters = _parameters(method)
    needed = {name for name, parameter in parameters.items() if parameter.default is Parameter.empty}
    if not needed <= payload.keys() <= parameters.keys():
        return False
    forms = (name for name in payload if get_origin(parameters[name].annotation) is dict)
    return all(isinstance(payload[name], dict) for name in forms)


@lru_cache(maxsize=1000)
def _parameters(method: Callable[..., Any]) -> dict[str, Parameter]:
    return {name: found for name, found in signature(method).parameters.items() if name != "self"}
