"""Writes, when a client leaves, more to a helper process than it reads.

verdict: fail
reason: loop-blocked
rule: file-wait
"""

import asyncio
import os
import subprocess
import sys

import uvicorn
from litestar import Litestar, get
from litestar.response import ServerSentEvent

helper = subprocess.Popen(["sleep", "600"], stdin=subprocess.PIPE)


@get(["/", "/health"])
async def answer() -> dict[str, str]:
    return {"status": "ok"}


async def events():
    try:
        while True:
            yield "tick"
            await asyncio.sleep(0.05)
    finally:
        os.write(helper.stdin.fileno(), bytes(1_000_000))  # culprit


@get("/news/stream")
async def stream() -> ServerSentEvent:
    return ServerSentEvent(events())


app = Litestar([answer, stream])


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")
