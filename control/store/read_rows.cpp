#include "control/store/read_rows.h"

#include <algorithm>

#include "control/store/allocation_json.h"
#include "control/store/store_file.h"

namespace sluice {
namespace {

using sqlite::Database;
using sqlite::Statement;

using Configs = std::map<std::string, std::shared_ptr<const ConfigText>>;
using Services = std::map<std::string, std::shared_ptr<const Allocation>>;

struct SplitRow {
  std::uint64_t revision;
  std::string service;
  std::shared_ptr<const Allocation> allocation;  // null: the service is gone
};

SystemTime time_of(std::int64_t milliseconds) {
  return SystemTime(std::chrono::milliseconds(milliseconds));
}

std::uint64_t number_at(const Statement& row, int column) {
  return static_cast<std::uint64_t>(row.integer(column));
}

// Makes something of each row; `make` says why it cannot, if so.
template <class T>
Result<std::vector<T>, std::string> each_row(Database& database, const std::string& path, const char* sql,
                                             Result<T, std::string> (*make)(const Statement&)) {
  auto rows = database.prepare(sql);
  if (!rows) return failure(why(path, rows.error()));
  std::vector<T> all;
  for (;;) {
    const auto row = rows->step();
    if (!row) return failure(why(path, row.error()));
    if (!*row) return all;
    auto made = make(*rows);
    if (!made) return failure(damaged(path, made.error()));
    all.push_back(std::move(*made));
  }
}

Result<ConfigText, std::string> config_from(const Statement& row) {
  return ConfigText{row.text(0), row.text(1)};
}

// Its configuration has only its id as yet, and its services are still missing.
Result<RevisionRecord, std::string> revision_from(const Statement& row) {
  RevisionRecord revision;
  revision.number = number_at(row, 0);
  revision.parent = number_at(row, 1);
  if (row.integer(0) <= 0 || row.integer(1) < 0 || revision.parent >= revision.number)
    return failure("revision " + std::to_string(row.integer(0)) + " cannot be made from " +
                   std::to_string(row.integer(1)));
  revision.at = time_of(row.integer(2));
  revision.author = row.text(3);
  revision.kind = row.text(4);
  revision.reason = row.text(5);
  revision.diff = row.text(6);
  if (!row.is_null(7)) revision.config = std::make_shared<ConfigText>(ConfigText{row.text(7), {}});
  revision.file = row.text(8);
  revision.ended_rollout = row.integer(9) != 0;
  return revision;
}

Result<SplitRow, std::string> split_from(const Statement& row) {
  SplitRow split{number_at(row, 0), row.text(1), nullptr};
  if (row.is_null(2)) return split;
  auto allocation = parse_allocation(row.text(2));
  if (!allocation)
    return failure("revision " + std::to_string(split.revision) + ", service `" + split.service +
                   "`: " + allocation.error());
  split.allocation = std::make_shared<const Allocation>(std::move(*allocation));
  return split;
}

Result<RolloutRecord, std::string> rollout_from(const Statement& row) {
  return RolloutRecord{row.text(0), row.text(1), row.integer(2) != 0, row.text(3)};
}

Result<AuditEvent, std::string> event_from(const Statement& row) {
  return AuditEvent{number_at(row, 0), time_of(row.integer(1)), row.text(2), row.text(3), row.text(4),
                    row.text(5),       number_at(row, 6),       row.text(7)};
}

void change(Services& services, const SplitRow& split) {
  if (!split.allocation) {
    services.erase(split.service);
    return;
  }
  auto& current = services[split.service];
  if (!current || *current != *split.allocation) current = split.allocation;
}

// Each revision's services are those of the one before with its own rows laid over. Both are ascending.
Result<void, std::string> lay_out(std::vector<RevisionRecord>& revisions,
                                  const std::vector<SplitRow>& splits) {
  Services services;
  auto split = splits.begin();
  for (auto& revision : revisions) {
    for (; split != splits.end() && split->revision == revision.number; ++split) change(services, *split);
    revision.services = services;
  }
  if (split == splits.end()) return {};
  return failure("service `" + split->service + "` has an allocation in revision " +
                 std::to_string(split->revision) + ", which is not there");
}

Result<void, std::string> give_configs(std::vector<RevisionRecord>& revisions,
                                       std::vector<ConfigText> texts) {
  Configs configs;
  for (auto& text : texts) {
    auto kept = std::make_shared<const ConfigText>(std::move(text));
    configs.emplace(kept->id, kept);
  }
  for (auto& revision : revisions) {
    if (!revision.config) continue;
    const auto found = configs.find(revision.config->id);
    if (found == configs.end())
      return failure("the configuration of revision " + std::to_string(revision.number) + " is not there");
    revision.config = found->second;
  }
  return {};
}

const std::string last_events =
    "SELECT * FROM (SELECT number, at, author, kind, service, rollout, revision, text FROM events "
    "ORDER BY number DESC LIMIT " +
    std::to_string(Store::kept_events) + ") ORDER BY number";

}  // namespace

Result<Stored, std::string> read_rows(Database& database, const std::string& path) {
  auto texts = each_row(database, path, "SELECT id, text FROM configs", config_from);
  if (!texts) return failure(texts.error());
  auto revisions =
      each_row(database, path,
               "SELECT number, parent, at, author, kind, reason, diff, config, file, ended_rollout "
               "FROM revisions ORDER BY number",
               revision_from);
  if (!revisions) return failure(revisions.error());
  const auto splits = each_row(
      database, path, "SELECT revision, service, json FROM splits ORDER BY revision, service", split_from);
  if (!splits) return failure(splits.error());
  auto rollouts =
      each_row(database, path, "SELECT id, service, ended, json FROM rollouts ORDER BY seq", rollout_from);
  if (!rollouts) return failure(rollouts.error());
  auto events = each_row(database, path, last_events.c_str(), event_from);
  if (!events) return failure(events.error());

  const auto whole =
      give_configs(*revisions, std::move(*texts)).and_then([&] { return lay_out(*revisions, *splits); });
  if (!whole) return failure(damaged(path, whole.error()));
  return Stored{std::move(*revisions), std::move(*rollouts), std::move(*events)};
}

}  // namespace sluice
