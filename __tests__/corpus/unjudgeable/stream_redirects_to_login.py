"""Sends whoever wants its stream to a login page.

verdict: inconclusive
reason: not-exercised
rule: not-exercised
"""

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route


async def answer(_request):
    return JSONResponse({"status": "ok"})


async def stream(_request):
    return RedirectResponse("/login", 303)


app = Starlette(routes=[Route("/", answer), Route("/health", answer), Route("/news/stream", stream)])


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")
