"""Peers in Python: the echo server on asyncio, once with streams and once with a protocol, and on
trio. bench_echo.py starts it with the way's name. Internal to tests/bench/.
"""

import os
import sys


def tell_port(port):
    print(port, os.getpid(), flush=True)


def with_streams():
    import asyncio

    async def echo(reader, writer):
        try:
            while data := await reader.read(1024):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass  # the load resets its connections when it is done
        writer.close()

    async def server():
        listening = await asyncio.start_server(echo, "127.0.0.1", 0, backlog=4096)
        tell_port(listening.sockets[0].getsockname()[1])
        await listening.serve_forever()

    asyncio.run(server())


def with_protocol():
    import asyncio

    class echo(asyncio.Protocol):
        def connection_made(self, transport):
            self.transport = transport

        def data_received(self, data):
            self.transport.write(data)

    async def server():
        loop = asyncio.get_running_loop()
        listening = await loop.create_server(echo, "127.0.0.1", 0, backlog=4096)
        tell_port(listening.sockets[0].getsockname()[1])
        await listening.serve_forever()

    asyncio.run(server())


def with_trio():
    try:
        import trio
    except ImportError:
        print("trio is not on this machine (python3-trio)", file=sys.stderr)
        sys.exit(2)

    async def echo(stream):
        try:
            while data := await stream.receive_some(1024):
                await stream.send_all(data)
        except trio.BrokenResourceError:
            pass

    async def server():
        async with trio.open_nursery() as nursery:
            listening, = await nursery.start(
                lambda task_status: trio.serve_tcp(echo, 0, host="127.0.0.1", backlog=4096,
                                                   task_status=task_status))
            tell_port(listening.socket.getsockname()[1])

    trio.run(server)


def let_malloc_keep_large_blocks():
    """asyncio reads into a new block of 256 KiB each time, which malloc takes from the system and
    gives back, at three times the cost of the echo; not any more once a larger one was freed."""
    bytearray(1 << 20)


if __name__ == "__main__":
    let_malloc_keep_large_blocks()
    {"asyncio": with_streams, "asyncio-protocol": with_protocol, "trio": with_trio}[sys.argv[1]]()
