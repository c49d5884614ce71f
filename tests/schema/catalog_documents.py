"""The mutations of the catalogue, each with what it needs and no more."""

MUTATIONS = {
    "productCreate": 'productCreate(name: "Cup", category: $category, currency: "EUR")',
    "productUpdate": 'productUpdate(id: $product, name: "Cup")',
    "productPublish": "productPublish(id: $product)",
    "productRetire": "productRetire(id: $product)",
    "variantCreate": 'variantCreate(product: $product, variant: {sku: "CUP", price: 1})',
    "variantUpdate": 'variantUpdate(id: $variant, sku: "CUP")',
    "variantDelete": "variantDelete(id: $variant)",
    "variantPricesSet": "variantPricesSet(prices: [{variant: $variant, price: 1}])",
    "variantStocksSet": "variantStocksSet(stocks: [{variant: $variant, onHand: 1}])",
}
