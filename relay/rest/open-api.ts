import { toJsonSchema, toJsonSchemaDefs, type ConversionConfig } from "@valibot/to-json-schema";
import type * as v from "valibot";
import { deviceStatusUpdate } from "../../protocol/device.ts";
import { uuid } from "../../protocol/fields.ts";
import { commandOutcome, commandRequest, fault } from "../../protocol/rest.ts";
import type { Route } from "./route.ts";

/** Schemas that have a name in the document. */
const definitions = {
  Device: deviceStatusUpdate,
  CommandRequest: commandRequest,
  CommandOutcome: commandOutcome,
  Fault: fault,
};

const conversion = {
  target: "draft-2020-12",
  // Checks that JSON Schema cannot say are made all the same.
  errorMode: "ignore",
  overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
} as const satisfies ConversionConfig;

/** The OpenAPI document of the routes. Every schema in it is the one that the relay checks with. */
export function describeRoutes(routes: Route[]): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: describeRoute(route) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Tabfarm's relay",
      version: "1",
      description:
        "For scripts. Each request acts with the role, the leases and the limits of its token, as a dashboard does.",
    },
    servers: [{ url: "/api/v1" }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer", description: "A dashboard's token." } },
      schemas: toJsonSchemaDefs(definitions, { ...conversion, typeMode: "input" }),
    },
  };
}

function describeRoute({ method, path, summary, query, body, answers }: Route): object {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const described = Object.entries(answers).map(([status, { description, schema, contentType }]) => [
    status,
    {
      description,
      content: schema === undefined ? { [contentType ?? ""]: {} } : jsonContent(schema, "output"),
    },
  ]);
  return {
    operationId: operationIdOf(method, path),
    summary,
    parameters: [
      ...names.map((name) => ({ name, in: "path", required: true, schema: convert(uuid, "input") })),
      ...Object.entries(query.entries).map(([name, schema]) => ({
        name,
        in: "query",
        schema: convert(schema, "output"),
      })),
    ],
    ...(body === undefined ? {} : { requestBody: { required: true, content: jsonContent(body, "input") } }),
    responses: {
      ...Object.fromEntries(described),
      default: { description: "Why it was not done.", content: jsonContent(fault, "output") },
    },
  };
}

/** `GET /devices/{device_id}/screenshot` is `getDevicesScreenshot`; with the id last, `getDevice`. */
function operationIdOf(method: string, path: string): string {
  const isOne = path.endsWith("}");
  const words = path.split("/").filter((part) => part !== "" && !part.startsWith("{"));
  const name = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("");
  return method.toLowerCase() + (isOne ? name.replace(/s$/, "") : name);
}

function jsonContent(schema: v.GenericSchema, typeMode: "input" | "output"): object {
  return { "application/json": { schema: convert(schema, typeMode) } };
}

function convert(schema: v.GenericSchema, typeMode: "input" | "output"): object {
  const {
    $schema: _,
    $defs: __,
    ...converted
  } = toJsonSchema(schema, { ...conversion, definitions, typeMode });
  return converted;
}
