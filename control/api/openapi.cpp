#include "control/api/openapi.h"

namespace sluice {

std::string_view openapi_text() {
  static constexpr std::string_view text = R"json({
  "openapi": "3.1.0",
  "info": {
    "title": "Sluice admin API",
    "version": ")json" SLUICE_VERSION R"json(",
    "description": "What is running, and the split of each service. Errors are application/problem+json.",
    "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" }
  },
  "security": [{}, { "token": [] }],
  "paths": {
    "/livez": { "get": {
      "operationId": "livez", "summary": "Whether the process answers at all",
      "responses": {
        "200": { "description": "It does", "content": { "text/plain": { "schema": { "type": "string" } } } },
        "default": { "$ref": "#/components/responses/Problem" } } } },
    "/readyz": { "get": {
      "operationId": "readyz", "summary": "Whether load balancers should send traffic",
      "responses": {
        "200": { "description": "They should", "content": { "text/plain": { "schema": { "type": "string" } } } },
        "503": { "$ref": "#/components/responses/Problem" },
        "default": { "$ref": "#/components/responses/Problem" } } } },
    "/metrics": { "get": {
      "operationId": "metrics", "summary": "Metrics in Prometheus' text format",
      "responses": {
        "200": { "description": "All metrics", "content": { "text/plain": { "schema": { "type": "string" } } } },
        "default": { "$ref": "#/components/responses/Problem" } } } },
    "/openapi.json": { "get": {
      "operationId": "openapi", "summary": "This description",
      "responses": {
        "200": { "description": "OpenAPI 3.1", "content": { "application/json": { "schema": { "type": "object" } } } },
        "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/status": { "get": {
      "operationId": "status", "summary": "The process, its listeners and its services",
      "responses": {
        "200": { "description": "The state now",
          "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Status" } } } },
        "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/services": { "get": {
      "operationId": "services", "summary": "All services",
      "responses": {
        "200": { "description": "In the order of the configuration", "content": { "application/json": { "schema": {
          "type": "object", "required": ["services"],
          "properties": { "services": { "type": "array", "items": { "$ref": "#/components/schemas/Service" } } } } } } },
        "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/services/{service}": {
      "parameters": [{ "$ref": "#/components/parameters/service" }],
      "get": {
        "operationId": "service", "summary": "One service",
        "responses": {
          "200": { "description": "The service", "headers": { "ETag": { "$ref": "#/components/headers/ETag" } },
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Service" } } } },
          "404": { "$ref": "#/components/responses/Problem" },
          "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/services/{service}/weights": {
      "parameters": [{ "$ref": "#/components/parameters/service" }],
      "put": {
        "operationId": "putWeights", "summary": "A new split, from the next request on",
        "description": "Names every variant of the service. Moves as few users as the new weights allow.",
        "parameters": [{ "name": "If-Match", "in": "header", "schema": { "type": "string" },
          "description": "The revision that the service was read at; refused if it has changed since. * takes any." }],
        "requestBody": { "required": true, "content": { "application/json": {
          "schema": { "$ref": "#/components/schemas/Weights" }, "example": { "blue": 90, "green": 10 } } } },
        "responses": {
          "200": { "description": "In effect", "headers": { "ETag": { "$ref": "#/components/headers/ETag" } },
            "content": { "application/json": { "schema": {
              "type": "object", "required": ["revision"], "properties": { "revision": { "type": "integer" } } } } } },
          "400": { "$ref": "#/components/responses/Problem" },
          "403": { "$ref": "#/components/responses/Problem" },
          "404": { "$ref": "#/components/responses/Problem" },
          "412": { "$ref": "#/components/responses/Problem" },
          "413": { "$ref": "#/components/responses/Problem" },
          "415": { "$ref": "#/components/responses/Problem" },
          "422": { "$ref": "#/components/responses/Problem" },
          "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/target-groups": { "get": {
      "operationId": "targetGroups", "summary": "All target groups, and how their targets are",
      "responses": {
        "200": { "description": "In the order of the configuration", "content": { "application/json": { "schema": {
          "type": "object", "required": ["target_groups"],
          "properties": { "target_groups": { "type": "array", "items": { "$ref": "#/components/schemas/TargetGroup" } } } } } } },
        "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/target-groups/{group}": {
      "parameters": [{ "$ref": "#/components/parameters/group" }],
      "get": {
        "operationId": "targetGroup", "summary": "One target group",
        "responses": {
          "200": { "description": "The group", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/TargetGroup" } } } },
          "404": { "$ref": "#/components/responses/Problem" },
          "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/target-groups/{group}/targets/{target}/drain": {
      "parameters": [{ "$ref": "#/components/parameters/group" }, { "$ref": "#/components/parameters/target" }],
      "post": {
        "operationId": "drainTarget", "summary": "No new request goes to a target until it is undrained",
        "description": "Requests in flight have until draining_until. Draining what drains sets another end.",
        "parameters": [{ "name": "delay", "in": "query", "schema": { "type": "string" },
          "description": "How long requests in flight have, 0s to 1h; as in the body. Default: the group's deregistration_delay" }],
        "requestBody": { "required": false, "content": { "application/json": { "schema": {
          "type": "object", "properties": { "delay": { "type": "string" } } }, "example": { "delay": "10s" } } } },
        "responses": {
          "200": { "description": "It drains", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/TargetNow" } } } },
          "400": { "$ref": "#/components/responses/Problem" },
          "404": { "$ref": "#/components/responses/Problem" },
          "422": { "$ref": "#/components/responses/Problem" },
          "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/target-groups/{group}/targets/{target}/undrain": {
      "parameters": [{ "$ref": "#/components/parameters/group" }, { "$ref": "#/components/parameters/target" }],
      "post": {
        "operationId": "undrainTarget", "summary": "A target that was drained takes requests again",
        "responses": {
          "200": { "description": "It does, if it is healthy", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/TargetNow" } } } },
          "404": { "$ref": "#/components/responses/Problem" },
          "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/events": { "get": {
      "operationId": "events", "summary": "What happened, and what happens from now on",
      "description": "Server-sent events; a JSON list if asked for with Accept: application/json or ?format=json.",
      "parameters": [
        { "name": "Last-Event-ID", "in": "header", "schema": { "type": "integer" },
          "description": "Go on after this number; stronger than after" },
        { "name": "after", "in": "query", "schema": { "type": "integer" },
          "description": "Only events with a higher number. Default: of a stream, those to come; of a list, the last ones" },
        { "name": "limit", "in": "query", "schema": { "type": "integer", "default": 100 }, "description": "Of a list" },
        { "name": "format", "in": "query", "schema": { "enum": ["json", "sse"] } }],
      "responses": {
        "200": { "description": "id is the number, event the kind, data the JSON of an event", "content": {
          "text/event-stream": { "schema": { "type": "string" } },
          "application/json": { "schema": {
            "type": "object", "required": ["events"],
            "properties": { "events": { "type": "array", "items": { "$ref": "#/components/schemas/Event" } } } } } } },
        "400": { "$ref": "#/components/responses/Problem" },
        "503": { "$ref": "#/components/responses/Problem" },
        "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/experiments": { "get": {
      "operationId": "experiments", "summary": "All experiments, what was counted of them, and whether the counts can be believed",
      "responses": {
        "200": { "description": "In the order of the configuration", "content": { "application/json": { "schema": {
          "type": "object", "required": ["experiments"],
          "properties": { "experiments": { "type": "array", "items": { "$ref": "#/components/schemas/Experiment" } } } } } } },
        "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/whois": { "get": {
      "operationId": "whois", "summary": "Which variant and which arms a user gets, and why",
      "parameters": [
        { "name": "service", "in": "query", "required": true, "schema": { "type": "string" } },
        { "name": "identity", "in": "query", "required": true, "schema": { "type": "string" } }],
      "responses": {
        "200": { "description": "What the data plane decides for this identity", "content": { "application/json": { "schema": {
          "type": "object", "required": ["service", "identity", "point", "variant", "reason", "experiments", "flags"],
          "properties": {
            "service": { "type": "string" }, "identity": { "type": "string" },
            "point": { "type": "number", "description": "Where the user stands on the service's line, 0 to 1" },
            "variant": { "type": "string" }, "reason": { "type": "string" },
            "experiments": { "type": "array", "items": {
              "type": "object", "required": ["name", "arm", "reason"],
              "properties": { "name": { "type": "string" }, "arm": { "type": ["string", "null"] }, "reason": { "type": "string" } } } },
            "flags": { "type": "object" } } } } } },
        "400": { "$ref": "#/components/responses/Problem" },
        "404": { "$ref": "#/components/responses/Problem" },
        "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/overrides": { "post": {
      "operationId": "signOverride", "summary": "A signed X-Sluice-Override for a tester",
      "requestBody": { "required": true, "content": { "application/json": { "schema": {
        "type": "object", "required": ["service", "variant"],
        "properties": { "service": { "type": "string" }, "variant": { "type": "string" },
          "for": { "type": "string", "description": "How long it is good for, 1s to 30d", "default": "1h" } } } } } },
      "responses": {
        "200": { "description": "Signed", "content": { "application/json": { "schema": {
          "type": "object", "required": ["header", "value", "expires"],
          "properties": { "header": { "type": "string" }, "value": { "type": "string" },
            "expires": { "type": "integer", "description": "Seconds since 1970" } } } } } },
        "404": { "$ref": "#/components/responses/Problem" },
        "422": { "$ref": "#/components/responses/Problem" },
        "default": { "$ref": "#/components/responses/Problem" } } } }
  },
)json"
                                           R"json(  "components": {
    "parameters": {
      "service": { "name": "service", "in": "path", "required": true, "schema": { "type": "string" } },
      "group": { "name": "group", "in": "path", "required": true, "schema": { "type": "string" } },
      "target": { "name": "target", "in": "path", "required": true, "schema": { "type": "string" },
        "description": "The address as the configuration has it, percent-encoded: 10.0.1.10%3A8000" } },
    "securitySchemes": { "token": { "type": "http", "scheme": "bearer",
      "description": "Where there is a tokens_file; docs/configuration.md says which role each endpoint needs" } },
    "headers": { "ETag": { "description": "The service's revision, for If-Match", "schema": { "type": "string" } } },
    "responses": { "Problem": { "description": "Why not (RFC 9457)",
      "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } } } },
    "schemas": {
      "Problem": {
        "type": "object", "required": ["type", "title", "status", "code", "detail"],
        "properties": {
          "type": { "type": "string" }, "title": { "type": "string" }, "status": { "type": "integer" },
          "code": { "type": "string", "description": "For programs; docs/configuration.md lists them" },
          "detail": { "type": "string", "description": "For people" } } },
      "Event": {
        "type": "object", "required": ["number", "at", "author", "kind", "service", "rollout", "revision", "text"],
        "properties": {
          "number": { "type": "integer", "description": "Ascending; one that could not be recorded leaves a gap" },
          "at": { "type": "string", "format": "date-time" },
          "author": { "type": "string" },
          "kind": { "type": "string", "description": "revision.created, target.drained and so on" },
          "service": { "type": ["string", "null"] }, "rollout": { "type": ["string", "null"] },
          "revision": { "type": ["integer", "null"] },
          "text": { "type": "string", "description": "For people" } } },
      "Weights": {
        "type": "object", "minProperties": 1,
        "additionalProperties": { "type": "number", "minimum": 0, "maximum": 1000000000, "multipleOf": 0.000001 } },
      "Status": {
        "type": "object", "required": ["version", "revision", "ready", "as_of", "uptime_seconds", "listeners", "services", "experiments"],
        "properties": {
          "version": { "type": "string" }, "revision": { "type": "integer" }, "ready": { "type": "boolean" },
          "as_of": { "type": "string", "format": "date-time" },
          "uptime_seconds": { "type": "number" },
          "listeners": { "type": "array", "items": {
            "type": "object", "required": ["name", "address", "protocol"],
            "properties": { "name": { "type": "string" }, "address": { "type": "string" },
              "protocol": { "enum": ["http", "https"] } } } },
          "services": { "type": "array", "items": { "$ref": "#/components/schemas/Service" } },
          "experiments": { "type": "array", "items": { "$ref": "#/components/schemas/Experiment" } } } },
      "Experiment": {
        "type": "object", "required": ["name", "service", "layer", "share", "arms", "sample_ratio"],
        "properties": {
          "name": { "type": "string" }, "service": { "type": "string" },
          "layer": { "type": "string", "description": "Experiments of one layer exclude each other" },
          "share": { "type": "number", "description": "Of all identities, 0 to 1" },
          "arms": { "type": "array", "items": {
            "type": "object", "required": ["name", "weight", "share", "flags", "variant", "exposures", "sampled_users"],
            "properties": { "name": { "type": "string" }, "weight": { "type": "number" }, "share": { "type": "number" },
              "flags": { "type": "object" }, "variant": { "type": ["string", "null"] },
              "exposures": { "type": "integer" }, "sampled_users": { "type": "integer" } } } },
          "sample_ratio": { "type": "object", "required": ["users", "p_value", "verdict"],
            "properties": { "users": { "type": "integer" }, "p_value": { "type": ["number", "null"] },
              "verdict": { "enum": ["ok", "mismatch", "insufficient_data"] } } } } },
      "Service": {
        "type": "object", "required": ["name", "revision", "stable", "variants", "warming_up", "rollout"],
        "properties": {
          "name": { "type": "string" },
          "revision": { "type": "integer", "description": "The one that last changed this service" },
          "stable": { "type": "string", "description": "The variant to fall back to" },
          "variants": { "type": "array", "items": { "$ref": "#/components/schemas/Variant" } },
          "warming_up": { "type": "boolean", "description": "the split is still on its way to the weights" },
          "rollout": { "type": ["object", "null"] } } },
      "Variant": {
        "type": "object",
        "required": ["name", "target_group", "weight", "share", "measured_share", "pinned_share", "withdrawn", "targets",
          "not_healthy", "serving", "requests_per_second", "error_rate", "p50_ms", "p99_ms"],
        "description": "Rates are of the last ten seconds, and 0 while nothing was asked.",
        "properties": {
          "name": { "type": "string" }, "target_group": { "type": "string" },
          "weight": { "type": "number" },
          "share": { "type": "number", "description": "What the weight makes of all requests, 0 to 1" },
          "measured_share": { "type": ["number", "null"], "description": "What it got; null if the service got nothing" },
          "pinned_share": { "type": ["number", "null"], "description": "Of the service's requests, those that a pin put here" },
          "withdrawn": { "type": "boolean", "description": "Taken to 0 by a gate, an abort or a rollback" },
          "targets": { "type": "object", "required": ["healthy", "total"],
            "properties": { "healthy": { "type": "integer" }, "total": { "type": "integer" } } },
          "not_healthy": { "type": "array", "items": { "$ref": "#/components/schemas/Target" } },
          "serving": { "enum": ["own_targets", "all_targets", "stable", "none"],
            "description": "Who answers its users: its fit targets; all of stable's, fit or not, when too few are; the stable variant; nobody" },
          "requests_per_second": { "type": "number" },
          "error_rate": { "type": "number", "description": "Answers with 5xx, 0 to 1" },
          "p50_ms": { "type": "number" }, "p99_ms": { "type": "number" } } },
      "TargetGroup": {
        "type": "object",
        "required": ["name", "state", "algorithm", "protocol", "deregistration_delay", "requests", "connections", "pending",
          "targets", "used_by", "as_of"],
        "properties": {
          "name": { "type": "string" },
          "state": { "enum": ["healthy", "degraded", "initial", "unhealthy", "draining", "unused"],
            "description": "healthy: all targets are that don't drain; degraded: some; initial, unhealthy: none; draining: all do; unused: no variant has the group" },
          "algorithm": { "enum": ["round_robin", "least_outstanding", "weighted_random", "consistent_hash"] },
          "protocol": { "enum": ["http1", "http2"] },
          "deregistration_delay": { "type": "string" },
          "requests": { "type": "integer", "description": "In flight" },
          "connections": { "type": "integer", "description": "Open to its targets" },
          "pending": { "type": "integer", "description": "Requests that wait for a connection" },
          "targets": { "type": "array", "items": { "$ref": "#/components/schemas/Target" } },
          "used_by": { "type": "array", "items": {
            "type": "object", "required": ["service", "variant", "share"],
            "properties": { "service": { "type": "string" }, "variant": { "type": "string" },
              "share": { "type": "number", "description": "Of the service's requests, 0 to 1" } } } },
          "as_of": { "type": "string", "format": "date-time" } } },
      "TargetNow": {
        "allOf": [{ "$ref": "#/components/schemas/Target" }], "required": ["target_group", "as_of"],
        "properties": { "target_group": { "type": "string" }, "as_of": { "type": "string", "format": "date-time" } } },
      "Target": {
        "type": "object",
        "required": ["address", "weight", "zone", "state", "reason", "description", "in_flight", "ejected_until", "draining_until"],
        "properties": {
          "address": { "type": "string" }, "weight": { "type": "integer" }, "zone": { "type": ["string", "null"] },
          "state": { "enum": ["initial", "healthy", "unhealthy", "draining", "unused"] },
          "reason": { "type": ["string", "null"], "description": "For programs, as ALB's DescribeTargetHealth: Target.Timeout" },
          "description": { "type": ["string", "null"], "description": "For people" },
          "in_flight": { "type": "integer" },
          "ejected_until": { "type": ["string", "null"], "format": "date-time" },
          "draining_until": { "type": ["string", "null"], "format": "date-time",
            "description": "When what is in flight is ended; it drains on after that" } } }
    }
  }
}
)json";
  return text;
}

}  // namespace sluice
