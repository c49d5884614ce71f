// Serves a supergraph by @apollo/gateway: `node apollo-gateway.mjs supergraph.graphql 4000`.
// The gateway's own executor answers; Apollo Server around it would add no more than HTTP.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { json } from "node:stream/consumers";
import { ApolloGateway, RemoteGraphQLDataSource } from "@apollo/gateway";
import { getOperationAST, GraphQLError, parse, print, validate, visit } from "graphql";

process.env.APOLLO_TELEMETRY_DISABLED = "true";

const FORWARDED = ["authorization", "x-api-key", "x-cart-secret"];
const SECURITY = ["authenticated", "requiresScopes"];

// The gateway refuses a supergraph with directives that it would have to enforce and does not.
// The subgraphs enforce them.
function withoutSecurity(sdl) {
  const isSecurity = (node) => SECURITY.includes(node.name.value);
  const linksSecurity = (node) =>
    node.name.value === "link" &&
    node.arguments.some(({ name, value }) => name.value === "for" && value.value === "SECURITY");
  return print(
    visit(parse(sdl), {
      Directive: (node) => (isSecurity(node) || linksSecurity(node) ? null : undefined),
      DirectiveDefinition: (node) => (isSecurity(node) ? null : undefined),
    }),
  );
}

class Subgraph extends RemoteGraphQLDataSource {
  willSendRequest({ request, context }) {
    // The subgraphs' schemas are asked for before anybody asks anything.
    for (const name of FORWARDED.filter((each) => context?.[each])) {
      request.http.headers.set(name, context[name]);
    }
  }
}

function refusal(code, errors) {
  return { errors: errors.map(({ message }) => new GraphQLError(message, { extensions: { code } })) };
}

async function answer({ query, variables = {}, operationName }, headers) {
  let document;
  try {
    document = parse(query);
  } catch (error) {
    return refusal("GRAPHQL_PARSE_FAILED", [error]);
  }
  const invalid = validate(schema, document);
  if (invalid.length) return refusal("GRAPHQL_VALIDATION_FAILED", invalid);
  const operation = getOperationAST(document, operationName);
  if (!operation) {
    return refusal("OPERATION_RESOLUTION_FAILURE", [{ message: "Name one operation." }]);
  }
  const request = { query, variables, operationName };
  const asked = { request, document, schema, operation, operationName, queryHash: query };
  const { errors, ...result } = await executor({ ...asked, context: headers, metrics: {} });
  // What is wrong with the variables has no code yet, which Apollo Server would give it.
  for (const { extensions } of errors ?? []) extensions.code ??= "BAD_USER_INPUT";
  return { ...result, errors };
}

const [path, port] = process.argv.slice(2);
const gateway = new ApolloGateway({
  supergraphSdl: withoutSecurity(await readFile(path, "utf8")),
  buildService: (definition) => new Subgraph(definition),
});
const { schema, executor } = await gateway.load();

const server = createServer(async (request, response) => {
  const asked = request.method === "POST" ? await json(request) : { query: "{ __typename }" };
  const body = await answer(asked, request.headers);
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify(body));
});
server.listen(Number(port), "127.0.0.1");
process.once("SIGTERM", async () => {
  await gateway.stop();
  server.close();
  server.closeAllConnections();
});
