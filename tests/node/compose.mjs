// Composes subgraphs with three composers. For each it gives the supergraph that its gateway reads,
// and the schema of the API that clients then see. What any of them refuses is told by all.

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

function apollo() {
  const { errors, schema, supergraphSdl } = composeApollo(services);
  if (errors) return { errors };
  const api = printSchema(schema.toAPISchema().toGraphQLJSSchema());
  return { supergraph: supergraphSdl, api };
}

function guild() {
  const { errors, supergraphSdl, publicSdl } = composeGuild(services);
  return errors ? { errors } : { supergraph: supergraphSdl, api: publicSdl };
}

function wundergraph() {
  const { errors, federatedGraphAST, federatedGraphClientSchema } = federateSubgraphs({
    subgraphs: services.map(({ typeDefs, ...rest }) => ({ ...rest, definitions: typeDefs })),
  });
  if (errors) return { errors };
  return { supergraph: print(federatedGraphAST), api: printSchema(federatedGraphClientSchema) };
}

const composed = { apollo: apollo(), guild: guild(), wundergraph: wundergraph() };
const refusals = Object.entries(composed).flatMap(([composer, { errors = [] }]) =>
  errors.map(({ message }) => `${composer}: ${message}`),
);
if (refusals.length) {
  console.error(refusals.join("\n"));
  process.exit(1);
}
process.stdout.write(JSON.stringify(composed));
