// Where the configuration has a choice: of words that stand for values, and of keys of which exactly one may
// be there.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "control/scalars.h"
#include "control/yaml_reader.h"

namespace sluice::config {

template <class T>
using Choices = std::vector<std::pair<std::string, T>>;

// A parser, for Mapping::read, of one of some words.
template <class T>
[[nodiscard]] auto choice(Choices<T> choices) {
  return [choices = std::move(choices)](std::string_view text) -> Result<T, std::string> {
    std::vector<std::string> words;
    for (const auto& [word, value] : choices) {
      if (word == text) return value;
      words.push_back(word);
    }
    return failure(one_of({std::move(words), {}})(text).error());
  };
}

// Reports a mapping that has none or several of these keys.
void need_one_of(const Mapping& mapping, const std::vector<std::string>& keys);

}  // namespace sluice::config
