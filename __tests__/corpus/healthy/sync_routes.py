"""Answers in worker threads, which take a fifth of a second each, and streams from worker threads too.

verdict: pass
reason: healthy
"""

import sys
import time

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()


@app.get("/")
@app.get("/health")
def answer():
    time.sleep(0.2)
    return {"status": "ok"}


def events():
    while True:
        yield "data: tick\n\n"
        time.sleep(0.05)


@app.get("/news/stream")
async def stream():
    return StreamingResponse(events(), media_type="text/event-stream")


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")
