"""A QR code as SVG: byte mode, error correction L, versions 5 to 10, mask 0. Enough for an otpauth address.

Follows ISO/IEC 18004. Per version: data codewords of each block, error correction codewords per block.
"""

BLOCKS = {
    5: ([108], 26),
    6: ([68, 68], 18),
    7: ([78, 78], 20),
    8: ([97, 97], 24),
    9: ([116, 116], 30),
    10: ([68, 68, 69, 69], 18),
}
ALIGNMENT = {5: (6, 30), 6: (6, 34), 7: (6, 22, 38), 8: (6, 24, 42), 9: (6, 26, 46), 10: (6, 28, 50)}
FORMAT_L_MASK_0 = 0b111011111000100
QUIET_ZONE = 4
Grid = list[list[bool | None]]


class TooLong(ValueError):
    """The text does not fit into version 10."""


def qr_svg(text: str) -> str:
    """Black modules on white, one unit each."""
    rows = qr_modules(text)
    size = len(rows) + 2 * QUIET_ZONE
    squares = "".join(
        f"M{x + QUIET_ZONE},{y + QUIET_ZONE}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path d="{squares}" fill="#000"/></svg>'
    )


def qr_modules(text: str) -> list[list[bool]]:
    """The modules row by row, dark ones true. Mask 0 is always used: readers know it from the format bits."""
    data = text.encode()
    version = next((v for v, (blocks, _) in BLOCKS.items() if len(data) + 3 <= sum(blocks)), None)
    if version is None:
        raise TooLong(f"{len(data)} bytes do not fit into a QR code of version 10")
    grid, is_free = _frame(version)
    bits = "".join(f"{byte:08b}" for byte in _codewords(data, version)) + "0" * 7
    _fill(grid, is_free, bits)
    return [[bool(module) for module in row] for row in grid]


def _codewords(data: bytes, version: int) -> list[int]:
    """Data and error correction of all blocks, interleaved."""
    sizes, correction = BLOCKS[version]
    length_bits = 8 if version < 10 else 16
    bits = f"0100{len(data):0{length_bits}b}" + "".join(f"{byte:08b}" for byte in data) + "0000"
    bits += "0" * (-len(bits) % 8)
    words = [int(bits[at : at + 8], 2) for at in range(0, len(bits), 8)]
    words = words[: sum(sizes)]
    words += [(0xEC, 0x11)[number % 2] for number in range(sum(sizes) - len(words))]
    blocks = []
    for size in sizes:
        blocks.append(words[:size])
        words = words[size:]
    checks = [_remainder(block, correction) for block in blocks]
    return [*_interleaved(blocks), *_interleaved(checks)]


def _interleaved(blocks: list[list[int]]) -> list[int]:
    longest = max(len(block) for block in blocks)
    return [block[at] for at in range(longest) for block in blocks if at < len(block)]


def _multiply(a: int, b: int) -> int:
    """In GF(256) with the polynomial 0x11D."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a, b = (a << 1) ^ (0x11D if a & 0x80 else 0), b >> 1
    return product


def _remainder(block: list[int], count: int) -> list[int]:
    """Reed-Solomon error correction codewords."""
    generator, root = [1], 1
    for _ in range(count):
        longer = [*generator, 0]
        for at, factor in enumerate(generator):
            longer[at + 1] ^= _multiply(factor, root)
        generator, root = longer, _multiply(root, 2)
    rest = [*block, *[0] * count]
    for at in range(len(block)):
        factor = rest[at]
        for offset, value in enumerate(generator):
            rest[at + offset] ^= _multiply(value, factor)
    return rest[-count:]


def _frame(version: int) -> tuple[Grid, list[list[bool]]]:
    """Everything that is not data: finders, timing, alignment, format and version."""
    size = 17 + 4 * version
    grid: Grid = [[None] * size for _ in range(size)]
    for top, left in ((0, 0), (0, size - 7), (size - 7, 0)):
        _finder(grid, top, left)
    for at in range(8, size - 8):
        grid[6][at] = grid[at][6] = at % 2 == 0
    for row in ALIGNMENT[version]:
        for column in ALIGNMENT[version]:
            if (row, column) not in ((6, 6), (6, size - 7), (size - 7, 6)):
                for y in range(-2, 3):
                    for x in range(-2, 3):
                        grid[row + y][column + x] = max(abs(x), abs(y)) != 1
    _format_bits(grid)
    if version >= 7:
        _version_bits(grid, version)
    return grid, [[module is None for module in row] for row in grid]


def _finder(grid: Grid, top: int, left: int) -> None:
    for y in range(-1, 8):
        for x in range(-1, 8):
            if 0 <= top + y < len(grid) and 0 <= left + x < len(grid):
                ring = max(abs(x - 3), abs(y - 3))
                grid[top + y][left + x] = ring in (0, 1, 3)


def _format_bits(grid: Grid) -> None:
    size = len(grid)
    upright = [(y, 8) for y in (0, 1, 2, 3, 4, 5, 7, 8)] + [(8, x) for x in (7, 5, 4, 3, 2, 1, 0)]
    elsewhere = [(8, size - 1 - at) for at in range(8)] + [(size - 7 + at, 8) for at in range(7)]
    for places in (upright, elsewhere):
        for number, (y, x) in enumerate(places):
            grid[y][x] = bool(FORMAT_L_MASK_0 >> number & 1)
    grid[size - 8][8] = True


def _version_bits(grid: Grid, version: int) -> None:
    rest = version
    for _ in range(12):
        rest = (rest << 1) ^ (0x1F25 if rest >> 11 else 0)
    bits, size = version << 12 | rest, len(grid)
    for number in range(18):
        is_dark = bool(bits >> number & 1)
        a, b = size - 11 + number % 3, number // 3
        grid[a][b] = grid[b][a] = is_dark


def _fill(grid: Grid, is_free: list[list[bool]], bits: str) -> None:
    """Two columns at a time from the right, up and down; mask 0 inverts every other module."""
    size, at, is_upward = len(grid), 0, True
    for right in range(size - 1, 0, -2):
        column = right if right > 6 else right - 1
        for step in range(size):
            row = size - 1 - step if is_upward else step
            for x in (column, column - 1):
                if is_free[row][x]:
                    bit = at < len(bits) and bits[at] == "1"
                    grid[row][x] = bit ^ ((row + x) % 2 == 0)
                    at += 1
        is_upward = not is_upward
