// Composes the subgraphs that are being served: `node supergraph.mjs accounts=http://…/graphql …`.
// The supergraph that a gateway reads goes to the standard output.

import { composeServices } from "@theguild/federation-composition";
import { parse } from "graphql";

async function subgraph(argument) {
  const [name, url] = argument.split(/=(.*)/s);
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ query: "{ _service { sdl } }" }),
  });
  const { data } = await response.json();
  return { name, url, typeDefs: parse(data._service.sdl) };
}

const { errors, supergraphSdl } = composeServices(
  await Promise.all(process.argv.slice(2).map(subgraph)),
);
if (errors?.length) throw new Error(errors.map((error) => error.message).join("\n"));
process.stdout.write(supergraphSdl);
