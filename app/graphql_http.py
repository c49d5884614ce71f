"""GraphQL over HTTP, by the book: https://graphql.github.io/graphql-over-http/draft/."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, cast

import orjson
from cross_web import AsyncHTTPRequestAdapter, HTTPException, StarletteRequestAdapter
from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from strawberry.fastapi import GraphQLRouter
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.http.types import HTTPMethod
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from app.context import OperationContext
from app.graphql_errors import error_answer, refusal
from app.http_caching import for_caches
from app.media_types import GRAPHQL_JSON, JSON, answer_type, is_json
from execution.budget import BudgetExceeded
from execution.errors import INTERNAL, masked

_BY_GET = {OperationType.QUERY}
_BY_POST = {OperationType.QUERY, OperationType.MUTATION}


class _Request(StarletteRequestAdapter):
    @property
    def method(self) -> HTTPMethod:
        """HEAD asks for what GET would answer."""
        return "GET" if super().method == "HEAD" else super().method


class GraphQLOverHTTP(GraphQLRouter[OperationContext, None]):
    """Strawberry's endpoint, with the media types and statuses that the specification asks for."""

    request_adapter_class = _Request

    def parse_json(self, data: str | bytes) -> Any:  # noqa: ANN401 - Strawberry's.
        parsed = super().parse_json(data)
        if not isinstance(parsed, dict):
            # A list would be a batch.
            raise HTTPException(400, "A request and its variables must be JSON objects.")
        return parsed

    def decode_json(self, data: str | bytes) -> object:
        return orjson.loads(data)

    def encode_json(self, data: object) -> str:
        return orjson.dumps(data).decode()

    async def run(self, request: Any, context: Any = None, root_value: None = None) -> Any:  # noqa: ANN401 - Strawberry's.
        """Answer a request; whatever goes wrong is answered in GraphQL's own shape."""
        if self.is_websocket_request(request):
            return await super().run(request, context, root_value)
        try:
            answer = await super().run(request, context, root_value)
        except HTTPException as error:
            unsafe = error.status_code == HTTPStatus.METHOD_NOT_ALLOWED
            headers = {"Allow": "POST"} if unsafe else None
            answer = refusal(request, error.status_code, error.reason, headers)
        except ClientDisconnect:
            answer = refusal(request, 400, "The request broke off.")
        except Exception as error:  # noqa: BLE001 - Whatever it is, the log has it.
            answer = error_answer(request, 500, masked(error).formatted)
        if request.method == "POST":
            # A cache knows an answer by its address, where a POST does not have its question.
            context.headers.pop("Cache-Control", None)
        for name, value in context.headers.items():
            # What goes on, or has failed, says for itself that it is not to be kept.
            answer.headers.setdefault(name, value)
        answer = for_caches(request, answer)
        return _head_of(answer) if request.method == "HEAD" else answer

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> GraphQLRequestData:
        """Read a request; raises HTTPException for what is none, or cannot be answered."""
        streams = self._get_stream_transport_from_headers(request.headers) is not None
        if not streams and answer_type(request.headers.get("Accept")) is None:
            raise HTTPException(406, f"Accept {GRAPHQL_JSON} or {JSON}, in UTF-8.")
        # A page of another site can send only other types without asking the shop first.
        if request.method == "POST" and not is_json(request.content_type):
            raise HTTPException(415, f"Send the request as {JSON}, in UTF-8.")
        given = cast("GraphQLRequestData", await super().parse_http_body(request))
        if not isinstance(given.operation_name, str | None):
            raise HTTPException(400, "The operation's `operationName` must be a string or null.")
        if not given.query and (persisted := await _persisted(request)):
            given.extensions = {**(given.extensions or {}), "persistedQuery": persisted}
        if not given.query and "persistedQuery" not in (given.extensions or {}):
            raise HTTPException(400, "No GraphQL query found in the request")
        # In an address, an empty name is none.
        given.operation_name = given.operation_name or None
        return given

    async def execute_single(
        self,
        request: Request,
        request_adapter: AsyncHTTPRequestAdapter,
        sub_response: Response,
        context: OperationContext,
        root_value: None,
        request_data: GraphQLRequestData,
    ) -> ExecutionResult:
        del request, sub_response
        try:
            return await self.schema.execute(
                request_data.query,
                request_data.variables,
                context,
                root_value,
                request_data.operation_name,
                _BY_GET if request_adapter.method == "GET" else _BY_POST,
                request_data.extensions,
            )
        except InvalidOperationTypeError as error:
            if error.operation_type is OperationType.SUBSCRIPTION:
                raise HTTPException(406, "Accept text/event-stream to subscribe.") from error
            raise HTTPException(405, "Send mutations by POST.") from error

    async def process_result(
        self, request: Request, result: ExecutionResult
    ) -> GraphQLHTTPResponse:
        answer = await super().process_result(request, result)
        if not was_executed(result):
            del answer["data"]
        return answer

    async def get_sub_response(self, request: Request) -> Response:
        response = await super().get_sub_response(request)
        response.media_type = answer_type(request.headers.get("Accept"))
        return response

    def create_response(self, response_data: Any, sub_response: Response) -> Response:  # noqa: ANN401 - Strawberry's.
        answer = super().create_response(response_data, sub_response)
        answer.headers["Content-Type"] = f"{sub_response.media_type}; charset=utf-8"
        answer.status_code = status_of(response_data, str(sub_response.media_type))
        return answer


def status_of(answer: Mapping[str, Any], media_type: str) -> int:
    """Return the status of an answer in a media type."""
    if "data" in answer:
        return HTTPStatus.OK
    codes = {error["extensions"]["code"] for error in answer["errors"]}
    if BudgetExceeded.code in codes:
        return HTTPStatus.TOO_MANY_REQUESTS
    # With plain JSON clients trust 200 only: another status may come from a proxy.
    if media_type != GRAPHQL_JSON:
        return HTTPStatus.OK
    return HTTPStatus.INTERNAL_SERVER_ERROR if INTERNAL in codes else HTTPStatus.BAD_REQUEST


def was_executed(result: ExecutionResult) -> bool:
    """Tell an error of a field, which has a path, from an error before the first field."""
    errors = result.errors or []
    return not errors or result.data is not None or any(error.path for error in errors)


async def _persisted(request: AsyncHTTPRequestAdapter) -> dict[str, Any] | None:
    is_get = request.method == "GET"
    return persisted_document(
        request.query_params if is_get else orjson.loads(await request.get_body())
    )


def persisted_document(given: Mapping[str, Any]) -> dict[str, Any] | None:
    """Read `documentId` of the specification's draft as Apollo's extension for the same."""
    document_id = given.get("documentId")
    if document_id is None:
        return None
    return {"version": 1, "sha256Hash": str(document_id).removeprefix("sha256:")}


def _head_of(answer: Response) -> Response:
    head = Response(status_code=answer.status_code)
    head.raw_headers = answer.raw_headers
    return head
