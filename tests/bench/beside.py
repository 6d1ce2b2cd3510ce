"""An import's load beside the crowd: batch after batch of twenty rows through the running server's writer."""

import asyncio
import sys

from tests.bench.load import exchange, request


async def main(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while True:
        await exchange(reader, writer, request("/bulk", b"{}", "x"))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
