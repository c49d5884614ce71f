// A plugin of Hive Gateway. It asks a subgraph for many objects at once, and tells the errors of all
// of them at the path of the first. Each belongs where the field stands that became null of it.

import { defaultFieldResolver, GraphQLError, isIntrospectionType, isObjectType } from "graphql";
import { responsePathAsArray } from "graphql";

export function useLocatedErrors() {
  const seen = new WeakSet();
  return {
    onSchemaChange({ schema }) {
      if (seen.has(schema)) return;
      seen.add(schema);
      for (const type of Object.values(schema.getTypeMap())) {
        if (!isObjectType(type) || isIntrospectionType(type)) continue;
        for (const field of Object.values(type.getFields())) {
          field.resolve = locating(field.resolve ?? defaultFieldResolver);
        }
      }
    },
  };
}

function locating(resolve) {
  return (source, args, context, info) => {
    const located = (value) => locate(value, responsePathAsArray(info.path));
    const value = resolve(source, args, context, info);
    if (typeof value?.then !== "function") return value instanceof Error ? located(value) : value;
    return value.then(
      (each) => (each instanceof Error ? located(each) : each),
      (error) => Promise.reject(located(error)),
    );
  };
}

function locate(error, here) {
  if (Array.isArray(error.errors)) {
    return new AggregateError(error.errors.map((each) => locate(each, here)), error.message);
  }
  if (!error.path) return error;
  const field = here.at(-1);
  const isAsDeep = error.path[here.length - 1] === field;
  const below = error.path.slice(isAsDeep ? here.length : error.path.lastIndexOf(field) + 1);
  return new GraphQLError(error.message, { ...error, path: [...here, ...below] });
}
