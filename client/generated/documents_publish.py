from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel


class DocumentsPublish(BaseModel):
    documents_publish: Optional["DocumentsPublishDocumentsPublish"]


class DocumentsPublishDocumentsPublish(BaseModel):
    documents: Optional[list["DocumentsPublishDocumentsPublishDocuments"]]
    errors: list[
        Annotated[
            Union["DocumentsPublishDocumentsPublishErrorsDocumentRefused",],
            Field(discriminator="typename__"),
        ]
    ]


class DocumentsPublishDocumentsPublishDocuments(BaseModel):
    name: str
    sha_256: str
    cost: int
    statements: int
    is_new: bool


class DocumentsPublishDocumentsPublishErrorsDocumentRefused(BaseModel):
    typename__: Literal["DocumentRefused"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]
    name: str
    reason: str
    line: int
    column: int


DocumentsPublish.model_rebuild()
DocumentsPublishDocumentsPublish.model_rebuild()
