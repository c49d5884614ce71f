// Asks a query by Apollo's client, which takes deferred parts: {url, query} on the input, and as
// output the data after each part.
import { readFileSync } from "node:fs";

import { ApolloClient, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { GraphQL17Alpha9Handler } from "@apollo/client/incremental";

const { url, query } = JSON.parse(readFileSync(0, "utf8"));
const client = new ApolloClient({
  link: new HttpLink({ uri: url }),
  cache: new InMemoryCache(),
  incrementalHandler: new GraphQL17Alpha9Handler(),
});
const told = [];
await new Promise((resolve, reject) => {
  client.watchQuery({ query: gql(query) }).subscribe(({ data, loading, error }) => {
    if (error) reject(error);
    if (data) told.push(data);
    if (!loading) resolve();
  });
});
const asked = (key, value) => (key === "__typename" ? undefined : value);
console.log(JSON.stringify(told, asked));
process.exit(0);
