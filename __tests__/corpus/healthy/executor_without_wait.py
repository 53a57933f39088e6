"""Abandons the worker threads of a stream, when its client leaves, instead of waiting for them.

verdict: pass
reason: healthy
"""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor

import requests
import uvicorn
from quart import Quart, make_response

app = Quart(__name__)


@app.get("/")
@app.get("/health")
async def answer():
    return {"status": "ok"}


def fetch():
    try:
        requests.get("http://feeds.example/all", timeout=1)
    except requests.RequestException:
        pass


async def events():
    pool = ThreadPoolExecutor(max_workers=2)
    try:
        pool.submit(fetch)
        while True:
            yield b"data: tick\n\n"
            await asyncio.sleep(0.05)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


@app.get("/news/stream")
async def stream():
    response = await make_response(events(), {"content-type": "text/event-stream"})
    response.timeout = None
    return response


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")
