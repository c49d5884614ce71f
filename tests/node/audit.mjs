// Audits an endpoint by the GraphQL-over-HTTP specification. Takes its address; tells each audit's
// id, name and status, and of a failed one the reason and the answer.
import { auditServer } from "graphql-http";
import { json } from "node:stream/consumers";

const results = await auditServer({ url: await json(process.stdin) });
const told = results.map(async ({ id, name, status, reason, response }) => {
  if (status === "ok") return { id, name, status };
  const answer = `${response.status} ${await response.text()}`;
  return { id, name, status, reason, answer };
});
console.log(JSON.stringify(await Promise.all(told)));
