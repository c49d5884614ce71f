import { defineConfig } from "@graphql-hive/gateway";
import { useLocatedErrors } from "./located-errors.mjs";

function given({ headers }, name) {
  return Object.entries(headers).find(([each]) => each.toLowerCase() === name)?.[1];
}

export const gatewayConfig = defineConfig({
  // Each subgraph finds out for itself who asks: by headers, or by what a socket began with.
  propagateHeaders: {
    fromClientToSubgraphs: ({ context }) => ({
      authorization: given(context, "authorization"),
      "x-api-key": given(context, "x-api-key"),
      "x-cart-secret": given(context, "x-cart-secret"),
    }),
  },
  // An error keeps its own code, and tells nobody how the graph is cut.
  subgraphErrors: { subgraphNameProp: false },
  // Root fields of one subgraph are asked for one by one. Asked for together, an error that makes
  // one of them null takes the data of the others along, and the gateway tells clients of an
  // INTERNAL_SERVER_ERROR there in place of the error's own path and code.
  __experimental__batchExecution: false,
  // What is wrong with the variables of a request is found by the gateway, and has no code yet.
  plugins: () => [
    useLocatedErrors(),
    {
      onResultProcess({ result }) {
        for (const error of result.errors ?? []) error.extensions.code ??= "BAD_USER_INPUT";
      },
    },
  ],
});
