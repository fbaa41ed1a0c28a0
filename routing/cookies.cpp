#include "routing/cookies.h"

namespace sluice {
namespace {

std::string_view without_trailing_blanks(std::string_view text) noexcept {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

CookieValues::CookieValues(const Fields& fields, std::string_view name) noexcept
    : name_(name), field_(fields.begin()), end_(fields.end()) {
  if (!fields.has(HeaderId::cookie)) field_ = end_;
}

std::optional<std::string_view> CookieValues::next() noexcept {
  for (;;) {
    while (rest_.empty()) {
      while (field_ != end_ && field_->id != HeaderId::cookie) ++field_;
      if (field_ == end_) return {};
      rest_ = (field_++)->value;
    }
    const auto begin = rest_.find_first_not_of(" \t");
    if (begin == std::string_view::npos) {
      rest_ = {};
      continue;
    }
    const auto end = rest_.find(';', begin);
    const auto pair = rest_.substr(begin, end == std::string_view::npos ? end : end - begin);
    rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + 1);
    if (pair.size() > name_.size() && pair[name_.size()] == '=' && pair.starts_with(name_))
      return without_trailing_blanks(pair.substr(name_.size() + 1));
  }
}

std::optional<std::string_view> find_cookie(const Fields& fields, std::string_view name) noexcept {
  return CookieValues(fields, name).next();
}

}  // namespace sluice
