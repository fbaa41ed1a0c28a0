#include "control/store/write_rows.h"

#include "control/store/allocation_json.h"

namespace sluice {
namespace {

using sqlite::Database;
using Written = Result<void, sqlite::Error>;

constexpr const char* insert_split = "INSERT INTO splits VALUES(?, ?, ?)";

std::int64_t milliseconds(SystemTime at) {
  return at.time_since_epoch().count();
}

bool is_same(const std::shared_ptr<const Allocation>& a, const std::shared_ptr<const Allocation>& b) {
  return a == b || *a == *b;
}

Written write_split(Database& database, const StoreHead& head, std::uint64_t revision,
                    const std::string& service, const std::shared_ptr<const Allocation>& allocation) {
  const auto before = head.services.find(service);
  if (before != head.services.end() && is_same(before->second, allocation)) return {};
  return database.run(insert_split, revision, service, allocation_text(*allocation));
}

Written write_splits(Database& database, const StoreHead& head, const RevisionRecord& revision) {
  for (const auto& [service, allocation] : revision.services)
    if (auto done = write_split(database, head, revision.number, service, allocation); !done) return done;
  for (const auto& [service, gone] : head.services) {
    if (revision.services.contains(service)) continue;
    if (auto done = database.run(insert_split, revision.number, service, nullptr); !done) return done;
  }
  return {};
}

Written write_revision(Database& database, const RevisionRecord& revision) {
  auto statement = database.prepare("INSERT INTO revisions VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  if (!statement) return failure(statement.error());
  statement->bind(revision.number)
      .bind(revision.parent)
      .bind(milliseconds(revision.at))
      .bind(revision.author);
  statement->bind(revision.kind).bind(revision.reason).bind(revision.diff);
  if (revision.config)
    statement->bind(revision.config->id);
  else
    statement->bind(nullptr);
  statement->bind(revision.file).bind(revision.ended_rollout);
  if (auto stepped = statement->step(); !stepped) return failure(stepped.error());
  return {};
}

Written write_config(Database& database, const RevisionRecord& revision) {
  if (!revision.config) return {};
  return database.run("INSERT OR IGNORE INTO configs VALUES(?, ?)", revision.config->id,
                      revision.config->text);
}

Written write_rollout(Database& database, const RolloutRecord& rollout) {
  return database.run(
      "INSERT INTO rollouts(id, service, ended, json) VALUES(?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET "
      "service = excluded.service, ended = excluded.ended, json = excluded.json",
      rollout.id, rollout.service, rollout.ended, rollout.json);
}

// Replaces one of the same number: that of a write which was reported as failed and is tried again, though
// the disk had it.
Written write_event(Database& database, const AuditEvent& event) {
  return database.run("INSERT OR REPLACE INTO events VALUES(?, ?, ?, ?, ?, ?, ?, ?)", event.number,
                      milliseconds(event.at), event.author, event.kind, event.service, event.rollout,
                      event.revision, event.text);
}

}  // namespace

Written write_rows(Database& database, const StoreHead& head, const Write& write) {
  if (const auto& revision = write.revision) {
    auto done = write_config(database, *revision)
                    .and_then([&] { return write_revision(database, *revision); })
                    .and_then([&] { return write_splits(database, head, *revision); });
    if (!done) return done;
  }
  if (write.rollout)
    if (auto done = write_rollout(database, *write.rollout); !done) return done;
  for (const auto& event : write.events)
    if (auto done = write_event(database, event); !done) return done;
  return {};
}

}  // namespace sluice
