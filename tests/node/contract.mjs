// Composes subgraphs to the contract that leaves out what carries a tag, with the two composers
// that make contracts. For each it gives the schema of the API.

import { composeSchemaContract } from "@theguild/federation-composition";
import { federateSubgraphsWithContracts } from "@wundergraph/composition";
import { parse, printSchema } from "graphql";
import { json } from "node:stream/consumers";

// WunderGraph asks this of sets, which Node 20 does not know yet.
Set.prototype.isDisjointFrom ??= function (other) {
  return ![...this].some((each) => other.has(each));
};

const { subgraphs, withoutTag } = await json(process.stdin);
const services = Object.entries(subgraphs).map(([name, { sdl, url }]) => ({
  name,
  url,
  typeDefs: parse(sdl),
}));

function accepted(result) {
  if (result.errors) throw new Error(result.errors.map(({ message }) => message).join("\n"));
  return result;
}

function guild() {
  const tags = { include: new Set(), exclude: new Set([withoutTag]) };
  return accepted(composeSchemaContract(services, tags)).publicSdl;
}

function wundergraph() {
  const tags = { tagNamesToInclude: new Set(), tagNamesToExclude: new Set([withoutTag]) };
  const { federationResultByContractName } = accepted(
    federateSubgraphsWithContracts({
      subgraphs: services.map(({ typeDefs, ...rest }) => ({ ...rest, definitions: typeDefs })),
      tagOptionsByContractName: new Map([["contract", tags]]),
    }),
  );
  const contract = accepted(federationResultByContractName.get("contract"));
  return printSchema(contract.federatedGraphClientSchema);
}

process.stdout.write(JSON.stringify({ guild: guild(), wundergraph: wundergraph() }));
