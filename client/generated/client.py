from collections.abc import AsyncIterator
from typing import Any, Optional, Union

from .account_log_in import AccountLogIn, AccountLogInAccountLogIn
from .account_log_out import AccountLogOut, AccountLogOutAccountLogOut
from .account_refresh import AccountRefresh, AccountRefreshAccountRefresh
from .account_register import AccountRegister, AccountRegisterAccountRegister
from .base_model import UNSET, UnsetType
from .browse_products import BrowseProducts, BrowseProductsProducts
from .cart import Cart, CartCart
from .cart_create import CartCreate, CartCreateCartCreate
from .cart_lines_add import CartLinesAdd, CartLinesAddCartLinesAdd
from .cart_lines_remove import CartLinesRemove, CartLinesRemoveCartLinesRemove
from .cart_lines_update import CartLinesUpdate, CartLinesUpdateCartLinesUpdate
from .category_tree import CategoryTree, CategoryTreeCategories
from .checkout_complete import CheckoutComplete, CheckoutCompleteCheckoutComplete
from .documents_publish import DocumentsPublish, DocumentsPublishDocumentsPublish
from .enums import ProductSort
from .input_types import (
    AddressInput,
    CartLineInput,
    CartLineUpdateInput,
    OperationInput,
    PaymentInput,
    ProductFilterInput,
    SearchFilterInput,
)
from .order import Order, OrderOrder
from .order_cancel import OrderCancel, OrderCancelOrderCancel
from .order_deliver import OrderDeliver, OrderDeliverOrderDeliver
from .order_history import OrderHistory, OrderHistoryViewer
from .order_ship import OrderShip, OrderShipOrderShip
from .order_updated import OrderUpdated, OrderUpdatedOrderUpdated
from .orders_updated import OrdersUpdated, OrdersUpdatedOrdersUpdated
from .product_detail import ProductDetail, ProductDetailProduct
from .runner import OperationRunner
from .search import Search, SearchSearch
from .shipping_methods import ShippingMethods, ShippingMethodsShippingMethods
from .viewer import Viewer, ViewerViewer


def gql(q: str) -> str:
    return q


