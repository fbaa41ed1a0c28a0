// How a snapshot takes over from the one before it what has not changed.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace sluice {

// The previous object if the new one says the same.
template <class T>
[[nodiscard]] std::shared_ptr<const T> shared_or_new(const std::shared_ptr<const T>& previous, T value) {
  if (previous && *previous == value) return previous;
  return std::make_shared<const T>(std::move(value));
}

// The one with this name, or null.
template <class T>
[[nodiscard]] std::shared_ptr<const T> find_named(const std::vector<std::shared_ptr<const T>>& all,
                                                  const std::string& name) {
  const auto found = std::ranges::find(all, name, [](const auto& one) { return one->name; });
  return found == all.end() ? nullptr : *found;
}

}  // namespace sluice
