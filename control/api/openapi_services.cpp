// Services, their variants and their weights.
#include "control/api/openapi_parts.h"

namespace sluice::openapi {

Part services() {
  return {.paths = R"json(
    "/v1/services": { "get": {
      "operationId": "services", "x-role": "viewer", "summary": "All services",
      "responses": {
        "200": { "description": "In the order of the configuration", "content": { "application/json": { "schema": {
          "type": "object", "required": ["services"],
          "properties": { "services": { "type": "array", "items": { "$ref": "#/components/schemas/Service" } } } } } } },
        "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/services/{service}": {
      "parameters": [{ "$ref": "#/components/parameters/service" }],
      "get": {
        "operationId": "service", "x-role": "viewer", "summary": "One service",
        "responses": {
          "200": { "description": "The service", "headers": { "ETag": { "$ref": "#/components/headers/ETag" } },
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Service" } } } },
          "404": { "$ref": "#/components/responses/Problem" },
          "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/services/{service}/weights": {
      "parameters": [{ "$ref": "#/components/parameters/service" }],
      "put": {
        "operationId": "putWeights", "x-role": "operator", "summary": "A new split, from the next request on",
        "description": "Names every variant of the service. Moves as few users as the new weights allow.",
        "parameters": [{ "name": "If-Match", "in": "header", "schema": { "type": "string" },
          "description": "The revision that the service was read at; refused if it has changed since. * takes any." },
          { "$ref": "#/components/parameters/abort" }],
        "requestBody": { "required": true, "content": { "application/json": {
          "schema": { "$ref": "#/components/schemas/Weights" }, "example": { "blue": 90, "green": 10 } } } },
        "responses": {
          "200": { "description": "In effect", "headers": { "ETag": { "$ref": "#/components/headers/ETag" } },
            "content": { "application/json": { "schema": {
              "type": "object", "required": ["revision"], "properties": { "revision": { "type": "integer" } } } } } },
          "400": { "$ref": "#/components/responses/Problem" },
          "403": { "$ref": "#/components/responses/Problem" },
          "404": { "$ref": "#/components/responses/Problem" },
          "409": { "$ref": "#/components/responses/Problem" },
          "412": { "$ref": "#/components/responses/Problem" },
          "413": { "$ref": "#/components/responses/Problem" },
          "415": { "$ref": "#/components/responses/Problem" },
          "422": { "$ref": "#/components/responses/Problem" },
          "503": { "$ref": "#/components/responses/Problem" },
          "default": { "$ref": "#/components/responses/Problem" } } } })json",
          .schemas = R"json(
      "Service": {
        "type": "object", "required": ["name", "revision", "stable", "variants", "warming_up", "rollout"],
        "properties": {
          "name": { "type": "string" },
          "revision": { "type": "integer", "description": "The one that last changed this service" },
          "stable": { "type": "string", "description": "The variant to fall back to" },
          "variants": { "type": "array", "items": { "$ref": "#/components/schemas/Variant" } },
          "warming_up": { "type": "boolean", "description": "the split is still on its way to the weights" },
          "rollout": { "description": "The one that moves it now",
            "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Rollout" }] } } },
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
      "Weights": {
        "type": "object", "minProperties": 1,
        "additionalProperties": { "type": "number", "minimum": 0, "maximum": 1000000000, "multipleOf": 0.000001 } })json"};
}

}  // namespace sluice::openapi
