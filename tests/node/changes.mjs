// Classes what changed for clients from one schema to another: {old, new} on the input, and as output
// {level, message} of each change.
import { CriticalityLevel, diff, DiffRule } from "@graphql-inspector/core";
import { buildSchema } from "graphql";
import { json } from "node:stream/consumers";

const { old, new: changed } = await json(process.stdin);
const changes = await diff(buildSchema(old), buildSchema(changed));
// What is new with something new needs no line of its own; what breaks has one in any case.
const outermost = new Set(DiffRule.simplifyChanges({ changes }));
const told = changes.filter(
  (change) =>
    // Words change nothing, and the graph's directives say something to gateways.
    !/DESCRIPTION|^DIRECTIVE/.test(change.type) &&
    (outermost.has(change) || change.criticality.level === CriticalityLevel.Breaking),
);
console.log(
  JSON.stringify(
    told.map(({ criticality: { level }, message, meta: { deprecationReason: reason } = {} }) => ({
      level,
      message: reason && !message.includes(reason) ? `${message}: ${reason}` : message,
    })),
  ),
);
