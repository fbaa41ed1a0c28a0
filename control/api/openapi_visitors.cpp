// What is about users: experiments, whois, overrides.
#include "control/api/openapi_parts.h"

namespace sluice::openapi {

Part visitors() {
  return {.paths = R"json(
    "/v1/experiments": { "get": {
      "operationId": "experiments", "x-role": "viewer", "summary": "All experiments, what was counted of them, and whether the counts can be believed",
      "responses": {
        "200": { "description": "In the order of the configuration", "content": { "application/json": { "schema": {
          "type": "object", "required": ["experiments"],
          "properties": { "experiments": { "type": "array", "items": { "$ref": "#/components/schemas/Experiment" } } } } } } },
        "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/whois": { "get": {
      "operationId": "whois", "x-role": "viewer", "summary": "Which variant and which arms a user gets, and why",
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
      "operationId": "signOverride", "x-role": "operator", "summary": "A signed X-Sluice-Override for a tester",
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
        "default": { "$ref": "#/components/responses/Problem" } } } })json",
          .schemas = R"json(
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
              "verdict": { "enum": ["ok", "mismatch", "insufficient_data"] } } } } })json"};
}

}  // namespace sluice::openapi
