"""Connects, when a client leaves, to a host that lets new connections hang.

verdict: fail
reason: loop-blocked
rule: connect
"""

import asyncio
import socket
import sys

import uvicorn
from litestar import Litestar, get
from litestar.response import ServerSentEvent

# Its queue of new connections holds two, and nobody takes one out of it.
busy = socket.create_server(("127.0.0.1", 0), backlog=0)
queued = []
for _ in range(4):
    queued.append(socket.socket())
    queued[-1].setblocking(False)
    queued[-1].connect_ex(busy.getsockname())


@get(["/", "/health"])
async def answer() -> dict[str, str]:
    return {"status": "ok"}


async def events():
    try:
        while True:
            yield "tick"
            await asyncio.sleep(0.05)
    finally:
        socket.create_connection(busy.getsockname())  # culprit


@get("/news/stream")
async def stream() -> ServerSentEvent:
    return ServerSentEvent(events())


app = Litestar([answer, stream])


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")
