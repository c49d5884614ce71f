// Prints what the tools of JavaScript send to learn a schema, with everything that can be asked for.
import { getIntrospectionQuery } from "graphql";

const everything = {
  descriptions: true,
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  schemaDescription: true,
  inputValueDeprecation: true,
  oneOf: true,
};
console.log(JSON.stringify(getIntrospectionQuery(everything)));
