"""Has a processor that other programs take, so that it hardly ever runs.

verdict: inconclusive
reason: runner-starved
rule: runner-starved
settings: --settle 3s
"""

import asyncio
import os
import subprocess
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


def starve():
    """Others keep one processor busy, and this process may use no other, and only when it is free."""
    processor = {min(os.sched_getaffinity(0))}
    for _ in range(4):
        subprocess.Popen(
            [sys.executable, "-c", "while True: pass"], preexec_fn=lambda: os.sched_setaffinity(0, processor)
        )
    for thread in os.listdir("/proc/self/task"):
        os.sched_setaffinity(int(thread), processor)
        os.sched_setscheduler(int(thread), os.SCHED_IDLE, os.sched_param(0))


threading.Timer(3, starve).start()


async def events():
    while True:
        yield "data: tick\n\n"
        await asyncio.sleep(0.05)


@app.get("/news/stream")
async def stream():
    return StreamingResponse(events(), media_type="text/event-stream")


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")
