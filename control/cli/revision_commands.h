// `sluice revisions ...`, `sluice apply` and `sluice diff`: each prints what it found or did and returns the
// exit code.
#pragma once

#include <cstdint>
#include <string>

#include "control/cli/commands.h"

namespace sluice::cli {

struct ListRevisions {
  Proxy admin;
  unsigned limit = 20;
  Output output = Output::table;
};
[[nodiscard]] int list_revisions(const ListRevisions& options);

struct ShowRevision {
  Proxy admin;
  std::uint64_t revision = 0;
  bool only_config = false;  // the text of its configuration, as it was written
  Output output = Output::table;
};
[[nodiscard]] int show_revision(const ShowRevision& options);

struct RollBack {
  Proxy admin;
  std::uint64_t revision = 0;
  std::string reason;
  Rollouts rollouts = Rollouts::refuse;
  Output output = Output::table;
};
[[nodiscard]] int roll_back(const RollBack& options);

struct ApplyFile {
  Proxy admin;
  std::string file;  // "-": standard input
  Rollouts rollouts = Rollouts::refuse;
  Output output = Output::table;
};
[[nodiscard]] int apply_file(const ApplyFile& options);
// 0 if applying it would change nothing, as diff(1) does.
[[nodiscard]] int diff_file(const ApplyFile& options);

}  // namespace sluice::cli
