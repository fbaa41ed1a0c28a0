// What a rule does to the header of its responses. Whoever writes a response leaves out the fields that are
// dropped and then adds those that are set; the framing of the message cannot be named here.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice {

struct HeaderEdits {
  std::vector<std::pair<std::string, std::string>> set;  // names with their values, each name once
  std::vector<std::string> remove;

  // Whether a field that came with the response stays behind: what is removed, and what is set anew.
  [[nodiscard]] bool drops(std::string_view name) const noexcept;
  [[nodiscard]] bool empty() const noexcept { return set.empty() && remove.empty(); }
  bool operator==(const HeaderEdits&) const = default;
};

// RFC 9110 §5.1: a token.
[[nodiscard]] bool is_field_name(std::string_view name) noexcept;
// Visible ASCII, with spaces and tabs between: no value can end its line and begin another.
[[nodiscard]] bool is_field_value(std::string_view value) noexcept;
// Fields that say how a message is framed or what its connection does: Sluice alone writes them.
[[nodiscard]] bool is_framing_field(std::string_view name) noexcept;

}  // namespace sluice
