from .base_model import BaseModel


class CategoryTree(BaseModel):
    categories: "CategoryTreeCategories"


class CategoryTreeCategories(BaseModel):
    nodes: list["CategoryTreeCategoriesNodes"]


class CategoryTreeCategoriesNodes(BaseModel):
    id: str
    name: str
    slug: str
    product_count: int
    children: "CategoryTreeCategoriesNodesChildren"


class CategoryTreeCategoriesNodesChildren(BaseModel):
    nodes: list["CategoryTreeCategoriesNodesChildrenNodes"]


class CategoryTreeCategoriesNodesChildrenNodes(BaseModel):
    id: str
    name: str
    slug: str
    product_count: int


CategoryTree.model_rebuild()
CategoryTreeCategories.model_rebuild()
CategoryTreeCategoriesNodes.model_rebuild()
CategoryTreeCategoriesNodesChildren.model_rebuild()
