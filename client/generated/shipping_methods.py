from .base_model import BaseModel
from .fragments import Price


class ShippingMethods(BaseModel):
    shipping_methods: "ShippingMethodsShippingMethods"


class ShippingMethodsShippingMethods(BaseModel):
    nodes: list["ShippingMethodsShippingMethodsNodes"]


class ShippingMethodsShippingMethodsNodes(BaseModel):
    code: str
    name: str
    price: "ShippingMethodsShippingMethodsNodesPrice"


ShippingMethodsShippingMethodsNodesPrice = Price
ShippingMethods.model_rebuild()
ShippingMethodsShippingMethods.model_rebuild()
ShippingMethodsShippingMethodsNodes.model_rebuild()
