"""The page for people: plain files, no request leaves the machine."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

FILES = Path(__file__).parent.parent / "page"


async def _index(_: Request) -> Response:
    return FileResponse(FILES / "index.html", headers={"cache-control": "no-cache"})


async def _file(request: Request) -> Response:
    name = str(request.path_params["name"])
    if name not in ("page.css", "page.js"):
        return Response(status_code=404)
    return FileResponse(FILES / name, headers={"cache-control": "no-cache"})


PAGE_ROUTES = [Route("/", _index), Route("/page/{name}", _file)]
