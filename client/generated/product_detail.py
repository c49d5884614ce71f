from decimal import Decimal
from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel


class ProductDetail(BaseModel):
    product: Optional["ProductDetailProduct"]


class ProductDetailProduct(BaseModel):
    id: str
    name: str
    brand: Optional[str]
    description: str
    category: Optional["ProductDetailProductCategory"]
    media: "ProductDetailProductMedia"
    options: list["ProductDetailProductOptions"]
    variants: "ProductDetailProductVariants"
    attributes: "ProductDetailProductAttributes"


class ProductDetailProductCategory(BaseModel):
    id: str
    breadcrumbs: list["ProductDetailProductCategoryBreadcrumbs"]


class ProductDetailProductCategoryBreadcrumbs(BaseModel):
    id: str
    name: str
    slug: str


class ProductDetailProductMedia(BaseModel):
    nodes: list["ProductDetailProductMediaNodes"]


class ProductDetailProductMediaNodes(BaseModel):
    url: str
    alt_text: str


class ProductDetailProductOptions(BaseModel):
    name: str
    values: list[str]


class ProductDetailProductVariants(BaseModel):
    nodes: list["ProductDetailProductVariantsNodes"]


class ProductDetailProductVariantsNodes(BaseModel):
    id: str
    sku: str
    in_stock: bool
    options: list["ProductDetailProductVariantsNodesOptions"]
    price: "ProductDetailProductVariantsNodesPrice"


class ProductDetailProductVariantsNodesOptions(BaseModel):
    name: str
    value: str


class ProductDetailProductVariantsNodesPrice(BaseModel):
    amount: Decimal
    currency: str


class ProductDetailProductAttributes(BaseModel):
    nodes: list[
        Annotated[
            Union[
                "ProductDetailProductAttributesNodesAttribute",
                "ProductDetailProductAttributesNodesBooleanAttribute",
                "ProductDetailProductAttributesNodesNumberAttribute",
                "ProductDetailProductAttributesNodesTextAttribute",
            ],
            Field(discriminator="typename__"),
        ]
    ]


class ProductDetailProductAttributesNodesAttribute(BaseModel):
    typename__: Literal["Attribute"] = Field(alias="__typename")
    key: str
    name: str


class ProductDetailProductAttributesNodesBooleanAttribute(BaseModel):
    typename__: Literal["BooleanAttribute"] = Field(alias="__typename")
    key: str
    name: str
    value: bool


class ProductDetailProductAttributesNodesNumberAttribute(BaseModel):
    typename__: Literal["NumberAttribute"] = Field(alias="__typename")
    key: str
    name: str
    numbers: list[Decimal]


class ProductDetailProductAttributesNodesTextAttribute(BaseModel):
    typename__: Literal["TextAttribute"] = Field(alias="__typename")
    key: str
    name: str
    words: list[str]


ProductDetail.model_rebuild()
ProductDetailProduct.model_rebuild()
ProductDetailProductCategory.model_rebuild()
ProductDetailProductMedia.model_rebuild()
ProductDetailProductVariants.model_rebuild()
ProductDetailProductVariantsNodes.model_rebuild()
ProductDetailProductAttributes.model_rebuild()
