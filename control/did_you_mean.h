// The hint at the end of a message about a word that nobody knows.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace sluice::config {

// "; did you mean `shop`?" if one of the candidates is near enough to `word`, else nothing.
[[nodiscard]] std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

}  // namespace sluice::config
