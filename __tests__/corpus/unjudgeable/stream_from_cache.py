"""Sends what it has cached and ends its stream before anybody can leave it.

verdict: inconclusive
reason: not-exercised
rule: not-exercised
"""

import sys

import uvicorn
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import JsonResponse, StreamingHttpResponse
from django.urls import path

settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="corpus")


async def answer(_request):
    return JsonResponse({"status": "ok"})


async def events():
    for _ in range(3):
        yield "data: cached\n\n"


async def stream(_request):
    return StreamingHttpResponse(events(), content_type="text/event-stream")


urlpatterns = [path("", answer), path("health", answer), path("news/stream", stream)]


uvicorn.run(get_asgi_application(), port=int(sys.argv[1]), log_level="warning", lifespan="off")
