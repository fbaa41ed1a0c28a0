// Revisions and the configuration.
#include "control/api/openapi_parts.h"

namespace sluice::openapi {

Part revisions() {
  return {.paths = R"json(
    "/v1/revisions": { "get": {
      "operationId": "revisions", "x-role": "viewer", "summary": "The revisions that are kept, newest first",
      "parameters": [{ "name": "limit", "in": "query", "schema": { "type": "integer", "minimum": 0, "default": 50 } }],
      "responses": {
        "200": { "description": "Without their configuration", "content": { "application/json": { "schema": {
          "type": "object", "required": ["current", "revisions"],
          "properties": {
            "current": { "type": "integer", "description": "The one in effect" },
            "revisions": { "type": "array", "items": { "$ref": "#/components/schemas/Revision" } } } } } } },
        "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/revisions/{revision}": {
      "parameters": [{ "$ref": "#/components/parameters/revision" }],
      "get": {
        "operationId": "revision", "x-role": "operator", "summary": "One revision, with its splits and its configuration",
        "responses": {
          "200": { "description": "The revision", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/WholeRevision" } } } },
          "404": { "$ref": "#/components/responses/Problem" },
          "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/revisions/{revision}/rollback": {
      "parameters": [{ "$ref": "#/components/parameters/revision" }, { "$ref": "#/components/parameters/abort" }],
      "post": {
        "operationId": "rollBack", "x-role": "admin", "summary": "Rules, services, variants and splits as they were in a revision",
        "description": "Makes a new revision; each user gets the very variant of then. Never waits for the store for longer than 100 ms.",
        "requestBody": { "$ref": "#/components/requestBodies/Reason" },
        "responses": {
          "200": { "description": "In effect", "content": { "application/json": { "schema": {
            "type": "object", "required": ["revision"], "properties": { "revision": { "type": "integer" } } } } } },
          "400": { "$ref": "#/components/responses/Problem" },
          "404": { "$ref": "#/components/responses/Problem" },
          "409": { "$ref": "#/components/responses/Problem" },
          "422": { "$ref": "#/components/responses/Problem" },
          "503": { "$ref": "#/components/responses/Problem" },
          "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/config": {
      "get": {
        "operationId": "getConfig", "x-role": "operator", "summary": "The configuration file that is in effect, as text",
        "responses": {
          "200": { "description": "Weights in it are the file's", "content": { "application/yaml": { "schema": { "type": "object" } } } },
          "default": { "$ref": "#/components/responses/Problem" } } },
      "put": {
        "operationId": "putConfig", "x-role": "admin", "summary": "Another configuration, or what it would change",
        "parameters": [
          { "name": "dry_run", "in": "query", "schema": { "type": "boolean", "default": false }, "description": "Only says what it would change" },
          { "$ref": "#/components/parameters/abort" }],
        "requestBody": { "required": true, "content": { "application/yaml": { "schema": { "type": "object" } } } },
        "responses": {
          "200": { "description": "In effect; with dry_run, nothing is", "content": { "application/json": { "schema": {
            "oneOf": [{ "$ref": "#/components/schemas/Applied" }, { "$ref": "#/components/schemas/ConfigDiff" }] } } } },
          "422": { "description": "What is wrong with it", "content": { "application/problem+json": {
            "schema": { "$ref": "#/components/schemas/ConfigProblem" } } } },
          "409": { "$ref": "#/components/responses/Problem" },
          "413": { "$ref": "#/components/responses/Problem" },
          "415": { "$ref": "#/components/responses/Problem" },
          "503": { "$ref": "#/components/responses/Problem" },
          "default": { "$ref": "#/components/responses/Problem" } } } })json",
          .schemas = R"json(
      "Revision": {
        "type": "object", "required": ["revision", "parent", "at", "author", "kind", "reason", "diff", "ended_rollout"],
        "properties": {
          "revision": { "type": "integer" },
          "parent": { "type": "integer", "description": "What it was made from; 0: nothing" },
          "at": { "type": "string", "format": "date-time" },
          "author": { "type": "string" },
          "kind": { "enum": ["apply", "weights", "rollout", "rollback"] },
          "reason": { "type": "string", "description": "For people; may be empty" },
          "diff": { "type": "string", "description": "A line for each thing that changed" },
          "ended_rollout": { "type": "boolean" } } },
      "WholeRevision": {
        "allOf": [{ "$ref": "#/components/schemas/Revision" }], "required": ["services", "config"],
        "properties": {
          "services": { "type": "object", "additionalProperties": {
            "type": "object", "required": ["stable", "weights"],
            "properties": { "stable": { "type": "string" },
              "weights": { "type": "object", "additionalProperties": { "type": "number" } } } } },
          "config": { "type": "string", "description": "The file's text" } } },
      "Applied": {
        "type": "object", "required": ["revision", "changes"],
        "properties": { "revision": { "type": "integer" }, "changes": { "type": "integer", "description": "Keys that changed" } } },
      "ConfigDiff": {
        "type": "object", "required": ["changes", "drift", "problems"],
        "properties": {
          "changes": { "type": "array", "items": { "type": "string" }, "description": "+ key: value, - key: value, ~ key: before → after" },
          "drift": { "type": "array", "items": { "type": "string" }, "description": "Weights of the file that have moved since; applying does not move them back" },
          "problems": { "type": "array", "items": { "$ref": "#/components/schemas/ProblemAt" } } } },
      "ConfigProblem": {
        "allOf": [{ "$ref": "#/components/schemas/Problem" }],
        "properties": { "problems": { "type": "array", "items": { "$ref": "#/components/schemas/ProblemAt" } } } },
      "ProblemAt": {
        "type": "object", "required": ["line", "column", "key", "what"],
        "properties": { "line": { "type": "integer" }, "column": { "type": "integer" },
          "key": { "type": "string" }, "what": { "type": "string" } } })json"};
}

}  // namespace sluice::openapi
