"""Polls the pipe of a worker process on the event loop, when a client leaves, with a selector beside the loop's own.

verdict: fail
reason: loop-blocked
rule: nested-selector
"""

import asyncio
import multiprocessing
import sys

import uvicorn
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import JsonResponse, StreamingHttpResponse
from django.urls import path

settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="corpus")
ours, theirs = multiprocessing.Pipe()


async def answer(_request):
    return JsonResponse({"status": "ok"})


async def events():
    try:
        while True:
            yield "data: tick\n\n"
            await asyncio.sleep(0.05)
    finally:
        ours.poll(600)  # culprit


async def stream(_request):
    return StreamingHttpResponse(events(), content_type="text/event-stream")


urlpatterns = [path("", answer), path("health", answer), path("news/stream", stream)]


uvicorn.run(get_asgi_application(), port=int(sys.argv[1]), log_level="warning", lifespan="off")
