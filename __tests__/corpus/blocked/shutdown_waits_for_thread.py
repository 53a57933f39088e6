"""Ends its loop on SIGTERM, and has a thread that nobody tells to end.

verdict: fail
reason: shutdown-blocked
rule: shutdown-blocked
settings: --shutdown-timeout 2s
"""

import asyncio
import signal
import sys
import threading

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()
news = threading.Event()


def collect():
    while True:
        news.wait()  # culprit


threading.Thread(target=collect).start()
# The server ends its loop and hands the signal on; without a handler of the application's that would be the end.
signal.signal(signal.SIGTERM, lambda *_: print("bye"))


@app.get("/")
@app.get("/health")
async def answer():
    return {"status": "ok"}


async def events():
    while True:
        yield "data: tick\n\n"
        await asyncio.sleep(0.05)


@app.get("/news/stream")
async def stream():
    return StreamingResponse(events(), media_type="text/event-stream")


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")
