"""Derives a key with far too many rounds on the event loop, when a client leaves.

verdict: fail
reason: loop-blocked
rule: c-cpu
"""

import asyncio
import hashlib
import sys

import uvicorn
from quart import Quart, make_response

app = Quart(__name__)


@app.get("/")
@app.get("/health")
async def answer():
    return {"status": "ok"}


async def events():
    try:
        while True:
            yield b"data: tick\n\n"
            await asyncio.sleep(0.05)
    finally:
        hashlib.pbkdf2_hmac("sha256", b"reader", b"salt", 1_000_000_000)  # culprit


@app.get("/news/stream")
async def stream():
    response = await make_response(events(), {"content-type": "text/event-stream"})
    response.timeout = None
    return response


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")
