#include "control/store/prune.h"

#include <string>
#include <vector>

#include "control/store/store.h"

namespace sluice {
namespace {

using sqlite::Database;
using sqlite::Error;
using Done = Result<void, Error>;

Result<std::vector<std::int64_t>, Error> doomed_revisions(Database& database, std::size_t limit) {
  auto rows = database.prepare(
      "SELECT number FROM revisions WHERE "
      "number NOT IN (SELECT number FROM revisions ORDER BY number DESC LIMIT ?) "
      "AND number NOT IN (SELECT number FROM revisions WHERE ended_rollout ORDER BY number DESC LIMIT ?) "
      "ORDER BY number LIMIT ?");
  if (!rows) return failure(rows.error());
  rows->bind(Store::kept_revisions).bind(Store::kept_ended).bind(limit);
  std::vector<std::int64_t> numbers;
  for (;;) {
    const auto row = rows->step();
    if (!row) return failure(row.error());
    if (!*row) return numbers;
    numbers.push_back(rows->integer(0));
  }
}

// The next revision may rely on its rows: they become that one's, except where it has its own.
Done remove_revision(Database& database, std::int64_t number) {
  return database
      .run(
          "UPDATE OR IGNORE splits SET revision = (SELECT min(number) FROM revisions WHERE number > ?) "
          "WHERE revision = ?",
          number, number)
      .and_then([&] { return database.run("DELETE FROM splits WHERE revision = ?", number); })
      .and_then([&] { return database.run("DELETE FROM revisions WHERE number = ?", number); });
}

Done remove_what_nothing_refers_to(Database& database) {
  return database
      .run("DELETE FROM splits WHERE json IS NULL AND revision = (SELECT min(number) FROM revisions)")
      .and_then([&] {
        return database.run(
            "DELETE FROM configs WHERE id NOT IN (SELECT config FROM revisions WHERE config IS NOT NULL) "
            "AND id NOT IN (SELECT file FROM revisions)");
      });
}

Done remove_revisions(Database& database, const std::vector<std::int64_t>& numbers) {
  for (const auto number : numbers)
    if (auto removed = remove_revision(database, number); !removed) return removed;
  return numbers.empty() ? Done() : remove_what_nothing_refers_to(database);
}

Done remove_rollouts_and_events(Database& database) {
  return database
      .run(
          "DELETE FROM rollouts WHERE ended AND seq NOT IN "
          "(SELECT seq FROM rollouts WHERE ended ORDER BY seq DESC LIMIT ?)",
          Store::kept_ended)
      .and_then([&] {
        return database.run(
            "DELETE FROM events WHERE number <= "
            "(SELECT number FROM events ORDER BY number DESC LIMIT 1 OFFSET ?)",
            Store::kept_events);
      });
}

Result<Pruned, Error> prune_in_transaction(Database& database, std::size_t limit) {
  if (auto begun = database.run("BEGIN IMMEDIATE"); !begun) return failure(begun.error());
  const auto doomed = doomed_revisions(database, limit);
  if (!doomed) return failure(doomed.error());
  const auto done = remove_revisions(database, *doomed)
                        .and_then([&] { return remove_rollouts_and_events(database); })
                        .and_then([&] { return database.run("COMMIT"); });
  if (!done) return failure(done.error());
  return doomed->size() < limit ? Pruned::all : Pruned::some;
}

}  // namespace

Result<Pruned, Error> prune(Database& database, std::size_t limit) {
  auto pruned = prune_in_transaction(database, limit);
  if (!pruned) database.roll_back();
  return pruned;
}

}  // namespace sluice
