"""Opens files with every stream until there is no descriptor left to accept a connection with.

verdict: fail
reason: service-unresponsive
rule: accept-limit
"""

import asyncio
import os
import resource
import sys

import uvicorn
from quart import Quart, make_response

app = Quart(__name__)
resource.setrlimit(resource.RLIMIT_NOFILE, (80, 80))
opened = []


@app.get("/")
@app.get("/health")
async def answer():
    return {"status": "ok"}


def open_all():
    try:
        while True:
            opened.append(os.open(os.devnull, os.O_RDONLY))
    except OSError:
        pass


async def events():
    try:
        while True:
            yield b"data: tick\n\n"
            await asyncio.sleep(0.05)
    finally:
        for delay in range(100):
            asyncio.get_running_loop().call_later(delay / 100, open_all)


@app.get("/news/stream")
async def stream():
    response = await make_response(events(), {"content-type": "text/event-stream"})
    response.timeout = None
    return response


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")
