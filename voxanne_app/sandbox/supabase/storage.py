"""Supabase Storage below `/supabase/storage/v1`: private buckets, for whoever has the secret key.

Its errors are HTTP 400 with the true status as text inside, whatever they are. What is stored lies in memory.
"""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from voxanne_app.sandbox.clock import iso_milliseconds
from voxanne_app.sandbox.supabase.project import Project, bearer
from voxanne_app.sandbox.world import Json


class StorageError(Exception):
    def __init__(self, status: int, error: str, message: str) -> None:
        super().__init__(message)
        self.body = {"statusCode": str(status), "error": error, "message": message}


async def storage_error_answer(_: Request, error: Exception) -> Response:
    assert isinstance(error, StorageError)
    return Json(error.body, status_code=400)


@dataclass(frozen=True)
class _Stored:
    id: str
    content: bytes
    mimetype: str
    at: str

    def listed(self, name: str) -> dict[str, Any]:
        tag = hashlib.md5(self.content, usedforsecurity=False).hexdigest()
        metadata = {"eTag": f'"{tag}"', "size": len(self.content), "mimetype": self.mimetype}
        times = dict.fromkeys(("updated_at", "created_at", "last_accessed_at"), self.at)
        return {"name": name, "id": self.id, **times, "metadata": metadata}


class Storage:
    def __init__(self, project: Project) -> None:
        self._project = project
        self._buckets: dict[str, dict[str, _Stored]] = {}

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/bucket", self.make_bucket, methods=["POST"]),
            Route("/bucket/{bucket}", self.show_bucket),
            Route("/object/list/{bucket}", self.list, methods=["POST"]),
            Route("/object/authenticated/{bucket}/{path:path}", self.download),
            Route("/object/{bucket}", self.delete, methods=["DELETE"]),
            Route("/object/{bucket}/{path:path}", self.upload, methods=["POST"]),
        ]

    def forget(self) -> None:
        self._buckets.clear()

    async def make_bucket(self, request: Request) -> Response:
        self._require_secret(request)
        given = await request.json()
        name = str(given.get("name") or given.get("id") or "")
        if not name:
            raise StorageError(400, "Error", "body must have required property 'name'")
        if name in self._buckets:
            raise StorageError(409, "Duplicate", "The resource already exists")
        self._buckets[name] = {}
        return Json({"name": name})

    async def show_bucket(self, request: Request) -> Response:
        self._require_secret(request)
        self._bucket(request)
        name = request.path_params["bucket"]
        return Json({"id": name, "name": name, "public": False, "file_size_limit": None})

    async def upload(self, request: Request) -> Response:
        self._require_secret(request)
        bucket, path = self._bucket(request), str(request.path_params["path"])
        if path in bucket and request.headers.get("x-upsert") != "true":
            raise StorageError(409, "Duplicate", "The resource already exists")
        known = bucket[path].id if path in bucket else str(uuid4())
        kind = request.headers.get("content-type", "application/octet-stream")
        at = iso_milliseconds(self._project.world.clock.now())
        bucket[path] = _Stored(known, await request.body(), kind, at)
        return Json({"Key": f"{request.path_params['bucket']}/{path}", "Id": known})

    async def download(self, request: Request) -> Response:
        self._require_secret(request)
        stored = self._bucket(request).get(str(request.path_params["path"]))
        if stored is None:
            raise StorageError(404, "not_found", "Object not found")
        return _ranged(request, stored)

    async def delete(self, request: Request) -> Response:
        self._require_secret(request)
        bucket = self._bucket(request)
        names = (await request.json()).get("prefixes", [])
        gone = {name: bucket.pop(name) for name in names if name in bucket}
        return Json([stored.listed(name) for name, stored in gone.items()])

    async def list(self, request: Request) -> Response:
        """One folder's files, and the folders in it, which have no id."""
        self._require_secret(request)
        bucket, given = self._bucket(request), await request.json()
        prefix = str(given.get("prefix", "")).strip("/")
        below = {
            name.removeprefix(f"{prefix}/" if prefix else ""): stored
            for name, stored in bucket.items()
            if not prefix or name.startswith(f"{prefix}/")
        }
        folders = sorted({name.split("/")[0] for name in below if "/" in name})
        found = [{"name": name, "id": None, "updated_at": None, "metadata": None} for name in folders]
        found += [below[name].listed(name) for name in sorted(below) if "/" not in name]
        offset, limit = int(given.get("offset", 0)), int(given.get("limit", 100))
        return Json(found[offset : offset + limit])

    def _bucket(self, request: Request) -> dict[str, _Stored]:
        bucket = self._buckets.get(str(request.path_params["bucket"]))
        if bucket is None:
            raise StorageError(404, "Bucket not found", "Bucket not found")
        return bucket

    def _require_secret(self, request: Request) -> None:
        if bearer(request) != self._project.keys.secret:
            raise StorageError(403, "Unauthorized", "new row violates row-level security policy")


def _ranged(request: Request, stored: _Stored) -> Response:
    size = len(stored.content)
    headers = {"accept-ranges": "bytes", "cache-control": "no-cache"}
    unit, _, span = request.headers.get("range", "").partition("=")
    first, _, last = span.partition("-")
    if unit != "bytes" or not first.isdigit() or (last and not last.isdigit()):
        return Response(stored.content, media_type=stored.mimetype, headers=headers)
    begin, end = int(first), min(int(last or size), size - 1)
    if begin > end:
        return Response(status_code=416, headers={"content-range": f"bytes */{size}"})
    headers["content-range"] = f"bytes {begin}-{end}/{size}"
    return Response(stored.content[begin : end + 1], 206, headers, stored.mimetype)
