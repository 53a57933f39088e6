"""Serves in a thread, while its main thread waits for that thread to end.

verdict: pass
reason: healthy
"""

import asyncio
import sys
import threading

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()


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


server = uvicorn.Server(uvicorn.Config(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning"))
thread = threading.Thread(target=server.run)
thread.start()
thread.join()
