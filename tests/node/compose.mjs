// Composes subgraphs with three composers. For each it gives the supergraph that its gateway reads,
// and the schema of the API that clients then see.

import { composeServices as composeApollo } from "@apollo/composition";
import { composeServices as composeGuild } from "@theguild/federation-composition";
import { federateSubgraphs } from "@wundergraph/composition";
import { parse, print, printSchema } from "graphql";
import { json } from "node:stream/consumers";

const { subgraphs } = await json(process.stdin);
const services = Object.entries(subgraphs).map(([name, { sdl, url }]) => ({
  name,
  url,
  typeDefs: parse(sdl),
}));

function succeeded(composer, errors) {
  if (errors?.length) {
    throw new Error(`${composer}: ${errors.map((error) => error.message).join("\n")}`);
  }
}

function apollo() {
  const { errors, schema, supergraphSdl } = composeApollo(services);
  succeeded("@apollo/composition", errors);
  return {
    supergraph: supergraphSdl,
    api: printSchema(schema.toAPISchema().toGraphQLJSSchema()),
  };
}

function guild() {
  const { errors, supergraphSdl, publicSdl } = composeGuild(services);
  succeeded("@theguild/federation-composition", errors);
  return { supergraph: supergraphSdl, api: publicSdl };
}

function wundergraph() {
  const result = federateSubgraphs({
    subgraphs: services.map(({ name, url, typeDefs }) => ({ name, url, definitions: typeDefs })),
  });
  succeeded("@wundergraph/composition", result.errors);
  return {
    supergraph: print(result.federatedGraphAST),
    api: printSchema(result.federatedGraphClientSchema),
  };
}

const composed = { apollo: apollo(), guild: guild(), wundergraph: wundergraph() };
process.stdout.write(JSON.stringify(composed));