class ShopOperations(OperationRunner):
    async def account_log_in(
        self, email: str, password: str, **kwargs: Any
    ) -> AccountLogInAccountLogIn:
        query = gql("""
            mutation AccountLogIn($email: String!, $password: String!) {
              accountLogIn(email: $email, password: $password) {
                account {
                  ...AccountContent
                }
                accessToken
                expiresAt
                refreshToken
                errors {
                  __typename
                  ...Refusal
                }
              }
            }

            fragment AccountContent on Account {
              id
              email
              name
              role
            }

            fragment Refusal on UserError {
              code
              message
              path
            }
            """)
        variables: dict[str, object] = {"email": email, "password": password}
        response = await self.execute(
            query=query, operation_name="AccountLogIn", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return AccountLogIn.model_validate(data).account_log_in

    async def account_log_out(
        self, refresh_token: str, **kwargs: Any
    ) -> AccountLogOutAccountLogOut:
        query = gql("""
            mutation AccountLogOut($refreshToken: String!) {
              accountLogOut(refreshToken: $refreshToken) {
                errors {
                  __typename
                  ...Refusal
                }
              }
            }

            fragment Refusal on UserError {
              code
              message
              path
            }
            """)
        variables: dict[str, object] = {"refreshToken": refresh_token}
        response = await self.execute(
            query=query, operation_name="AccountLogOut", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return AccountLogOut.model_validate(data).account_log_out

    async def account_refresh(
        self, refresh_token: str, **kwargs: Any
    ) -> AccountRefreshAccountRefresh:
        query = gql("""
            mutation AccountRefresh($refreshToken: String!) {
              accountRefresh(refreshToken: $refreshToken) {
                account {
                  ...AccountContent
                }
                accessToken
                expiresAt
                refreshToken
                errors {
                  __typename
                  ...Refusal
                }
              }
            }

            fragment AccountContent on Account {
              id
              email
              name
              role
            }

            fragment Refusal on UserError {
              code
              message
              path
            }
            """)
        variables: dict[str, object] = {"refreshToken": refresh_token}
        response = await self.execute(
            query=query, operation_name="AccountRefresh", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return AccountRefresh.model_validate(data).account_refresh

    async def account_register(
        self,
        email: str,
        password: str,
        name: Union[Optional[str], UnsetType] = UNSET,
        idempotency_key: Union[Optional[str], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> AccountRegisterAccountRegister:
        query = gql("""
            mutation AccountRegister($email: String!, $password: String!, $name: String = "", $idempotencyKey: String) {
              accountRegister(
                email: $email
                password: $password
                name: $name
                idempotencyKey: $idempotencyKey
              ) {
                account {
                  ...AccountContent
                }
                accessToken
                expiresAt
                refreshToken
                errors {
                  __typename
                  ...Refusal
                  ... on PasswordLengthRefused {
                    minimum
                    maximum
                  }
                  ... on NameTooLong {
                    maximum
                  }
                }
              }
            }

            fragment AccountContent on Account {
              id
              email
              name
              role
            }

            fragment Refusal on UserError {
              code
              message
              path
            }
            """)
        variables: dict[str, object] = {
            "email": email,
            "password": password,
            "name": name,
            "idempotencyKey": idempotency_key,
        }
        response = await self.execute(
            query=query, operation_name="AccountRegister", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return AccountRegister.model_validate(data).account_register

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

    async def cart(
        self, id: Union[Optional[str], UnsetType] = UNSET, **kwargs: Any
    ) -> Optional[CartCart]:
        query = gql("""
            query Cart($id: ID) {
              cart(id: $id) {
                ...CartContent
              }
            }

            fragment CartContent on Cart {
              id
              version
              itemCount
              subtotal {
                ...Price
              }
              lines(first: 100) {
                nodes {
                  id
                  quantity
                  priceChanged
                  unitPrice {
                    ...Price
                  }
                  total {
                    ...Price
                  }
                  variant {
                    id
                    sku
                    name
                    inStock
                  }
                }
              }
            }

            fragment Price on Money {
              amount
              currency
              minorUnits
            }
            """)
        variables: dict[str, object] = {"id": id}
        response = await self.execute(
            query=query, operation_name="Cart", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return Cart.model_validate(data).cart

    async def cart_create(
        self,
        lines: Union[Optional[list[CartLineInput]], UnsetType] = UNSET,
        idempotency_key: Union[Optional[str], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> CartCreateCartCreate:
        query = gql("""
            mutation CartCreate($lines: [CartLineInput!], $idempotencyKey: String) {
              cartCreate(lines: $lines, idempotencyKey: $idempotencyKey) {
                secret
                cart {
                  ...CartContent
                }
                errors {
                  __typename
                  ...Refusal
                  ... on OutOfStock {
                    available
                    variant {
                      id
                      name
                    }
                  }
                  ... on QuantityOutOfRange {
                    minimum
                    maximum
                  }
                  ... on CurrencyMismatch {
                    cartCurrency
                    variantCurrency
                  }
                  ... on TooManyLines {
                    maximum
                  }
                }
              }
            }

            fragment CartContent on Cart {
              id
              version
              itemCount
              subtotal {
                ...Price
              }
              lines(first: 100) {
                nodes {
                  id
                  quantity
                  priceChanged
                  unitPrice {
                    ...Price
                  }
                  total {
                    ...Price
                  }
                  variant {
                    id
                    sku
                    name
                    inStock
                  }
                }
              }
            }

            fragment Price on Money {
              amount
              currency
              minorUnits
            }

            fragment Refusal on UserError {
              code
              message
              path
            }
            """)
        variables: dict[str, object] = {
            "lines": lines,
            "idempotencyKey": idempotency_key,
        }
        response = await self.execute(
            query=query, operation_name="CartCreate", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return CartCreate.model_validate(data).cart_create

    async def cart_lines_add(
        self,
        lines: list[CartLineInput],
        cart: Union[Optional[str], UnsetType] = UNSET,
        expected_version: Union[Optional[int], UnsetType] = UNSET,
        idempotency_key: Union[Optional[str], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> CartLinesAddCartLinesAdd:
        query = gql("""
            mutation CartLinesAdd($lines: [CartLineInput!]!, $cart: ID, $expectedVersion: Int, $idempotencyKey: String) {
              cartLinesAdd(
                lines: $lines
                cart: $cart
                expectedVersion: $expectedVersion
                idempotencyKey: $idempotencyKey
              ) {
                cart {
                  ...CartContent
                }
                errors {
                  __typename
                  ...Refusal
                  ... on VersionConflict {
                    current
                  }
                  ... on OutOfStock {
                    available
                    variant {
                      id
                      name
                    }
                  }
                  ... on QuantityOutOfRange {
                    minimum
                    maximum
                  }
                  ... on CurrencyMismatch {
                    cartCurrency
                    variantCurrency
                  }
                  ... on TooManyLines {
                    maximum
                  }
                }
              }
            }

            fragment CartContent on Cart {
              id
              version
              itemCount
              subtotal {
                ...Price
              }
              lines(first: 100) {
                nodes {
                  id
                  quantity
                  priceChanged
                  unitPrice {
                    ...Price
                  }
                  total {
                    ...Price
                  }
                  variant {
                    id
                    sku
                    name
                    inStock
                  }
                }
              }
            }

            fragment Price on Money {
              amount
              currency
              minorUnits
            }

            fragment Refusal on UserError {
              code
              message
              path
            }
            """)
        variables: dict[str, object] = {
            "lines": lines,
            "cart": cart,
            "expectedVersion": expected_version,
            "idempotencyKey": idempotency_key,
        }
        response = await self.execute(
            query=query, operation_name="CartLinesAdd", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return CartLinesAdd.model_validate(data).cart_lines_add

    async def cart_lines_remove(
        self,
        lines: list[str],
        cart: Union[Optional[str], UnsetType] = UNSET,
        expected_version: Union[Optional[int], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> CartLinesRemoveCartLinesRemove:
        query = gql("""
            mutation CartLinesRemove($lines: [ID!]!, $cart: ID, $expectedVersion: Int) {
              cartLinesRemove(lines: $lines, cart: $cart, expectedVersion: $expectedVersion) {
                cart {
                  ...CartContent
                }
                errors {
                  __typename
                  ...Refusal
                  ... on VersionConflict {
                    current
                  }
                }
              }
            }

            fragment CartContent on Cart {
              id
              version
              itemCount
              subtotal {
                ...Price
              }
              lines(first: 100) {
                nodes {
                  id
                  quantity
                  priceChanged
                  unitPrice {
                    ...Price
                  }
                  total {
                    ...Price
                  }
                  variant {
                    id
                    sku
                    name
                    inStock
                  }
                }
              }
            }

            fragment Price on Money {
              amount
              currency
              minorUnits
            }

            fragment Refusal on UserError {
              code
              message
              path
            }
            """)
        variables: dict[str, object] = {
            "lines": lines,
            "cart": cart,
            "expectedVersion": expected_version,
        }
        response = await self.execute(
            query=query, operation_name="CartLinesRemove", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return CartLinesRemove.model_validate(data).cart_lines_remove

    async def cart_lines_update(
        self,
        lines: list[CartLineUpdateInput],
        cart: Union[Optional[str], UnsetType] = UNSET,
        expected_version: Union[Optional[int], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> CartLinesUpdateCartLinesUpdate:
        query = gql("""
            mutation CartLinesUpdate($lines: [CartLineUpdateInput!]!, $cart: ID, $expectedVersion: Int) {
              cartLinesUpdate(lines: $lines, cart: $cart, expectedVersion: $expectedVersion) {
                cart {
                  ...CartContent
                }
                errors {
                  __typename
                  ...Refusal
                  ... on VersionConflict {
                    current
                  }
                  ... on OutOfStock {
                    available
                    variant {
                      id
                      name
                    }
                  }
                  ... on QuantityOutOfRange {
                    minimum
                    maximum
                  }
                  ... on CurrencyMismatch {
                    cartCurrency
                    variantCurrency
                  }
                }
              }
            }

            fragment CartContent on Cart {
              id
              version
              itemCount
              subtotal {
                ...Price
              }
              lines(first: 100) {
                nodes {
                  id
                  quantity
                  priceChanged
                  unitPrice {
                    ...Price
                  }
                  total {
                    ...Price
                  }
                  variant {
                    id
                    sku
                    name
                    inStock
                  }
                }
              }
            }

            fragment Price on Money {
              amount
              currency
              minorUnits
            }

            fragment Refusal on UserError {
              code
              message
              path
            }
            """)
        variables: dict[str, object] = {
            "lines": lines,
            "cart": cart,
            "expectedVersion": expected_version,
        }
        response = await self.execute(
            query=query, operation_name="CartLinesUpdate", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return CartLinesUpdate.model_validate(data).cart_lines_update

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

    async def checkout_complete(
        self,
        cart: str,
        shipping_method: str,
        payment: PaymentInput,
        email: Union[Optional[str], UnsetType] = UNSET,
        shipping_address: Union[Optional[AddressInput], UnsetType] = UNSET,
        address_id: Union[Optional[str], UnsetType] = UNSET,
        expected_version: Union[Optional[int], UnsetType] = UNSET,
        idempotency_key: Union[Optional[str], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> CheckoutCompleteCheckoutComplete:
        query = gql("""
            mutation CheckoutComplete($cart: ID!, $shippingMethod: String!, $payment: PaymentInput!, $email: String, $shippingAddress: AddressInput, $addressId: ID, $expectedVersion: Int, $idempotencyKey: String) {
              checkoutComplete(
                cart: $cart
                shippingMethod: $shippingMethod
                payment: $payment
                email: $email
                shippingAddress: $shippingAddress
                addressId: $addressId
                expectedVersion: $expectedVersion
                idempotencyKey: $idempotencyKey
              ) {
                order {
                  ...OrderContent
                }
                errors {
                  __typename
                  ...Refusal
                  ... on VersionConflict {
                    current
                  }
                  ... on OutOfStock {
                    available
                    variant {
                      id
                      name
                    }
                  }
                  ... on PriceChanged {
                    was {
                      ...Price
                    }
                    now {
                      ...Price
                    }
                    variant {
                      id
                      name
                    }
                  }
                  ... on CartAlreadyOrdered {
                    order {
                      id
                    }
                  }
                  ... on PaymentDeclined {
                    reason
                  }
                }
              }
            }

            fragment OrderContent on Order {
              ...OrderState
              email
              subtotal {
                ...Price
              }
              shipping {
                ...Price
              }
              shippingAddress {
                recipient
                line1
                line2
                postalCode
                city
                region
                countryCode
              }
              shippingMethod {
                code
                name
              }
              lines(first: 100) {
                nodes {
                  sku
                  name
                  quantity
                  unitPrice {
                    ...Price
                  }
                  total {
                    ...Price
                  }
                }
              }
              payments(first: 10) {
                nodes {
                  status
                  declineReason
                  amount {
                    ...Price
                  }
                }
              }
            }

            fragment OrderState on Order {
              id
              number
              status
              version
              placedAt
              availableTransitions
              total {
                ...Price
              }
            }

            fragment Price on Money {
              amount
              currency
              minorUnits
            }

            fragment Refusal on UserError {
              code
              message
              path
            }
            """)
        variables: dict[str, object] = {
            "cart": cart,
            "shippingMethod": shipping_method,
            "payment": payment,
            "email": email,
            "shippingAddress": shipping_address,
            "addressId": address_id,
            "expectedVersion": expected_version,
            "idempotencyKey": idempotency_key,
        }
        response = await self.execute(
            query=query,
            operation_name="CheckoutComplete",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return CheckoutComplete.model_validate(data).checkout_complete

    async def documents_publish(
        self, operations: list[OperationInput], **kwargs: Any
    ) -> Optional[DocumentsPublishDocumentsPublish]:
        query = gql("""
            mutation DocumentsPublish($operations: [OperationInput!]!) {
              documentsPublish(operations: $operations) {
                documents {
                  name
                  sha256
                  cost
                  statements
                  isNew
                }
                errors {
                  __typename
                  ... on UserError {
                    code
                    message
                    path
                  }
                  ... on DocumentRefused {
                    name
                    reason
                    line
                    column
                  }
                }
              }
            }
            """)
        variables: dict[str, object] = {"operations": operations}
        response = await self.execute(
            query=query,
            operation_name="DocumentsPublish",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return DocumentsPublish.model_validate(data).documents_publish

    async def order(self, id: str, **kwargs: Any) -> Optional[OrderOrder]:
        query = gql("""
            query Order($id: ID!) {
              order(id: $id) {
                ...OrderContent
              }
            }

            fragment OrderContent on Order {
              ...OrderState
              email
              subtotal {
                ...Price
              }
              shipping {
                ...Price
              }
              shippingAddress {
                recipient
                line1
                line2
                postalCode
                city
                region
                countryCode
              }
              shippingMethod {
                code
                name
              }
              lines(first: 100) {
                nodes {
                  sku
                  name
                  quantity
                  unitPrice {
                    ...Price
                  }
                  total {
                    ...Price
                  }
                }
              }
              payments(first: 10) {
                nodes {
                  status
                  declineReason
                  amount {
                    ...Price
                  }
                }
              }
            }

            fragment OrderState on Order {
              id
              number
              status
              version
              placedAt
              availableTransitions
              total {
                ...Price
              }
            }

            fragment Price on Money {
              amount
              currency
              minorUnits
            }
            """)
        variables: dict[str, object] = {"id": id}
        response = await self.execute(
            query=query, operation_name="Order", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return Order.model_validate(data).order

    async def order_cancel(
        self,
        order: str,
        expected_version: Union[Optional[int], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> OrderCancelOrderCancel:
        query = gql("""
            mutation OrderCancel($order: ID!, $expectedVersion: Int) {
              orderCancel(order: $order, expectedVersion: $expectedVersion) {
                order {
                  ...OrderState
                }
                errors {
                  __typename
                  ...Refusal
                  ... on VersionConflict {
                    current
                  }
                  ... on IllegalTransition {
                    from
                    to
                    available
                  }
                }
              }
            }

            fragment OrderState on Order {
              id
              number
              status
              version
              placedAt
              availableTransitions
              total {
                ...Price
              }
            }

            fragment Price on Money {
              amount
              currency
              minorUnits
            }

            fragment Refusal on UserError {
              code
              message
              path
            }
            """)
        variables: dict[str, object] = {
            "order": order,
            "expectedVersion": expected_version,
        }
        response = await self.execute(
            query=query, operation_name="OrderCancel", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return OrderCancel.model_validate(data).order_cancel

    async def order_deliver(
        self,
        order: str,
        expected_version: Union[Optional[int], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> Optional[OrderDeliverOrderDeliver]:
        query = gql("""
            mutation OrderDeliver($order: ID!, $expectedVersion: Int) {
              orderDeliver(order: $order, expectedVersion: $expectedVersion) {
                order {
                  ...OrderState
                }
                errors {
                  __typename
                  ...Refusal
                  ... on VersionConflict {
                    current
                  }
                  ... on IllegalTransition {
                    from
                    to
                    available
                  }
                }
              }
            }

            fragment OrderState on Order {
              id
              number
              status
              version
              placedAt
              availableTransitions
              total {
                ...Price
              }
            }

            fragment Price on Money {
              amount
              currency
              minorUnits
            }

            fragment Refusal on UserError {
              code
              message
              path
            }
            """)
        variables: dict[str, object] = {
            "order": order,
            "expectedVersion": expected_version,
        }
        response = await self.execute(
            query=query, operation_name="OrderDeliver", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return OrderDeliver.model_validate(data).order_deliver

    async def order_history(
        self,
        first: Union[Optional[int], UnsetType] = UNSET,
        after: Union[Optional[str], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> Optional[OrderHistoryViewer]:
        query = gql("""
            query OrderHistory($first: Int = 20, $after: String) {
              viewer {
                id
                orders(first: $first, after: $after) {
                  totalCount
                  nodes {
                    ...OrderState
                  }
                  pageInfo {
                    hasNextPage
                    endCursor
                  }
                }
              }
            }

            fragment OrderState on Order {
              id
              number
              status
              version
              placedAt
              availableTransitions
              total {
                ...Price
              }
            }

            fragment Price on Money {
              amount
              currency
              minorUnits
            }
            """)
        variables: dict[str, object] = {"first": first, "after": after}
        response = await self.execute(
            query=query, operation_name="OrderHistory", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return OrderHistory.model_validate(data).viewer

    async def order_ship(
        self,
        order: str,
        expected_version: Union[Optional[int], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> Optional[OrderShipOrderShip]:
        query = gql("""
            mutation OrderShip($order: ID!, $expectedVersion: Int) {
              orderShip(order: $order, expectedVersion: $expectedVersion) {
                order {
                  ...OrderState
                }
                errors {
                  __typename
                  ...Refusal
                  ... on VersionConflict {
                    current
                  }
                  ... on IllegalTransition {
                    from
                    to
                    available
                  }
                }
              }
            }

            fragment OrderState on Order {
              id
              number
              status
              version
              placedAt
              availableTransitions
              total {
                ...Price
              }
            }

            fragment Price on Money {
              amount
              currency
              minorUnits
            }

            fragment Refusal on UserError {
              code
              message
              path
            }
            """)
        variables: dict[str, object] = {
            "order": order,
            "expectedVersion": expected_version,
        }
        response = await self.execute(
            query=query, operation_name="OrderShip", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return OrderShip.model_validate(data).order_ship

    async def order_updated(
        self, id: str, after: Union[Optional[str], UnsetType] = UNSET, **kwargs: Any
    ) -> AsyncIterator[OrderUpdatedOrderUpdated]:
        query = gql("""
            subscription OrderUpdated($id: ID!, $after: String) {
              orderUpdated(id: $id, after: $after) {
                cursor
                eventId
                eventType
                occurredAt
                order {
                  ...OrderState
                }
              }
            }

            fragment OrderState on Order {
              id
              number
              status
              version
              placedAt
              availableTransitions
              total {
                ...Price
              }
            }

            fragment Price on Money {
              amount
              currency
              minorUnits
            }
            """)
        variables: dict[str, object] = {"id": id, "after": after}
        async for data in self.execute_ws(
            query=query, operation_name="OrderUpdated", variables=variables, **kwargs
        ):
            yield OrderUpdated.model_validate(data).order_updated

    async def orders_updated(
        self, after: Union[Optional[str], UnsetType] = UNSET, **kwargs: Any
    ) -> AsyncIterator[OrdersUpdatedOrdersUpdated]:
        query = gql("""
            subscription OrdersUpdated($after: String) {
              ordersUpdated(after: $after) {
                cursor
                eventId
                eventType
                occurredAt
                order {
                  ...OrderState
                }
              }
            }

            fragment OrderState on Order {
              id
              number
              status
              version
              placedAt
              availableTransitions
              total {
                ...Price
              }
            }

            fragment Price on Money {
              amount
              currency
              minorUnits
            }
            """)
        variables: dict[str, object] = {"after": after}
        async for data in self.execute_ws(
            query=query, operation_name="OrdersUpdated", variables=variables, **kwargs
        ):
            yield OrdersUpdated.model_validate(data).orders_updated

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
                  id
                  breadcrumbs {
                    id
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
                    slug
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

    async def shipping_methods(
        self, currency: str, **kwargs: Any
    ) -> ShippingMethodsShippingMethods:
        query = gql("""
            query ShippingMethods($currency: CurrencyCode!) {
              shippingMethods(currency: $currency, first: 20) {
                nodes {
                  code
                  name
                  price {
                    ...Price
                  }
                }
              }
            }

            fragment Price on Money {
              amount
              currency
              minorUnits
            }
            """)
        variables: dict[str, object] = {"currency": currency}
        response = await self.execute(
            query=query, operation_name="ShippingMethods", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return ShippingMethods.model_validate(data).shipping_methods

    async def viewer(self, **kwargs: Any) -> Optional[ViewerViewer]:
        query = gql("""
            query Viewer {
              viewer {
                ...AccountContent
                addresses(first: 50) {
                  nodes {
                    id
                    recipient
                    line1
                    line2
                    postalCode
                    city
                    region
                    countryCode
                  }
                }
              }
            }

            fragment AccountContent on Account {
              id
              email
              name
              role
            }
            """)
        variables: dict[str, object] = {}
        response = await self.execute(
            query=query, operation_name="Viewer", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return Viewer.model_validate(data).viewer
