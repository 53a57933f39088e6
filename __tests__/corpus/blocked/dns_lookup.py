"""Looks a name up on the event loop, when a client leaves, and the name server does not answer.

verdict: fail
reason: loop-blocked
rule: dns
"""

import asyncio
import ctypes
import socket
import struct
import sys

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()


@app.get("/")
@app.get("/health")
async def answer():
    return {"status": "ok"}


def ask(port):
    """Sends the lookups of this thread to a name server on a port of this machine, with patience."""
    state = ctypes.CDLL(None).__res_state
    state.restype = ctypes.c_void_p
    head = struct.pack("iiLi", 60, 5, 0x2C1, 1)
    server = struct.pack("=H2s4s8x", socket.AF_INET, port.to_bytes(2, "big"), bytes([127, 0, 0, 1]))
    ctypes.memmove(state(), head + server, len(head + server))


silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
silent.bind(("127.0.0.1", 0))


async def events():
    try:
        while True:
            yield "data: tick\n\n"
            await asyncio.sleep(0.05)
    finally:
        ask(silent.getsockname()[1])
        socket.getaddrinfo("metrics.example", 80)  # culprit


@app.get("/news/stream")
async def stream():
    return StreamingResponse(events(), media_type="text/event-stream")


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")
