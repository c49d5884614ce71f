// The rule sets of @graphql-eslint that the schema and the operations follow, and where they do not.
// Editors that know ESLint can use it too; graphql.config.yml tells it what belongs together.
import { readFileSync } from "node:fs";
import graphql from "@graphql-eslint/eslint-plugin";
import { buildSchema } from "graphql";

const schema = buildSchema(
  readFileSync(new URL("../../schema.graphql", import.meta.url), "utf8"),
);

function typesOf(name) {
  return schema.getPossibleTypes(schema.getType(name)).map((type) => type.name);
}

// They say what something is or was, and nobody asks for one by itself.
const VALUES = [
  ...typesOf("Attribute"),
  "AccountSnapshot",
  "AttributeFacet",
  "CategoryFacet",
  "FacetValue",
  "Facets",
  "Media",
  "PublishedDocument",
  "JobUpdate",
  "Money",
  "OrderLine",
  "OrderLineSnapshot",
  "OrderSnapshot",
  "OrderUpdate",
  "PageInfo",
  "Payment",
  "PriceFacet",
  "PriceRange",
  "ProductOption",
  "ProductSnapshot",
  "SelectedOption",
  "ShippingAddress",
  "ShippingMethod",
  "Suggestion",
  "VariantSnapshot",
  "VariantUpdate",
];

function following(...names) {
  return {
    plugins: { "@graphql-eslint": graphql },
    languageOptions: { parser: graphql.parser },
    rules: Object.assign({}, ...names.map((name) => graphql.configs[`flat/${name}`].rules)),
  };
}

const ofSchema = following("schema-recommended", "schema-relay");
const ofOperations = following("operations-recommended");

export default [
  {
    ...ofSchema,
    files: ["schema.graphql"],
    rules: {
      ...ofSchema.rules,
      // What has an id of its own is a Node. A refusal, a value and what only carries others have
      // none: a client that kept them by one would keep what is not there any more.
      "@graphql-eslint/strict-id-in-types": [
        "error",
        {
          exceptions: {
            types: [...VALUES, ...typesOf("UserError")],
            suffixes: ["Connection", "Edge", "Payload"],
          },
        },
      ],
      // Lists are read forwards only: a cursor is a range of an index in one direction. Relay's
      // specification asks for one direction or both.
      "@graphql-eslint/relay-arguments": ["error", { includeBoth: false }],
      "@graphql-eslint/relay-edge-types": [
        "error",
        {
          // A connection has its `nodes` too, for clients that need no cursors; a payload has its
          // `errors`, and a short list with a known bound is no connection.
          listTypeCanWrapOnlyEdgeType: false,
          // A long list of values, such as the lines of an order, is read by pages as well.
          shouldImplementNode: false,
        },
      ],
    },
  },
  { ...ofOperations, files: ["client/operations/*.graphql", "rest/documents/**/*.graphql"] },
];
