"""A storage that speaks S3, below `/s3/<bucket>`: private buckets, for whoever signs with the one key.

Errors are XML with a word in `Code`. What is stored lies in memory.
"""

import base64
import hashlib
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from voxanne_app.sandbox.fields import Fields
from voxanne_app.sandbox.s3.signature import Key, S3Error, require_signature
from voxanne_app.sandbox.s3.stored import Stored, error_answer, xml
from voxanne_app.sandbox.world import Preset, World

LISTED_AT_ONCE = 1000
ENCRYPTIONS = ("AES256", "aws:kms")
_SPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


class S3:
    name = "s3"
    presets: tuple[Preset, ...] = (
        Preset("recordings_cannot_be_stored", "The bucket refuses everything for five minutes", (
            {"vendor": "s3", "mode": "status", "status": 503, "duration_seconds": 300},
        )),
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        self._buckets: dict[str, dict[str, Stored]] = {}
        self._key, self._refuses_encryption, self._page = Key(), False, LISTED_AT_ONCE

    def routes(self) -> Sequence[BaseRoute]:
        routes = [
            Route("/{bucket}/", self.list),
            Route("/{bucket}/", self.delete, methods=["POST"]),
            Route("/{bucket}/{key:path}", self.object, methods=["PUT", "GET"]),
        ]
        return [Mount("", app=Starlette(routes=routes, exception_handlers={S3Error: error_answer}))]

    def control_routes(self) -> Sequence[BaseRoute]:
        return []

    def seed(self, given: dict[str, Any]) -> None:
        """The one key there is, the buckets, how many files a listing names, and whether it can encrypt."""
        fields = Fields(given, "'s3'")
        self._key = Key(
            id=fields.text("access_key_id") or self._key.id,
            secret=fields.text("secret_access_key") or self._key.secret,
            region=fields.text("region") or self._key.region,
        )
        self._refuses_encryption = fields.flag("refuses_encryption", self._refuses_encryption)
        self._page = int(fields.number("page_size", low=1, high=1000, default=self._page) or self._page)
        for name in fields.texts("buckets"):
            self._buckets.setdefault(name, {})
        fields.finish()

    def reset(self) -> None:
        self._key, self._refuses_encryption, self._page = Key(), False, LISTED_AT_ONCE
        self._buckets.clear()

    async def object(self, request: Request) -> Response:
        bucket = await self._bucket(request)
        return await (self._put if request.method == "PUT" else self._get)(request, bucket)

    async def list(self, request: Request) -> Response:
        bucket, query = await self._bucket(request), request.query_params
        if query.get("list-type") != "2":
            raise S3Error(501, "NotImplemented", "Only the second kind of listing is played")
        after = base64.b64decode(query.get("continuation-token", "")).decode()
        keys = sorted(key for key in bucket if key.startswith(query.get("prefix", "")) and key > after)
        size = min(int(query.get("max-keys", LISTED_AT_ONCE)), self._page)
        page, has_more = keys[:size], len(keys) > size
        entries = "".join(bucket[key].listed(key) for key in page)
        token = base64.b64encode(page[-1].encode()).decode() if has_more else ""
        rest = f"<NextContinuationToken>{token}</NextContinuationToken>" if has_more else ""
        told = f"<KeyCount>{len(page)}</KeyCount><IsTruncated>{str(has_more).lower()}</IsTruncated>"
        return xml(f'<ListBucketResult xmlns="{_SPACE}">{told}{rest}{entries}</ListBucketResult>')

    async def delete(self, request: Request) -> Response:
        """Several at once, `?delete`: those that are not there are deleted as well."""
        bucket, body = await self._bucket(request), await request.body()
        if "delete" not in request.query_params:
            raise S3Error(501, "NotImplemented", "A header you provided implies functionality that is not")
        md5 = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
        if request.headers.get("content-md5") != md5:
            raise S3Error(400, "InvalidRequest", "Missing required header for this request: Content-MD5")
        try:
            asked = ElementTree.fromstring(body)  # noqa: S314 - our own product's
        except ElementTree.ParseError:
            raise S3Error(400, "MalformedXML", "The XML you provided was not well-formed") from None
        keys = [found.text or "" for found in asked.iterfind("{*}Object/{*}Key")]
        if not 0 < len(keys) <= LISTED_AT_ONCE:
            raise S3Error(400, "MalformedXML", "The XML you provided was not well-formed")
        for key in keys:
            bucket.pop(key, None)
        return xml(f'<DeleteResult xmlns="{_SPACE}"></DeleteResult>')

    async def _bucket(self, request: Request) -> dict[str, Stored]:
        await require_signature(request, self._key)
        bucket = self._buckets.get(str(request.path_params["bucket"]))
        if bucket is None:
            raise S3Error(404, "NoSuchBucket", "The specified bucket does not exist")
        return bucket

    async def _put(self, request: Request, bucket: dict[str, Stored]) -> Response:
        if "content-length" not in request.headers:
            raise S3Error(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
        encryption = request.headers.get("x-amz-server-side-encryption", "")
        if encryption and self._refuses_encryption:
            raise S3Error(501, "NotImplemented", "Server side encryption specified but KMS is not configured")
        if encryption and encryption not in ENCRYPTIONS:
            raise S3Error(400, "InvalidArgument", "The encryption method specified is not supported")
        kind = request.headers.get("content-type", "binary/octet-stream")
        stored = Stored(await request.body(), kind, self._world.clock.now(), encryption)
        bucket[str(request.path_params["key"])] = stored
        return Response(headers=stored.headers)

    async def _get(self, request: Request, bucket: dict[str, Stored]) -> Response:
        stored = bucket.get(str(request.path_params["key"]))
        if stored is None:
            raise S3Error(404, "NoSuchKey", "The specified key does not exist.")
        return stored.answer(request.headers.get("range", ""))
