from typing import Any, Optional, Union

from .base_model import UNSET, UnsetType
from .browse_products import BrowseProducts, BrowseProductsProducts
from .category_tree import CategoryTree, CategoryTreeCategories
from .enums import ProductSort
from .input_types import ProductFilterInput, SearchFilterInput
from .product_detail import ProductDetail, ProductDetailProduct
from .runner import OperationRunner
from .search import Search, SearchSearch


def gql(q: str) -> str:
    return q


class ShopOperations(OperationRunner):
    async def browse_products(
        self,
        first: Union[Optional[int], UnsetType] = UNSET,
        after: Union[Optional[str], UnsetType] = UNSET,
        filter_: Union[Optional[ProductFilterInput], UnsetType] = UNSET,
        sort: Union[Optional[ProductSort], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> BrowseProductsProducts:
        query = gql("""
            query BrowseProducts($first: Int = 12, $after: String, $filter: ProductFilterInput, $sort: ProductSort = NAME) {
              products(first: $first, after: $after, filter: $filter, sort: $sort) {
                totalCount
                nodes {
                  id
                  slug
                  name
                  brand
                  inStock
                  priceRange {
                    lowest {
                      amount
                      currency
                    }
                    highest {
                      amount
                      currency
                    }
                  }
                  media(first: 1) {
                    nodes {
                      url
                      altText
                    }
                  }
                }
                pageInfo {
                  hasNextPage
                  endCursor
                }
              }
            }
            """)
        variables: dict[str, object] = {
            "first": first,
            "after": after,
            "filter": filter_,
            "sort": sort,
        }
        response = await self.execute(
            query=query, operation_name="BrowseProducts", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return BrowseProducts.model_validate(data).products

    async def category_tree(self, **kwargs: Any) -> CategoryTreeCategories:
        query = gql("""
            query CategoryTree {
              categories {
                nodes {
                  id
                  name
                  slug
                  productCount
                  children {
                    nodes {
                      id
                      name
                      slug
                      productCount
                    }
                  }
                }
              }
            }
            """)
        variables: dict[str, object] = {}
        response = await self.execute(
            query=query, operation_name="CategoryTree", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return CategoryTree.model_validate(data).categories

    async def product_detail(
        self, slug: str, **kwargs: Any
    ) -> Optional[ProductDetailProduct]:
        query = gql("""
            query ProductDetail($slug: String!) {
              product(slug: $slug) {
                id
                name
                brand
                description
                category {
                  breadcrumbs {
                    name
                    slug
                  }
                }
                media(first: 5) {
                  nodes {
                    url
                    altText
                  }
                }
                options {
                  name
                  values
                }
                variants(first: 50) {
                  nodes {
                    id
                    sku
                    inStock
                    options {
                      name
                      value
                    }
                    price {
                      amount
                      currency
                    }
                  }
                }
                attributes(first: 30) {
                  nodes {
                    __typename
                    key
                    name
                    ... on TextAttribute {
                      words: values
                    }
                    ... on NumberAttribute {
                      numbers: values
                    }
                    ... on BooleanAttribute {
                      value
                    }
                  }
                }
              }
            }
            """)
        variables: dict[str, object] = {"slug": slug}
        response = await self.execute(
            query=query, operation_name="ProductDetail", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return ProductDetail.model_validate(data).product

    async def search(
        self,
        query: str,
        first: Union[Optional[int], UnsetType] = UNSET,
        after: Union[Optional[str], UnsetType] = UNSET,
        filter_: Union[Optional[SearchFilterInput], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> SearchSearch:
        _query = gql("""
            query Search($query: String!, $first: Int = 12, $after: String, $filter: SearchFilterInput) {
              search(query: $query, first: $first, after: $after, filter: $filter) {
                totalCount
                edges {
                  highlight
                  node {
                    id
                    name
                    brand
                    inStock
                    priceRange {
                      lowest {
                        amount
                        currency
                      }
                    }
                  }
                }
                facets {
                  brands {
                    value
                    count
                  }
                  categories {
                    count
                    category {
                      id
                      name
                    }
                  }
                }
                pageInfo {
                  hasNextPage
                  endCursor
                }
              }
            }
            """)
        variables: dict[str, object] = {
            "query": query,
            "first": first,
            "after": after,
            "filter": filter_,
        }
        response = await self.execute(
            query=_query, operation_name="Search", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return Search.model_validate(data).search
