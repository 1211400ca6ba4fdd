"""Ports that nobody listens on."""

import random
import socket

# Below the kernel's range for outgoing connections, above what people choose.
_RANGE = range(12_000, 18_800)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def free_pair_of_ports() -> int:
    """The first of two neighbours: `voxanne up` gives the second to the sandbox."""
    return next(port for port in random.sample(_RANGE, 200) if _is_free(port) and _is_free(port + 1))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
