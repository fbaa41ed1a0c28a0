#include "control/api/openapi.h"

#include <string>

#include "control/api/openapi_parts.h"

namespace sluice {
namespace {

constexpr std::string_view head = R"json({
  "openapi": "3.1.0",
  "info": {
    "title": "Sluice admin API",
    "version": ")json" SLUICE_VERSION R"json(",
    "description": "What is running, the split of each service, rollouts and revisions. Errors are application/problem+json. x-role is the role that a token needs.",
    "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" }
  },
  "security": [{}, { "token": [] }],
  "paths": {)json";

constexpr std::string_view components = R"json(
  },
  "components": {
    "parameters": {
      "service": { "name": "service", "in": "path", "required": true, "schema": { "type": "string" } },
      "rollout": { "name": "rollout", "in": "path", "required": true, "schema": { "type": "string" },
        "description": "Its id, or the name of a service: the one that runs, else the last one" },
      "revision": { "name": "revision", "in": "path", "required": true, "schema": { "type": "integer", "minimum": 1 } },
      "abort": { "name": "abort", "in": "query", "schema": { "type": "boolean", "default": false },
        "description": "Rollouts that are in the way are aborted first, instead of a refusal with 409" },
      "group": { "name": "group", "in": "path", "required": true, "schema": { "type": "string" } },
      "target": { "name": "target", "in": "path", "required": true, "schema": { "type": "string" },
        "description": "The address as the configuration has it, percent-encoded: 10.0.1.10%3A8000" } },
    "securitySchemes": { "token": { "type": "http", "scheme": "bearer",
      "description": "Where there is a tokens_file; docs/configuration.md says which role each endpoint needs" } },
    "headers": { "ETag": { "description": "The service's revision, for If-Match", "schema": { "type": "string" } } },
    "requestBodies": { "Reason": { "required": false, "content": { "application/json": {
      "schema": { "$ref": "#/components/schemas/Reason" } } } } },
    "responses": {
      "Rollout": { "description": "The rollout, as it is now", "content": { "application/json": {
        "schema": { "$ref": "#/components/schemas/Rollout" } } } },
      "Problem": { "description": "Why not (RFC 9457)",
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } } } },
    "schemas": {)json";

constexpr std::string_view end = R"json(
    }
  }
}
)json";

std::string assembled() {
  const auto parts = {openapi::process(),   openapi::services(), openapi::rollouts(),
                      openapi::revisions(), openapi::targets(),  openapi::visitors()};
  std::string paths, schemas;
  for (const auto& part : parts) {
    paths.append(paths.empty() ? "" : ",").append(part.paths);
    schemas.append(schemas.empty() ? "" : ",").append(part.schemas);
  }
  return std::string(head) + paths + std::string(components) + schemas + std::string(end);
}

}  // namespace

std::string_view openapi_text() {
  static const auto text = assembled();
  return text;
}

}  // namespace sluice
