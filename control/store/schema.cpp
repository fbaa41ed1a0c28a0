#include "control/store/schema.h"

#include <array>

namespace sluice {
namespace {

using sqlite::Database;
using sqlite::Error;

constexpr std::int64_t application_id = 0x536c7563;  // "Sluc": the database is ours

// Step i leads from version i to i + 1. Never change one that was released: add one.
//
// A row of splits is there only where a service's allocation differs from that of the revision before; NULL
// is a service that is gone. Numbers of rollouts are in the order of their first write. Times are
// milliseconds since 1970.
constexpr std::array steps = {
    R"(
CREATE TABLE configs(id TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE revisions(
  number INTEGER PRIMARY KEY, parent INTEGER NOT NULL, at INTEGER NOT NULL, author TEXT NOT NULL,
  kind TEXT NOT NULL, reason TEXT NOT NULL, diff TEXT NOT NULL, config TEXT, file TEXT NOT NULL,
  ended_rollout INTEGER NOT NULL);
CREATE INDEX revisions_ended ON revisions(number) WHERE ended_rollout;
CREATE TABLE splits(revision INTEGER, service TEXT, json TEXT, PRIMARY KEY(revision, service)) WITHOUT ROWID;
CREATE TABLE rollouts(
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, service TEXT NOT NULL, ended INTEGER NOT NULL,
  json TEXT NOT NULL);
CREATE TABLE events(
  number INTEGER PRIMARY KEY, at INTEGER NOT NULL, author TEXT NOT NULL, kind TEXT NOT NULL,
  service TEXT NOT NULL, rollout TEXT NOT NULL, revision INTEGER NOT NULL, text TEXT NOT NULL);
)",
};
constexpr auto known = static_cast<std::int64_t>(steps.size());

Result<void, Error> take_steps(Database& database, std::int64_t version) {
  if (auto begun = database.run("BEGIN IMMEDIATE"); !begun) return begun;
  for (auto step = version; step < known; ++step)
    if (auto taken = database.run_script(steps[static_cast<std::size_t>(step)]); !taken) return taken;
  return database.run("PRAGMA application_id = " + std::to_string(application_id))
      .and_then([&] { return database.run("PRAGMA user_version = " + std::to_string(known)); })
      .and_then([&] { return database.run("COMMIT"); });
}

}  // namespace

Result<void, std::string> migrate(Database& database) {
  const auto tables = database.integer("SELECT count(*) FROM sqlite_schema");
  const auto owner = database.integer("PRAGMA application_id");
  const auto version = database.integer("PRAGMA user_version");
  for (const auto* read : {&tables, &owner, &version})
    if (!*read) return failure(read->error().what);
  if (*tables > 0 && *owner != application_id) return failure(std::string("is not a database of Sluice"));
  if (*version > known)
    return failure("is of version " + std::to_string(*version) + ", and this sluice knows none above " +
                   std::to_string(known) + "; run the sluice that wrote it, or a newer one");
  if (*version == known) return {};
  auto taken = take_steps(database, *version);
  if (taken) return {};
  database.roll_back();
  return failure("cannot be brought up to date: " + taken.error().what);
}

}  // namespace sluice
