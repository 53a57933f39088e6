"""Fetches a feed with urllib between two events of a stream, without a timeout.

verdict: fail
reason: loop-blocked
rule: sync-http
"""

import asyncio
import sys
import urllib.request

import uvicorn
from quart import Quart, make_response

app = Quart(__name__)


@app.get("/")
@app.get("/health")
async def answer():
    return {"status": "ok"}


async def events():
    for _ in range(3):
        yield b"data: tick\n\n"
        await asyncio.sleep(0.05)
    urllib.request.urlopen("http://feeds.example/all")  # culprit
    yield b"data: feed\n\n"


@app.get("/news/stream")
async def stream():
    response = await make_response(events(), {"content-type": "text/event-stream"})
    response.timeout = None
    return response


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")
