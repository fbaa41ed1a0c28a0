#include "control/choices.h"

#include <algorithm>

namespace sluice::config {

void need_one_of(const Mapping& mapping, const std::vector<std::string>& keys) {
  if (std::ranges::count_if(keys, [&](const auto& key) { return mapping.has(key); }) == 1) return;
  std::string list;
  for (const auto& key : keys)
    list += (list.empty() ? "" : key == keys.back() ? " or " : ", ") + ("`" + key + "`");
  mapping.problem("needs exactly one of " + list);
}

}  // namespace sluice::config
