// What the store keeps, as plain values: revisions, rollouts, and who did what. Made by the control thread,
// read by anyone.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "routing/split.h"
#include "routing/weight.h"

namespace sluice {

using SystemTime = std::chrono::sys_time<std::chrono::milliseconds>;
[[nodiscard]] inline SystemTime system_now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

// Who gets which part of a service's users, apart from what the variants are: all that a rollback needs to
// give each user the very variant of then.
struct Allocation {
  struct Variant {
    std::string name;
    Weight weight;
    bool withdrawn = false;
    bool operator==(const Variant&) const = default;
  };
  std::vector<Variant> variants;
  std::string stable;         // the name of one of them
  std::vector<Range> ranges;  // Range::variant is an index into variants; never empty
  bool operator==(const Allocation&) const = default;
};

// A configuration file's text, kept once for all revisions that have it.
struct ConfigText {
  std::string id;  // SHA-256 of the text, in hex
  std::string text;
};

// A state of everything that routing depends on. Immutable once written.
struct RevisionRecord {
  std::uint64_t number = 0;
  std::uint64_t parent = 0;  // the revision that it was made from; 0: none
  SystemTime at{};
  std::string author;  // "operator:ci", "SIGHUP", "rollout:r12"
  std::string kind;    // apply | weights | rollout | rollback
  std::string reason;  // for people; may be empty
  std::string diff;    // a line for each thing that changed
  std::shared_ptr<const ConfigText> config;
  std::string file;  // the id of the file's text that was last applied; a rollback changes config, not this
  std::map<std::string, std::shared_ptr<const Allocation>> services;
  bool ended_rollout = false;  // kept for longer
};

// A rollout as its engine writes it. The last write of an id is what holds.
struct RolloutRecord {
  std::string id;
  std::string service;
  bool ended = false;
  std::string json;
};

// A line of the audit log.
struct AuditEvent {
  std::uint64_t number = 0;  // given by whoever writes; ascending
  SystemTime at{};
  std::string author;
  std::string kind;  // revision.created, rollout.step, target.drained, …
  std::string service, rollout;
  std::uint64_t revision = 0;  // 0: none
  std::string text;            // for people
};

}  // namespace sluice
