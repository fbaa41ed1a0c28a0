// How messages to people name things: in backquotes; and the names that a message may offer instead.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sluice::config {

[[nodiscard]] inline std::string quoted(std::string_view text) {
  return "`" + std::string(text) + "`";
}

template <class T>
[[nodiscard]] std::vector<std::string> names_of(const std::vector<T>& things) {
  std::vector<std::string> names;
  for (const auto& thing : things) names.push_back(thing.name);
  return names;
}

}  // namespace sluice::config
