#include "routing/cookies.h"

#include <algorithm>
#include <cstring>

namespace sluice {
namespace {

std::string_view without_trailing_blanks(std::string_view text) noexcept {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Whether a name at this place is a pair's own, and not a part of another name or value.
bool begins_pair(std::string_view field, std::size_t at) noexcept {
  while (at > 0 && (field[at - 1] == ' ' || field[at - 1] == '\t')) --at;
  return at == 0 || field[at - 1] == ';';
}

}  // namespace

CookieValues::CookieValues(const Fields& fields, std::string_view name) noexcept
    : name_(name), next_(fields.begin()), end_(fields.end()) {
  if (!fields.has(HeaderId::cookie) || name.empty()) next_ = end_;
}

// Looks for the name itself: most of a Cookie field is other people's values, which memmem passes over
// quickly.
std::optional<std::string_view> CookieValues::next() noexcept {
  for (;;) {
    while (from_ == field_.size()) {
      while (next_ != end_ && next_->id != HeaderId::cookie) ++next_;
      if (next_ == end_) return {};
      field_ = (next_++)->value;
      from_ = 0;
    }
    const auto* const found =
        ::memmem(field_.data() + from_, field_.size() - from_, name_.data(), name_.size());
    if (!found) {
      from_ = field_.size();
      continue;
    }
    const auto begin = static_cast<std::size_t>(static_cast<const char*>(found) - field_.data());
    const auto equals = begin + name_.size();
    from_ = equals;
    if (equals == field_.size() || field_[equals] != '=' || !begins_pair(field_, begin)) continue;
    const auto end = std::min(field_.find(';', equals), field_.size());
    from_ = end;
    return without_trailing_blanks(field_.substr(equals + 1, end - equals - 1));
  }
}

std::optional<std::string_view> find_cookie(const Fields& fields, std::string_view name) noexcept {
  return CookieValues(fields, name).next();
}

}  // namespace sluice
