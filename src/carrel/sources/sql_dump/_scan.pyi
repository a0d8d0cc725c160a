from typing_extensions import Buffer

def scan(
    data: Buffer, at: int, columns: tuple[tuple[int, int], ...], heading: Buffer
) -> tuple[int, int, int, list[tuple[bytes | None, bytes, bytes | None]]]: ...
