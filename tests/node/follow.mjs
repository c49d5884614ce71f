// Follows an order as the programs of users do, by the client that is named.
//
// A line "following" is written once its state is told, so that it can move then. At the end comes
// what was told, as JSON: the events that were `followed`, those `resumed` after the cursor of the
// state, and why an order that is not there and a token that is none were refused.
import { readFileSync } from "node:fs";

import { ApolloClient, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { createClient as createEventsClient } from "graphql-sse";
import { createClient as createSocketClient } from "graphql-ws";
import WebSocket from "ws";

// As in browsers, and Node 22: Apollo's client looks for it here.
globalThis.WebSocket ??= WebSocket;

const { client, url, token, query, order, absent } = JSON.parse(readFileSync(0, "utf8"));

const socket = (connectionParams) =>
  createSocketClient({ url: url.replace("http", "ws"), connectionParams });

// Each yields the results of a subscription, and throws the error that ends one.
const clients = {
  "graphql-ws": (headers) => iterating(socket(headers)),
  "graphql-sse": (headers) => iterating(createEventsClient({ url, headers })),
  "apollo multipart": (headers) => apollo(new HttpLink({ uri: url, headers })),
  "apollo socket": (headers) => apollo(new GraphQLWsLink(socket(headers))),
};

function iterating(client) {
  return (variables) => client.iterate({ query, variables });
}

function apollo(link) {
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  return (variables) => results(client.subscribe({ query: gql(query), variables }));
}

async function* results(observable) {
  const told = [];
  let wake = () => {};
  const subscription = observable.subscribe({
    next: (result) => wake(told.push({ result })),
    error: (error) => wake(told.push({ error })),
    complete: () => wake(told.push({ done: true })),
  });
  try {
    for (;;) {
      if (!told.length) await new Promise((resolve) => (wake = resolve));
      const { result, error, done } = told.shift();
      if (done) return;
      if (error) throw error;
      yield result;
    }
  } finally {
    subscription.unsubscribe();
  }
}

// Why a subscription is refused: the codes of its errors, or how its connection ended.
async function refusal(subscription) {
  try {
    for await (const result of subscription) return codes(result.error ?? result);
    return "nothing was told";
  } catch (error) {
    return codes(error);
  }
}

function codes(error) {
  const errors = Array.isArray(error) ? error : error.errors;
  return errors?.map(({ extensions }) => extensions.code) ?? error.code ?? error.message;
}

const subscribe = clients[client]({ authorization: token });
const followed = [];
let first;
for await (const { data } of subscribe({ id: order })) {
  first ??= data.orderUpdated.cursor;
  followed.push(data.orderUpdated.eventType);
  if (followed.length === 1) console.log("following");
  if (followed.length === 3) break;
}
const resumed = [];
for await (const { data } of subscribe({ id: order, after: first })) {
  resumed.push(data.orderUpdated.eventType);
  if (resumed.length === 2) break;
}
const stranger = clients[client]({ authorization: "Bearer false" });
const refused = {
  absent: await refusal(subscribe({ id: absent })),
  stranger: await refusal(stranger({ id: order })),
};
console.log(JSON.stringify({ followed, resumed, refused }));
process.exit(0);
